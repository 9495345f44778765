"""HTTP/1.1 with checked addresses at every hop, exact bytes kept, one deadline for all of it.

Redirects are followed here, each judged anew; cookies live inside one fetch and stay with the host that set them.
What a server does wrong is written down, not thrown away: see :mod:`sources.fetchers.exchanging` for one request.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from http.cookies import CookieError, SimpleCookie

import ada_url
from w3lib.html import get_meta_refresh

from sources.domain import robots
from sources.domain.address_policy import AddressRefused, Target, check_url
from sources.domain.failures import FAILURES
from sources.domain.http_messages import Head
from sources.domain.results import Ending, ExchangeResult, FetchResult, Spooled
from sources.fetchers.decoding import decode
from sources.fetchers.exchanging import Answer, Means, exchange
from sources.fetchers.network import Resolver, Tls, resolve, trusted
from sources.fetchers.problems import FetchProblem
from sources.fetchers.protocol import FetchSettings

MOST_REDIRECTS = 10
MOST_REFRESHES = 2
MOST_REDIRECT_BYTES = 256 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LONGEST_REFRESH_SECONDS = 15
LONGEST_COOKIE = 4096
ROBOTS_SECONDS = 5.0
_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh", re.IGNORECASE)


@dataclass
class _Trip:
    """One fetch on its way through redirects."""

    settings: FetchSettings
    means: Means
    exchanges: list[ExchangeResult] = field(default_factory=list)
    cookies: dict[str, SimpleCookie] = field(default_factory=dict)
    fetch_robots: Callable[[str], FetchResult] | None = None
    robots: str = ""


class HttpFetcher:
    """Fetches by plain HTTP, as one person asking for one page."""

    method = "http"

    def __init__(self, resolver: Resolver = resolve, tls: Tls | None = None) -> None:
        self.resolver = resolver
        self.tls = tls or trusted

    def fetch(self, url: str, settings: FetchSettings) -> FetchResult:
        """Follow ``url`` to its answer. What a server does wrong is a result, never an exception."""
        trip = _Trip(settings, Means.of(settings, self.resolver, self.tls))
        if settings.robots is not None:
            trip.fetch_robots = partial(self.fetch, settings=_for_robots(settings))
        try:
            return _follow(url, trip)
        except AddressRefused as refusal:
            ending = Ending.FAILED if refusal.code == "host_unknown" else Ending.REFUSED
            return _without_answer(trip, ending, refusal.code, refusal.sentence)
        except FetchProblem as problem:
            ending = Ending.REFUSED if problem.code == "robots_disallowed" else Ending.FAILED
            return _without_answer(trip, ending, problem.code, FAILURES[problem.code].sentence)


def _without_answer(trip: _Trip, ending: Ending, code: str, sentence: str) -> FetchResult:
    return FetchResult(ending, code, sentence, tuple(trip.exchanges), robots=trip.robots)


def _for_robots(settings: FetchSettings) -> FetchSettings:
    seconds = min(ROBOTS_SECONDS, settings.deadline_seconds)
    return replace(settings, robots=None, max_bytes=robots.MOST_BYTES, deadline_seconds=seconds)


def _ask_robots(target: Target, trip: _Trip) -> None:
    """Ask what robots.txt says of ``target``. Raises :class:`FetchProblem` where it forbids and is obeyed."""
    asked = trip.settings.robots
    if asked is None or trip.fetch_robots is None:
        return
    said, exchanges = asked.ask(target, trip.fetch_robots)
    trip.exchanges += exchanges
    trip.robots = said.value
    if asked.obeys and said is robots.Said.DISALLOWED:
        raise FetchProblem("robots_disallowed")
    if asked.obeys and said is robots.Said.UNREACHABLE:
        raise FetchProblem("robots_unreachable")


def _follow(url: str, trip: _Trip) -> FetchResult:
    kind, refreshes = "page", 0
    for _ in range(MOST_REDIRECTS + MOST_REFRESHES + 1):
        target = check_url(url, trip.settings.policy)
        _ask_robots(target, trip)
        answer = exchange(
            target,
            kind,
            _request(target, trip),
            trip.means,
            room_for=lambda head: _room(head, trip),
            on_failure=trip.exchanges.append,
        )
        trip.exchanges.append(answer.exchange)
        _keep_cookies(target, answer.head, trip)
        following = _redirect(answer.head, target)
        if following is not None:
            if sum(each.kind in ("page", "redirect") for each in trip.exchanges) > MOST_REDIRECTS:
                raise FetchProblem("too_many_redirects")
            url, kind = following, "redirect"
            continue
        result = _result(answer, target, trip)
        refresh = _refresh(result) if refreshes < MOST_REFRESHES else None
        if refresh is None:
            return result
        url, kind, refreshes = refresh, "refresh", refreshes + 1
    raise FetchProblem("too_many_redirects")


def _room(head: Head, trip: _Trip) -> int:
    """How many bytes of a body are read: nobody reads what stands under a redirect, and there may be ten of them."""
    leads_on = head.status in REDIRECTS and head.first("location")
    return min(trip.settings.max_bytes, MOST_REDIRECT_BYTES) if leads_on else trip.settings.max_bytes


def _request(target: Target, trip: _Trip) -> bytes:
    headers = [
        ("Host", target.authority),
        ("User-Agent", trip.settings.user_agent),
        ("Accept", "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8"),
        ("Accept-Encoding", "gzip, deflate"),
        ("Accept-Language", "*"),
        ("Connection", "close"),
    ]
    cookie = _cookie_for(target, trip)
    if cookie:
        headers.append(("Cookie", cookie))
    lines = [f"GET {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"


def _cookie_for(target: Target, trip: _Trip) -> str:
    jar = trip.cookies.get(target.host, SimpleCookie())
    is_open = target.scheme == "http"
    return "; ".join(
        f"{name}={morsel.coded_value}" for name, morsel in jar.items() if not (is_open and morsel["secure"])
    )


def _keep_cookies(target: Target, head: Head, trip: _Trip) -> None:
    for value in head.all("set-cookie"):
        if len(value) <= LONGEST_COOKIE and value.isprintable():
            jar = trip.cookies.setdefault(target.host, SimpleCookie())
            try:
                jar.load(value)
            except CookieError:
                continue


def _redirect(head: Head, target: Target) -> str | None:
    """Where an answer leads on to; ``None`` if it is itself the answer (a 3xx without Location is)."""
    location = head.first("location")
    if head.status not in REDIRECTS or not location:
        return None
    try:
        return str(ada_url.join_url(target.url, location.encode("latin-1").decode("utf-8", "replace")))
    except ValueError:
        raise FetchProblem("redirect_invalid") from None


def _refresh(result: FetchResult) -> str | None:
    """Where a page's ``meta refresh`` leads on to, if it is soon."""
    if result.status != 200 or result.code or "html" not in result.media_type_declared.lower():
        return None
    beginning = _beginning(result.body, 16384)
    if b"refresh" not in beginning.lower():
        return None
    head = beginning.decode("latin-1")
    if not _REFRESH.search(head):
        return None
    try:
        seconds, url = get_meta_refresh(head, result.final_url, "latin-1")
    except ValueError:
        return None
    if not url or seconds is None or seconds > LONGEST_REFRESH_SECONDS or url == result.final_url:
        return None
    return url


def _beginning(body: Spooled, count: int) -> bytes:
    return next(body.chunks(), b"")[:count]


def _result(answer: Answer, target: Target, trip: _Trip) -> FetchResult:
    """The answer as a result. A body that broke off is damaged by that alone, however it decodes."""
    max_bytes = trip.settings.max_bytes
    decoded = decode(answer.payload, answer.head.codings, max_bytes=max_bytes, folder=trip.settings.folder)
    damage = answer.flaw or (FAILURES[answer.code].sentence if answer.code else "")
    if not damage and not answer.exchange.truncated:
        damage = decoded.damage
    return FetchResult(
        ending=Ending.ANSWER,
        code=answer.code,
        sentence=FAILURES[answer.code].sentence if answer.code else "",
        exchanges=tuple(trip.exchanges),
        final_url=target.url,
        status=answer.head.status,
        media_type_declared=answer.head.first("content-type")[:200],
        payload=answer.payload,
        body=decoded.body,
        damage=damage,
        is_truncated=bool(answer.exchange.truncated) or decoded.was_cut,
        retry_after=_retry_after(answer.head),
        captured_at=answer.exchange.started_at,
        robots=trip.robots,
    )


def _retry_after(head: Head) -> float | None:
    """Seconds named by Retry-After (RFC 9110, section 10.2.3), as seconds or as a date; never negative."""
    value = head.first("retry-after").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), 1e9)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
