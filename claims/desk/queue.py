"""The queue of one person: its sections, what narrows them, and their pages.

The number of queries depends on the hats of a person, and not on the number of claims: a section asks once for how
many there are and once for the lines that are shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from claims.desk import feeds
from claims.desk.lines import Feed, Line
from claims.models import Claim, Link, Topic
from claims.permissions import ADJUDICATOR, EDITOR, PUBLISHER, REVIEWER, groups_of
from claims.querysets import removals_waiting
from sources.domain.folding import fold

SHOWN = 12
"""Lines of each section where all sections stand below each other."""
PAGE = 50
"""Lines of a section that stands alone."""
LONGEST = 200


@dataclass(frozen=True)
class Kind:
    """A kind of work: who of the desk has it, and what is said where there is none (nothing: it is left out)."""

    code: str
    title: str
    feeds: Callable[[User], tuple[Feed, ...]]
    groups: frozenset[str] = frozenset()
    empty: str = ""
    is_task: bool = True


_REVIEWERS, _EDITORS, _PUBLISHERS = frozenset({REVIEWER}), frozenset({EDITOR}), frozenset({PUBLISHER})
_ADJUDICATORS = frozenset({ADJUDICATOR})
KINDS = (
    Kind("rate", "Mine to rate", feeds.mine_to_rate, _REVIEWERS, "Nothing is waiting for your rating."),
    Kind("discuss", "To discuss", feeds.to_discuss, _REVIEWERS),
    Kind("news", "For you to know", feeds.news, _REVIEWERS, is_task=False),
    Kind("adjudicate", "To adjudicate", feeds.to_adjudicate, _ADJUDICATORS, "No round waits for you to settle it."),
    Kind("write", "To write up", feeds.to_write_up, _EDITORS | _REVIEWERS | _PUBLISHERS),
    Kind("approve", "To approve", feeds.to_approve, _PUBLISHERS, "No text waits for your approval."),
    Kind("lift", "Up for another look", feeds.to_lift, _PUBLISHERS),
    Kind("differing", "Reviewers differ", feeds.differing, _EDITORS | _PUBLISHERS),
    Kind("interests", "Interests declared", feeds.interests, _EDITORS | _PUBLISHERS),
    Kind("evidence", "Evidence asked for", feeds.evidence_asked, _EDITORS),
    Kind("late", "Late replies, to go up today", feeds.late_replies_of, _PUBLISHERS | _EDITORS),
    Kind("replies", "Asked for a reply", feeds.replies_awaited_of, _EDITORS),
    Kind("corrections", "Correction requests", feeds.correction_requests, _EDITORS | _PUBLISHERS),
    Kind("stale", "Stale, to look at again", feeds.stale, _EDITORS | _PUBLISHERS),
    Kind("published", "On the site, newest first", feeds.published, _EDITORS | _PUBLISHERS, is_task=False),
    Kind("waiting", "Waiting for others", feeds.waiting, is_task=False),
    Kind("in_review", "In review", feeds.in_review, _EDITORS, is_task=False),
)


@dataclass(frozen=True)
class Filters:
    """What narrows the queue: a topic's slug, words of the attributed speaker's name, a language of claims."""

    topic: str = ""
    speaker: str = ""
    language: str = ""

    @property
    def query(self) -> str:
        """As a query string; empty where nothing narrows."""
        given = {"topic": self.topic, "speaker": self.speaker, "language": self.language}
        return urlencode({name: value for name, value in given.items() if value})

    def narrow(self, feed: Feed) -> Feed:
        """``feed`` with those rows alone that fit."""
        rows = feed.rows
        if self.topic:
            rows = rows.filter(**{f"{feed.claim}__topics__slug": self.topic})
        if self.language:
            rows = rows.filter(**{f"{feed.claim}__language": self.language})
        if folded := fold(self.speaker):
            named = Q(speaker__name_folded__contains=folded) | Q(speaker__aliases__name_folded__contains=folded)
            links = Link.objects.filter(named, claim=OuterRef(feed.claim), is_attributed=True)
            rows = rows.filter(Exists(links))
        return Feed(rows, feed.tell, feed.claim)


def filters_from(typed: Mapping[str, str]) -> Filters:
    """What stands in the address; what is too long or unreadable narrows nothing less."""
    return Filters(
        **{name: typed.get(name, "").replace("\x00", "")[:LONGEST] for name in ("topic", "speaker", "language")}
    )


@dataclass(frozen=True)
class Section:
    """A kind of work as it is shown: how many there are, the lines of this page, and where the others are."""

    code: str
    title: str
    lines: tuple[Line, ...]
    count: int
    empty: str = ""
    all_url: str = ""
    newer_url: str = ""
    older_url: str = ""


@dataclass(frozen=True)
class BarItem:
    """One place on the bar."""

    code: str
    title: str
    count: int
    url: str


@dataclass(frozen=True)
class Queue:
    """All sections of one person, or the ``one`` that was asked for."""

    sections: tuple[Section, ...]
    may_take: bool
    filters: Filters
    one: str = ""


def kinds_of(user: User) -> tuple[Kind, ...]:
    """The kinds of work that somebody with these hats has."""
    groups = groups_of(user)
    return tuple(kind for kind in KINDS if not kind.groups or kind.groups & groups)


def bar_of(user: User) -> tuple[BarItem, ...]:
    """Those sections that hold something to do, with their counts."""
    home = reverse("desk:queue")
    counted = ((kind, _count(kind.feeds(user))) for kind in kinds_of(user) if kind.is_task)
    items = [BarItem(kind.code, kind.title, count, f"{home}#{kind.code}") for kind, count in counted if count]
    if PUBLISHER in groups_of(user) and (waiting := removals_waiting().exclude(asked_by=user).count()):
        items.append(BarItem("removals", "Removals to carry out", waiting, reverse("desk:removals")))
    return tuple(items)


def queue_of(user: User, filters: Filters, *, section: str = "", page: int = 1) -> Queue:
    """Everything that waits for ``user``, by what they may do; or one ``section`` of it, page by page."""
    kinds = kinds_of(user)
    may_take = any(kind.code == "rate" for kind in kinds)
    one = next((kind for kind in kinds if kind.code == section), None)
    if one is not None:
        return Queue((_paged(one, user, filters, page),), may_take, filters, one=one.code)
    sections = tuple(_short(kind, user, filters) for kind in kinds)
    return Queue(tuple(each for each in sections if each.lines or each.empty), may_take, filters)


def topics() -> list[Topic]:
    """The topics that claims are filed under."""
    return list(Topic.objects.order_by("name_folded"))


def languages() -> list[str]:
    """The languages of the claims there are."""
    return list(Claim.objects.order_by("language").values_list("language", flat=True).distinct())


def _count(found: tuple[Feed, ...]) -> int:
    return sum(feed.rows.count() for feed in found)


def _lines(found: tuple[Feed, ...], start: int, size: int) -> tuple[Line, ...]:
    """``size`` lines from ``start`` on, as if the feeds were one."""
    lines: list[Line] = []
    for feed in found:
        if len(lines) == size:
            break
        lines += [feed.tell(row) for row in feed.rows[start : start + size - len(lines)]]
        if len(found) > 1:
            start = max(0, start - feed.rows.count())
    return tuple(lines)


def _empty(kind: Kind, filters: Filters) -> str:
    return "Nothing of this kind fits what you look for." if kind.empty and filters.query else kind.empty


def _url(code: str, filters: Filters, page: int) -> str:
    asked = {"section": code, **({"page": page} if page > 1 else {})}
    return f"{reverse('desk:queue')}?{'&'.join(filter(None, (urlencode(asked), filters.query)))}"


def _short(kind: Kind, user: User, filters: Filters) -> Section:
    found = tuple(filters.narrow(feed) for feed in kind.feeds(user))
    count = _count(found)
    lines = _lines(found, 0, SHOWN) if count else ()
    more = _url(kind.code, filters, 1) if count > SHOWN else ""
    return Section(kind.code, kind.title, lines, count, _empty(kind, filters), all_url=more)


def _paged(kind: Kind, user: User, filters: Filters, page: int) -> Section:
    found = tuple(filters.narrow(feed) for feed in kind.feeds(user))
    count = _count(found)
    last = max(1, -(-count // PAGE))
    page = min(max(1, page), last)
    return Section(
        kind.code,
        kind.title,
        _lines(found, (page - 1) * PAGE, PAGE),
        count,
        _empty(kind, filters) or "Nothing of this kind.",
        newer_url=_url(kind.code, filters, page - 1) if page > 1 else "",
        older_url=_url(kind.code, filters, page + 1) if page < last else "",
    )
