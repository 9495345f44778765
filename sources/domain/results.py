"""What a fetcher brings back, before anything is written down.

Bytes of any size come as :class:`Spooled`: the HTTP fetcher writes large bodies to a file while they arrive, so that
a worker never holds one. Who has bytes in hand wraps them in :class:`Held`.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Spooled(Protocol):
    """Bytes that are there, in memory or in a file, and may be read as often as one likes."""

    def __len__(self) -> int:
        """How many bytes."""

    def chunks(self) -> Iterator[bytes]:
        """All of them in order, in pieces that are small enough to hold."""

    def handed(self) -> bytes | Path:
        """What a reader in another process is given: the bytes if they are few, else a file of exactly them."""

    def close(self) -> None:
        """Let go of the file, if there is one."""


@dataclass(frozen=True)
class Held:
    """Bytes in memory."""

    data: bytes = b""

    def __len__(self) -> int:
        return len(self.data)

    def chunks(self) -> Iterator[bytes]:
        if self.data:
            yield self.data

    def handed(self) -> bytes:
        return self.data

    def close(self) -> None:
        """Nothing is held but memory."""


@dataclass(frozen=True)
class Joined:
    """Several spools read as one: the head of an answer and its content."""

    parts: tuple[Spooled, ...]

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def chunks(self) -> Iterator[bytes]:
        for part in self.parts:
            yield from part.chunks()

    def handed(self) -> bytes:
        return whole(self)

    def close(self) -> None:
        for part in self.parts:
            part.close()


def whole(spooled: Spooled) -> bytes:
    """All the bytes at once. For tests and for what is known to be small."""
    return b"".join(spooled.chunks())


class Ending(StrEnum):
    """How a fetch ended: an answer to keep, nothing to keep, or no connection made."""

    ANSWER = "answer"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True)
class ExchangeResult:
    """One request and its answer on the way. ``sent`` and ``received`` are the exact bytes on the wire.

    ``content_sha256`` is the digest of what follows the head of the answer, as it came (chunk sizes included), where
    the fetcher took it already. ``truncated`` says why ``received`` ends early, in the words of WARC-Truncated
    (``length``, ``time``, ``disconnect``), or is "".
    """

    kind: str
    url: str
    started_at: datetime
    seconds: float = 0.0
    addresses: tuple[str, ...] = ()
    address: str = ""
    port: int = 0
    certificate_sha256: str = ""
    certificate_subject: str = ""
    tls_version: str = ""
    status: int | None = None
    location: str = ""
    sent: bytes = b""
    received: Spooled = field(default=Held())
    payload_sha256: str = ""
    content_sha256: str = ""
    truncated: str = ""

    @property
    def is_truncated(self) -> bool:
        """Whether more would have come."""
        return bool(self.truncated)


@dataclass(frozen=True)
class Rendition:
    """A file made of a rendered page: its role among the artefacts, its type, its bytes."""

    role: str
    media_type: str
    data: Spooled


@dataclass(frozen=True)
class Taken:
    """What a browser handed over of something that the page showed: no bytes of the wire.

    ``kind`` is frame, image or style; ``origin`` says in words what ``data`` is and by which call it was had;
    ``answered_by`` is the address that answered, where redirects led there from ``url``.
    """

    kind: str
    url: str
    media_type: str
    data: Spooled
    origin: str
    at: datetime
    answered_by: str = ""


@dataclass(frozen=True)
class Rendered:
    """A page as a browser showed it: ``dom`` is its markup in UTF-8, with what its frames held (see
    :mod:`sources.domain.composed`), ``beside`` what stood in it, ``about`` what else is known of the run.
    """

    url: str
    dom: Spooled
    renditions: tuple[Rendition, ...] = ()
    about: Mapping[str, object] = field(default_factory=dict)
    beside: tuple[Taken, ...] = ()


@dataclass(frozen=True)
class FetchResult:
    """The outcome of one attempt.

    For ``ANSWER`` the last exchange is the answer: ``payload`` is its body without transfer coding, as received
    (still content-coded), ``body`` the same with content codings undone, ``damage`` why that failed, if it did.
    ``retry_after`` is in seconds, where the server named one; ``robots`` is what robots.txt said of the last address
    (one of :class:`~sources.domain.robots.Said`), "" where it was not asked.
    """

    ending: Ending
    code: str = ""
    sentence: str = ""
    exchanges: tuple[ExchangeResult, ...] = field(default=())
    final_url: str = ""
    status: int | None = None
    media_type_declared: str = ""
    payload: Spooled = field(default=Held())
    body: Spooled = field(default=Held())
    damage: str = ""
    is_truncated: bool = False
    retry_after: float | None = None
    captured_at: datetime | None = None
    rendered: Rendered | None = None
    provenance: str = ""
    robots: str = ""

    @property
    def body_sha256(self) -> str:
        """The digest of what is the body of the capture: the payload, or the markup that a browser made of it."""
        if self.rendered is None:
            return self.exchanges[-1].payload_sha256
        digest = hashlib.sha256()
        for piece in self.rendered.dom.chunks():
            digest.update(piece)
        return digest.hexdigest()

    def close(self) -> None:
        """Let go of every file that stands behind it."""
        beside = self.rendered.beside if self.rendered is not None else ()
        for spooled in (self.body, self.payload, *(exchange.received for exchange in self.exchanges)):
            spooled.close()
        for taken in beside:
            taken.data.close()
