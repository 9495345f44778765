"""HTTP/1.1 with checked addresses at every hop, exact bytes kept, one deadline for all of it.

httpcore frames the messages; resolving, connecting and copying the bytes are ours (:mod:`sources.fetchers.network`).
Redirects are followed here, each judged anew; cookies live inside one fetch and stay with the host that set them.
"""

import functools
import hashlib
import re
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, SimpleCookie

import ada_url
import certifi
import httpcore
from w3lib.html import get_meta_refresh

from sources.domain.address_policy import AddressRefused, Target, check_url
from sources.domain.failures import FAILURES
from sources.domain.results import Ending, ExchangeResult, FetchResult, Held
from sources.fetchers.decoding import Damaged, decode
from sources.fetchers.network import CheckedBackend, FetchProblem, Resolver, Tee, resolve
from sources.fetchers.protocol import FetchSettings

Tls = Callable[[], ssl.SSLContext]
MOST_REDIRECTS = 10
MOST_REFRESHES = 2
MOST_REDIRECT_BYTES = 256 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LONGEST_REFRESH_SECONDS = 15

_PROBLEMS: tuple[tuple[type[Exception], str], ...] = (
    (httpcore.ConnectTimeout, "connect_failed"),
    (httpcore.ConnectError, "connect_failed"),
    (httpcore.TimeoutException, "too_slow"),
    (httpcore.RemoteProtocolError, "answer_unreadable"),
    (httpcore.ReadError, "connection_lost"),
    (httpcore.WriteError, "connection_lost"),
    (httpcore.NetworkError, "connection_lost"),
    (httpcore.ProtocolError, "answer_unreadable"),
)


@dataclass
class _Answer:
    """One answer as it came off the wire."""

    exchange: ExchangeResult
    headers: list[tuple[str, str]]
    payload: bytes
    is_truncated: bool = False

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


@dataclass
class _Trip:
    """One fetch on its way through redirects."""

    settings: FetchSettings
    resolver: Resolver
    tls: Tls
    deadline: float
    exchanges: list[ExchangeResult] = field(default_factory=list)
    cookies: dict[str, SimpleCookie] = field(default_factory=dict)


class HttpFetcher:
    """Fetches by plain HTTP, as one person asking for one page."""

    method = "http"

    def __init__(self, resolver: Resolver = resolve, tls: Tls | None = None) -> None:
        self.resolver = resolver
        self.tls = tls or trusted

    def fetch(self, url: str, settings: FetchSettings) -> FetchResult:
        """Follow ``url`` to its answer. What a server does wrong is a result, never an exception."""
        trip = _Trip(settings, self.resolver, self.tls, time.monotonic() + settings.deadline_seconds)
        try:
            return self._follow(url, trip)
        except AddressRefused as refusal:
            ending = Ending.FAILED if refusal.code == "host_unknown" else Ending.REFUSED
            return _ended(ending, refusal.code, refusal.sentence, trip)
        except FetchProblem as problem:
            return _ended(Ending.FAILED, problem.code, FAILURES[problem.code].sentence, trip)

    def _follow(self, url: str, trip: _Trip) -> FetchResult:
        kind, refreshes = "page", 0
        for _ in range(MOST_REDIRECTS + MOST_REFRESHES + 1):
            target = check_url(url, trip.settings.policy)
            answer = _ask(target, kind, trip)
            trip.exchanges.append(answer.exchange)
            following = _redirect(answer, target)
            if following is not None:
                if sum(exchange.kind != "refresh" for exchange in trip.exchanges) > MOST_REDIRECTS:
                    raise FetchProblem("too_many_redirects")
                url, kind = following, "redirect"
                continue
            result = _result(answer, target, trip)
            refresh = _refresh(result) if refreshes < MOST_REFRESHES else None
            if refresh is None:
                return result
            url, kind, refreshes = refresh, "refresh", refreshes + 1
        raise FetchProblem("too_many_redirects")


def _ask(target: Target, kind: str, trip: _Trip) -> _Answer:
    tee = Tee(trip.deadline, trip.settings.max_bytes, trip.settings.is_stopping)
    started, clock = datetime.now(UTC), time.monotonic()
    backend = CheckedBackend(target, trip.settings.policy, tee, trip.resolver)
    pool = httpcore.ConnectionPool(
        ssl_context=trip.tls() if target.scheme == "https" else None,
        network_backend=backend,
        max_connections=1,
        http1=True,
        http2=False,
        retries=0,
    )
    try:
        status, headers, payload, is_truncated = _exchange(pool, target, trip, tee)
    except ssl.SSLCertVerificationError:
        raise FetchProblem("certificate_invalid") from None
    except ssl.SSLError:
        raise FetchProblem("tls_failed") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        raise FetchProblem(_code_of(error, tee)) from error
    except OSError:
        raise FetchProblem("connection_lost") from None
    finally:
        pool.close()
    _keep_cookies(target, headers, trip)
    exchange = ExchangeResult(
        kind=kind,
        url=target.url,
        started_at=started,
        seconds=time.monotonic() - clock,
        addresses=tee.addresses,
        address=tee.address,
        port=target.port,
        certificate_sha256=tee.certificate_sha256,
        certificate_subject=tee.certificate_subject,
        tls_version=tee.tls_version,
        status=status,
        location=next((value for key, value in headers if key == "location"), ""),
        sent=bytes(tee.sent),
        received=Held(bytes(tee.received)),
        payload_sha256=hashlib.sha256(payload).hexdigest(),
        truncated="length" if is_truncated else "",
    )
    return _Answer(exchange, headers, payload, is_truncated)


def _exchange(
    pool: httpcore.ConnectionPool, target: Target, trip: _Trip, tee: Tee
) -> tuple[int, list[tuple[str, str]], bytes, bool]:
    request = httpcore.Request(
        "GET",
        httpcore.URL(
            scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=_path(target.path)
        ),
        headers=_headers(target, trip),
        extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), trip.settings.deadline_seconds)},
    )
    response = pool.handle_request(request)
    try:
        headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers]
        room = _room(response.status, headers, trip)
        payload, is_truncated = bytearray(), False
        for piece in _pieces(response):
            payload += piece
            if len(payload) > room:
                del payload[room:]
                is_truncated = True
                break
        return response.status, headers, bytes(payload), is_truncated
    finally:
        response.close()


def _room(status: int, headers: list[tuple[str, str]], trip: _Trip) -> int:
    """How many bytes of a body are read: nobody reads what stands under a redirect, and there may be ten of them."""
    leads_on = status in REDIRECTS and any(name == "location" and value for name, value in headers)
    return min(trip.settings.max_bytes, MOST_REDIRECT_BYTES) if leads_on else trip.settings.max_bytes


def _pieces(response: httpcore.Response) -> Iterator[bytes]:
    try:
        yield from response.iter_stream()
    except httpcore.RemoteProtocolError:
        raise FetchProblem("incomplete_answer") from None


def _path(path: str) -> bytes:
    return path.encode("ascii", "backslashreplace")


def _headers(target: Target, trip: _Trip) -> list[tuple[bytes, bytes]]:
    headers = [
        ("Host", target.authority),
        ("User-Agent", trip.settings.user_agent),
        ("Accept", "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8"),
        ("Accept-Encoding", "gzip, deflate, br"),
        ("Accept-Language", "*"),
        ("Connection", "close"),
    ]
    jar = trip.cookies.get(target.host)
    if jar:
        headers.append(("Cookie", "; ".join(f"{name}={morsel.coded_value}" for name, morsel in jar.items())))
    return [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers]


def _keep_cookies(target: Target, headers: list[tuple[str, str]], trip: _Trip) -> None:
    for name, value in headers:
        if name == "set-cookie" and len(value) <= 4096:
            jar = trip.cookies.setdefault(target.host, SimpleCookie())
            try:
                jar.load(value)
            except CookieError:
                continue


def _redirect(answer: _Answer, target: Target) -> str | None:
    """Where an answer leads on to; ``None`` if it is itself the answer (a 3xx without Location is)."""
    location = answer.header("location")
    if answer.exchange.status not in REDIRECTS or not location:
        return None
    try:
        joined = ada_url.join_url(target.url, location.encode("latin-1").decode("utf-8", "replace"))
    except ValueError:
        raise FetchProblem("redirect_invalid") from None
    return joined


def _refresh(result: FetchResult) -> str | None:
    """Where a page's ``meta refresh`` leads on to, if it is soon."""
    if result.status != 200 or "html" not in result.media_type_declared.lower():
        return None
    head = next(result.body.chunks(), b"")[:16384].decode("latin-1")
    if not re.search(r"http-equiv\s*=\s*[\"']?refresh", head, re.IGNORECASE):
        return None
    try:
        seconds, url = get_meta_refresh(head, result.final_url, "latin-1")
    except ValueError:
        return None
    if not url or seconds is None or seconds > LONGEST_REFRESH_SECONDS or url == result.final_url:
        return None
    return url


def _result(answer: _Answer, target: Target, trip: _Trip) -> FetchResult:
    damage, was_cut = "", answer.is_truncated
    try:
        body, cut = decode(answer.payload, answer.header("content-encoding"), max_bytes=trip.settings.max_bytes)
        was_cut = was_cut or cut
    except Damaged as error:
        body, damage = error.partial, str(error)
    if damage and answer.is_truncated:
        damage = ""
    return FetchResult(
        ending=Ending.ANSWER,
        exchanges=tuple(trip.exchanges),
        final_url=target.url,
        status=answer.exchange.status,
        media_type_declared=answer.header("content-type")[:200],
        payload=Held(answer.payload),
        body=Held(body),
        damage=damage,
        is_truncated=was_cut,
        retry_after=_retry_after(answer),
        captured_at=answer.exchange.started_at,
    )


def _retry_after(answer: _Answer) -> float | None:
    """Seconds named by Retry-After (RFC 9110, section 10.2.3), as seconds or as a date; never negative."""
    value = answer.header("retry-after").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), 1e9)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _code_of(error: Exception, tee: Tee) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "certificate_invalid"
        if isinstance(cause, ssl.SSLError):
            return "tls_failed"
        if isinstance(cause, ConnectionRefusedError):
            return "connect_refused"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore.RemoteProtocolError) and not tee.received:
        return "empty_reply"
    return next((code for kind, code in _PROBLEMS if isinstance(error, kind)), "connection_lost")


def _ended(ending: Ending, code: str, sentence: str, trip: _Trip) -> FetchResult:
    return replace(FetchResult(ending=ending), code=code, sentence=sentence, exchanges=tuple(trip.exchanges))


@functools.cache
def trusted() -> ssl.SSLContext:
    """The authorities that the machine and certifi's list trust; read once a process, since it takes a while."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context
