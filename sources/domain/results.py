"""What a fetcher brings back, before anything is written down."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Ending(StrEnum):
    """How a fetch ended: an answer to keep, nothing to keep, or no connection made."""

    ANSWER = "answer"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True)
class ExchangeResult:
    """One request and its answer on the way. ``sent`` and ``received`` are the exact bytes on the wire."""

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
    received: bytes = b""
    payload_sha256: str = ""
    is_truncated: bool = False


@dataclass(frozen=True)
class FetchResult:
    """The outcome of one attempt.

    For ``ANSWER`` the last exchange is the answer: ``payload`` is its body without transfer coding, as received
    (still content-coded), ``body`` the same with content codings undone, ``damage`` why that failed, if it did.
    ``retry_after`` is in seconds, where the server named one.
    """

    ending: Ending
    code: str = ""
    sentence: str = ""
    exchanges: tuple[ExchangeResult, ...] = field(default=())
    final_url: str = ""
    status: int | None = None
    media_type_declared: str = ""
    payload: bytes = b""
    body: bytes = b""
    damage: str = ""
    is_truncated: bool = False
    retry_after: float | None = None
    captured_at: datetime | None = None
