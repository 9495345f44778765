"""What live rows add to a published citation: what became of the source and of its passages since.

Nothing here changes a record. A source that became protected since, or a copy that was removed, is told by this too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from claims.domain.record_v1 import RecordCitation
from claims.presenters.wording import day, term
from sources.models import Anchoring, Capture, Removal, Source, Usability, UsabilityVerdict

CHANGED_PASSAGE = {
    "altered": gettext_noop("This passage was altered since, seen {day}."),
    "gone": gettext_noop("This passage is gone from the source since, seen {day}."),
}


@dataclass(frozen=True)
class SourceToday:
    """The state of one source now."""

    sentence: str
    is_changed: bool
    is_protected: bool = False
    protected_reason: str = ""
    rights: str = "quoted"


@dataclass(frozen=True)
class Today:
    """The live state of everything that a record cites, by ``public_id``."""

    sources: Mapping[str, SourceToday] = field(default_factory=dict)
    passages: Mapping[str, str] = field(default_factory=dict)
    removed_captures: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LatestLook:
    """A source as it is set now, and the newest time that we looked at it, if ever."""

    is_protected: bool
    protected_reason: str
    rights: str
    capture: str = ""
    state: str = ""
    closed_at: datetime | None = None
    unusable: str = ""


def latest_looks(ids: Iterable[str]) -> dict[str, LatestLook]:
    """The sources of those public ids as they are today, in one query however many there are."""
    looks = Capture.objects.filter(source=OuterRef("pk")).exclude(state="open").order_by("-closed_at", "-pk")
    newest = Capture.objects.filter(pk=OuterRef("looked"))
    judged = Usability.objects.filter(capture_id=OuterRef("looked")).order_by("-created_at", "-pk")
    rows = (
        Source.objects.filter(public_id__in={one for one in ids if one})
        .annotate(looked=Subquery(looks.values("pk")[:1]))
        .values_list(
            "public_id",
            "is_protected",
            "protected_reason",
            "rights",
            Subquery(newest.values("public_id")[:1]),
            Subquery(newest.values("state")[:1]),
            Subquery(newest.values("closed_at")[:1]),
            Subquery(judged.values("verdict")[:1]),
        )
    )
    return {
        str(public_id): LatestLook(
            is_protected=is_protected,
            protected_reason=reason,
            rights=rights,
            capture=str(capture or ""),
            state=state or "",
            closed_at=closed_at,
            unusable=str(UsabilityVerdict(verdict).label) if verdict and verdict != "usable" else "",
        )
        for public_id, is_protected, reason, rights, capture, state, closed_at, verdict in rows
    }


def today_of(
    citations: Iterable[RecordCitation],
    source_ids: Iterable[str] = (),
    *,
    looks: Mapping[str, LatestLook] | None = None,
) -> Today:
    """The state today of what ``citations`` (and further sources) name, in three queries however many there are.

    ``looks`` spares one of them where the caller has asked for the sources already.
    """
    cited = [citation for citation in citations if citation.source.id]
    passages = {passage.id for citation in cited for passage in citation.passages}
    captures = {citation.capture.id for citation in cited if citation.capture}
    anchorings = _newest_anchorings(passages)
    if looks is None:
        looks = latest_looks({citation.source.id for citation in cited} | set(source_ids))
    by_source: dict[str, list[str]] = {}
    since: dict[str, str] = {}
    for citation in cited:
        outcomes = [anchorings[passage.id][0] for passage in citation.passages if passage.id in anchorings]
        by_source.setdefault(citation.source.id, []).extend(outcomes)
        if citation.capture:
            since[citation.source.id] = citation.capture.id
    states = {}
    for key, look in looks.items():
        is_later = bool(look.capture) and look.capture != since.get(key)
        is_same = bool(look.capture) and look.capture == since.get(key)
        same = (_("Not looked at again since"), False) if is_same else ("", False)
        sentence, is_changed = state_sentence(look, by_source.get(key, [])) if is_later else same
        states[key] = SourceToday(sentence, is_changed, look.is_protected, look.protected_reason, look.rights)
    told = {
        passage: term(CHANGED_PASSAGE[outcome]).format(day=day(at))
        for passage, (outcome, at) in anchorings.items()
        if outcome in CHANGED_PASSAGE
    }
    return Today(states, told, _removed(captures))


def state_sentence(later: LatestLook, outcomes: Sequence[str] = ()) -> tuple[str, bool]:
    """The sentence for a source whose newest look is ``later``, and whether it is no longer what we read.

    ``outcomes`` say what became of the passages quoted from it.
    """
    if later.closed_at is None:
        return "", False
    seen = day(later.closed_at)
    if later.state != "stored":
        return _("Did not answer when we looked on {day}").format(day=seen), True
    if later.unusable:
        return _("Could not be read any more on {day}: it {why}").format(day=seen, why=term(later.unusable)), True
    if "gone" in outcomes or "altered" in outcomes:
        return _("Changed since, seen {day}").format(day=seen), True
    if outcomes:
        return _("The words quoted stand there still, seen {day}").format(day=seen), False
    return _("Still answers, seen {day}").format(day=seen), False


def _newest_anchorings(passages: set[str]) -> dict[str, tuple[str, datetime]]:
    rows = Anchoring.objects.filter(passage__public_id__in=passages).order_by("created_at", "pk")
    named = rows.values_list("passage__public_id", "outcome", "created_at")
    return {str(passage): (outcome, at) for passage, outcome, at in named}


def _removed(captures: Iterable[str]) -> frozenset[str]:
    rows = Removal.objects.filter(subject_id__in=list(captures), done_at__isnull=False)
    return frozenset(str(one) for one in rows.values_list("subject_id", flat=True))
