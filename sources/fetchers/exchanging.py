"""One request and its answer: the head held, the body written to a spool while it arrives."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sources.domain.address_policy import AddressPolicy, AddressRefused, Target
from sources.domain.http_messages import (
    MOST_HEAD_BYTES,
    ByChunks,
    Framing,
    Head,
    NotHttp,
    end_of_head,
    framing_of,
    parse_head,
)
from sources.domain.results import ExchangeResult, Held, Joined
from sources.fetchers.network import Contact, Line, Resolver, Tls, Watch, connect
from sources.fetchers.problems import FetchProblem
from sources.fetchers.protocol import FetchSettings
from sources.fetchers.proxies import Proxy
from sources.fetchers.spool import Spool

READ_BYTES = 64 * 1024
_RAW_OVERHEAD = 1 << 20
"""Chunk sizes and trailers may take this much, and as much as the body again, and no more."""

_TRUNCATION = {"too_slow": "time", "connection_lost": "disconnect", "incomplete_answer": "disconnect"}


@dataclass(frozen=True)
class Means:
    """How one asks: settings and means that stay the same for every request of a fetch."""

    policy: AddressPolicy
    watch: Watch
    resolver: Resolver
    tls: Tls
    folder: Path | None = None
    proxy: Proxy | None = None

    @classmethod
    def of(cls, settings: FetchSettings, resolver: Resolver, tls: Tls) -> "Means":
        """The means that a fetch with these settings has; its deadline begins now."""
        watch = Watch(settings.deadline_seconds, settings.is_stopping)
        return cls(settings.policy, watch, resolver, tls, settings.folder, settings.proxy)


@dataclass(frozen=True)
class Answer:
    """One answer as it came. ``payload`` is without transfer coding.

    ``code`` names a failure that broke the body off (another try may go better), ``flaw`` says what is wrong with
    the answer itself; both are "" for a sound one.
    """

    exchange: ExchangeResult
    head: Head
    payload: Spool
    code: str = ""
    flaw: str = ""


@dataclass
class _Content:
    """What follows a head: ``raw`` as it came, ``payload`` with the transfer coding undone."""

    raw: Spool
    payload: Spool
    truncated: str = ""
    code: str = ""
    flaw: str = ""


@dataclass
class _Record:
    """An exchange in the making."""

    target: Target
    kind: str
    contact: Contact = field(default_factory=Contact)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=time.monotonic)

    def result(
        self, head: Head | None = None, raw_head: bytes = b"", content: _Content | None = None
    ) -> ExchangeResult:
        contact = self.contact
        return ExchangeResult(
            kind=self.kind,
            url=self.target.url,
            started_at=self.started_at,
            seconds=time.monotonic() - self.clock,
            addresses=contact.addresses,
            address=contact.address,
            port=self.target.port,
            certificate_sha256=contact.certificate_sha256,
            certificate_subject=contact.certificate_subject,
            tls_version=contact.tls_version,
            status=head.status if head else None,
            location=head.first("location") if head else "",
            sent=contact.sent,
            received=Joined((Held(raw_head), content.raw)) if content else Held(),
            payload_sha256=content.payload.sha256 if content else "",
            content_sha256=content.raw.sha256 if content else "",
            truncated=content.truncated if content else "",
        )


def exchange(
    target: Target,
    kind: str,
    request: bytes,
    means: Means,
    *,
    room_for: Callable[[Head], int],
    on_failure: Callable[[ExchangeResult], None] = lambda _: None,
) -> Answer:
    """Send ``request`` to ``target`` and take its answer, at most ``room_for(head)`` bytes of the body.

    Raises :class:`FetchProblem`, ``AddressRefused``, ``Interrupted`` and ``SpoolFailed``; ``on_failure`` is told of
    the exchange as far as it got, for the first two.
    """
    record = _Record(target, kind)
    try:
        opened = connect(target, means.policy, means.watch, record.contact, means.resolver, means.proxy)
        with contextlib.closing(opened) as line:
            if target.scheme == "https":
                line.secure(means.tls(), target.host)
            line.write(request)
            raw_head, head, rest = _read_head(line)
            framing, flaw = framing_of(head)
            content = _read_content(line, framing, rest, room_for(head), means.folder)
    except (FetchProblem, AddressRefused):
        on_failure(record.result())
        raise
    return Answer(record.result(head, raw_head, content), head, content.payload, content.code, flaw or content.flaw)


def _read_head(line: Line) -> tuple[bytes, Head, bytes]:
    """The final head, as it came and read, and what was read beyond it. Answers before it (1xx) are passed over."""
    buffer: bytes | bytearray = b""
    passed, looked = 0, 0
    while True:
        end = end_of_head(buffer, looked)
        if end < 0:
            looked = len(buffer)
            if passed + looked > MOST_HEAD_BYTES:
                raise FetchProblem("headers_too_large")
            if looked and not bytes(buffer[:5]).startswith(b"HTTP/"[:looked]):
                raise FetchProblem("answer_unreadable")
            data = line.read(READ_BYTES)
            if not data:
                raise FetchProblem("answer_unreadable" if buffer or passed else "empty_reply")
            buffer = _and(buffer, data)
            continue
        raw = bytes(buffer[:end])
        if passed + end > MOST_HEAD_BYTES:
            raise FetchProblem("headers_too_large")
        try:
            head = parse_head(raw)
        except NotHttp:
            raise FetchProblem("answer_unreadable") from None
        buffer = buffer[end:]
        if head.status >= 200 or head.status == 101:
            return raw, head, bytes(buffer)
        passed, looked = passed + end, 0


def _and(buffer: bytes | bytearray, data: bytes) -> bytes | bytearray:
    """``data`` after ``buffer``: what comes at once is not copied, what drips in is copied once."""
    if not buffer:
        return data
    grown = buffer if isinstance(buffer, bytearray) else bytearray(buffer)
    grown += data
    return grown


def _read_content(line: Line, framing: Framing, rest: bytes, room: int, folder: Path | None) -> _Content:
    """The body as far as it comes; what breaks it off is told, not raised."""
    raw = Spool(folder)
    content = _Content(raw, Spool(folder) if isinstance(framing, ByChunks) else raw)
    data = rest
    while True:
        if data:
            fed = framing.feed(data, room - len(content.payload))
            raw.write(data if fed.used == len(data) else data[: fed.used])
            if content.payload is not raw:
                content.payload.write(fed.payload[0] if len(fed.payload) == 1 else b"".join(fed.payload))
        if framing.is_complete:
            return content
        if framing.is_over_room or len(raw) > 2 * room + _RAW_OVERHEAD:
            content.truncated = "length"
            return content
        if framing.flaw:
            content.code, content.flaw = "incomplete_answer", framing.flaw
            return content
        try:
            data = line.read(READ_BYTES)
        except FetchProblem as problem:
            content.code = problem.code
            content.truncated = _TRUNCATION[problem.code]
            return content
        if not data:
            if not framing.end():
                content.code, content.truncated = "incomplete_answer", "disconnect"
            return content
