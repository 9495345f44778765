"""robots.txt: asked once a site and hour, obeyed by schedules, written down for people.

A person who asks for one page is a reader with a browser, not a crawler (RFC 9309, section 1), and goes ahead; what
the file said stays with the capture. Both can be set otherwise.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.cache import cache

from sources.domain.address_policy import Target
from sources.domain.results import Ending, ExchangeResult, FetchResult, whole
from sources.domain.robots import Rule, Said, allows, rules_for
from sources.models import AskedBy

KEPT_SECONDS = 3600
KEPT_UNREACHABLE_SECONDS = 120
"""A site that does not answer may do so soon; what it said is kept for an hour, a day at most (section 2.4)."""


@dataclass(frozen=True)
class SiteRobots:
    """Asks sites, and remembers what they said; ``obeys`` as the settings have it for who wants the capture."""

    obeys: bool

    def ask(self, target: Target, fetch: Callable[[str], FetchResult]) -> tuple[Said, tuple[ExchangeResult, ...]]:
        """See :class:`sources.fetchers.protocol.Robots`."""
        origin = f"{target.scheme}://{target.authority}"
        key = f"robots:{hashlib.sha256(origin.encode()).hexdigest()}"
        kept: tuple[Said, tuple[Rule, ...]] | None = cache.get(key)
        exchanges: tuple[ExchangeResult, ...] = ()
        if kept is None:
            kept, exchanges = _fetched(origin, fetch)
            is_lost = kept[0] is Said.UNREACHABLE
            cache.set(key, kept, KEPT_UNREACHABLE_SECONDS if is_lost else KEPT_SECONDS)
        said, rules = kept
        if said is Said.ALLOWED and not allows(rules, target.path):
            said = Said.DISALLOWED
        return said, exchanges


def robots_for(asked_by: str) -> SiteRobots | None:
    """Whom to ask for a capture that a person or a schedule wants; ``None`` where nobody is asked."""
    is_person = asked_by == AskedBy.PERSON
    mode = settings.CAPTURE_ROBOTS_PEOPLE if is_person else settings.CAPTURE_ROBOTS_SCHEDULES
    return None if mode == "ignore" else SiteRobots(obeys=mode == "obey")


def _fetched(
    origin: str, fetch: Callable[[str], FetchResult]
) -> tuple[tuple[Said, tuple[Rule, ...]], tuple[ExchangeResult, ...]]:
    """What the site answers: 2xx is read, 4xx and endless redirects mean no file, the rest that it cannot be had."""
    result = fetch(f"{origin}/robots.txt")
    answered = tuple(replace(each, kind="robots") for each in result.exchanges if each.status is not None)
    if result.ending is Ending.ANSWER and result.status is not None and not result.code:
        if 200 <= result.status < 300:
            return (Said.ALLOWED, rules_for(whole(result.body))), answered
        if result.status < 500:
            return (Said.NO_FILE, ()), answered
    if result.code == "too_many_redirects":
        return (Said.NO_FILE, ()), answered
    return (Said.UNREACHABLE, ()), answered
