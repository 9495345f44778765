"""Asking web archives for an address as it was (RFC 7089), and fetching what they have.

Each configured archive is asked at its TimeGate with the wanted moment. What it offers in the ``Link`` header, and in
its TimeMap where it names one, is looked through for the last copy *up to* that moment, since a later one may have
been changed meanwhile; only where there is none is the first later one taken. The copy is then fetched like any page,
through the same address policy, and must call itself a memento.
"""

import contextlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import ada_url

from sources.domain.address_policy import AddressRefused, check_url
from sources.domain.failures import FAILURES
from sources.domain.http_messages import NotHttp, end_of_head, parse_head
from sources.domain.link_format import Link, nearest_before, read_date, read_links, write_date
from sources.domain.results import Ending, ExchangeResult, FetchResult
from sources.fetchers.asking import Reply, ask
from sources.fetchers.http import HttpFetcher
from sources.fetchers.network import Resolver, Tls, resolve, trusted
from sources.fetchers.problems import FetchProblem
from sources.fetchers.protocol import FetchSettings

MOST_TIMEMAP_BYTES = 4 * 2**20
SHARE = 0.25
"""The part of the deadline that one question to an archive may take."""


@dataclass(frozen=True)
class _Found:
    """A copy that an archive offers."""

    url: str
    archive: str


class MementoFetcher:
    """Fetches from the archives that the settings name, in their order."""

    method = "memento"

    def __init__(self, resolver: Resolver = resolve, tls: Tls | None = None) -> None:
        self.resolver, self.tls = resolver, tls or trusted

    def fetch(self, url: str, settings: FetchSettings) -> FetchResult:
        """The copy nearest before ``settings.near``. What an archive does is never an exception but a result."""
        moment = settings.near or datetime.now(UTC)
        trouble = "memento_none"
        for archive in settings.archives:
            try:
                check_url(url, settings.policy)
                found = self._look(url, archive, moment, settings)
            except AddressRefused as refusal:
                return FetchResult(Ending.REFUSED, refusal.code, refusal.sentence)
            except FetchProblem as problem:
                trouble = "memento_unreachable" if FAILURES[problem.code].may_pass else trouble
                continue
            if found is None:
                continue
            result = self._take(found, settings)
            if result is not None:
                return result
            trouble = "memento_unreachable"
        return FetchResult(Ending.FAILED, trouble, FAILURES[trouble].sentence)

    def _look(self, url: str, archive: str, moment: datetime, settings: FetchSettings) -> _Found | None:
        gate = self._ask(f"{archive}{url}", settings, {"Accept-Datetime": write_date(moment)})
        if gate.status in (404, 410):
            return None
        if gate.status >= 400:
            raise FetchProblem("connection_lost")
        links = list(read_links(gate.headers.get("link", "")))
        mementos = [link for link in links if "memento" in link.relations]
        timemap = next((link for link in links if "timemap" in link.relations), None)
        if timemap is not None:
            with contextlib.suppress(FetchProblem, AddressRefused):
                answered = self._ask(_joined(gate.url, timemap.url), settings, {"Accept": "application/link-format"})
                if answered.status == 200:
                    listed = read_links(answered.body.decode("utf-8", "replace"))
                    mementos += [link for link in listed if "memento" in link.relations]
        best: Link | None = nearest_before(mementos, moment)
        location = best.url if best else gate.headers.get("location", "")
        if not location:
            return None
        return _Found(_joined(gate.url, location), archive)

    def _take(self, found: _Found, settings: FetchSettings) -> FetchResult | None:
        """Fetch the copy; ``None`` where what comes is none."""
        result = HttpFetcher(self.resolver, self.tls).fetch(found.url, settings)
        if result.ending is not Ending.ANSWER:
            return None
        stamped = _stamped(result.exchanges[-1])
        if stamped is None:
            result.close()
            return None
        words = f"{stamped:%Y-%m-%d %H:%M:%S} UTC"
        told = f"Copy of {words} in a web archive: {result.final_url} (asked at {found.archive})."
        return replace(result, provenance=told)

    def _ask(self, url: str, settings: FetchSettings, headers: dict[str, str]) -> Reply:
        seconds = max(5.0, settings.deadline_seconds * SHARE)
        limits = replace(settings, deadline_seconds=seconds, max_bytes=MOST_TIMEMAP_BYTES)
        return ask(url, limits, headers=headers, resolver=self.resolver, tls=self.tls())


def _stamped(exchange: ExchangeResult) -> datetime | None:
    """The ``Memento-Datetime`` of an answer: what makes it a memento (RFC 7089, section 2.1.1)."""
    raw = b""
    for piece in exchange.received.chunks():
        raw += piece
        end = end_of_head(raw)
        if end >= 0:
            try:
                return read_date(parse_head(raw[:end]).first("memento-datetime"))
            except NotHttp:
                return None
    return None


def _joined(base: str, url: str) -> str:
    try:
        return str(ada_url.join_url(base, url))
    except ValueError:
        raise FetchProblem("redirect_invalid") from None
