"""What live rows add to a published citation: what became of the source and of its passages since.

Nothing here changes a record. A source that became protected since, or a copy that was removed, is told by this too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from claims.domain.record_v1 import RecordCitation
from claims.presenters.wording import day
from sources.models import Anchoring, Capture, Removal, Source, Usability

CHANGED_PASSAGE = {"altered": "This passage was altered since", "gone": "This passage is gone from the source since"}


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


def today_of(citations: Iterable[RecordCitation], source_ids: Iterable[str] = ()) -> Today:
    """The state today of what ``citations`` (and further sources) name, in five queries however many there are."""
    cited = [citation for citation in citations if citation.source.id]
    ids = {citation.source.id for citation in cited} | {one for one in source_ids if one}
    passages = {passage.id for citation in cited for passage in citation.passages}
    captures = {citation.capture.id: citation.capture.captured_at for citation in cited if citation.capture}
    anchorings = _newest_anchorings(passages)
    newest = _newest_captures(ids)
    unusable = _unusable({capture.pk for capture in newest.values()})
    by_source: dict[str, list[str]] = {}
    since: dict[str, str] = {}
    for citation in cited:
        outcomes = [anchorings[passage.id][0] for passage in citation.passages if passage.id in anchorings]
        by_source.setdefault(citation.source.id, []).extend(outcomes)
        if citation.capture:
            since[citation.source.id] = citation.capture.id
    states = {}
    for source in Source.objects.filter(public_id__in=ids):
        key = str(source.public_id)
        capture = newest.get(key)
        is_later = capture is not None and str(capture.public_id) != since.get(key)
        later = capture if is_later else None
        sentence, is_changed = _state(later, by_source.get(key, []), unusable)
        states[key] = SourceToday(sentence, is_changed, source.is_protected, source.protected_reason, source.rights)
    told = {
        passage: f"{CHANGED_PASSAGE[outcome]}, seen {day(at)}."
        for passage, (outcome, at) in anchorings.items()
        if outcome in CHANGED_PASSAGE
    }
    return Today(states, told, _removed(captures))


def _state(later: Capture | None, outcomes: list[str], unusable: Mapping[int, str]) -> tuple[str, bool]:
    """The sentence for a source whose newest later look is ``later``, and whether it is no longer what we read."""
    if later is None or later.closed_at is None:
        return "", False
    seen = day(later.closed_at)
    if later.state != "stored":
        return f"Did not answer when we looked on {seen}", True
    if later.pk in unusable:
        return f"Could not be read any more on {seen}: it {unusable[later.pk]}", True
    if "gone" in outcomes or "altered" in outcomes:
        return f"Changed since, seen {seen}", True
    if outcomes:
        return f"The words quoted stand there still, seen {seen}", False
    return f"Still answers, seen {seen}", False


def _newest_anchorings(passages: set[str]) -> dict[str, tuple[str, datetime]]:
    rows = Anchoring.objects.filter(passage__public_id__in=passages).order_by("created_at", "pk")
    named = rows.values_list("passage__public_id", "outcome", "created_at")
    return {str(passage): (outcome, at) for passage, outcome, at in named}


def _newest_captures(ids: set[str]) -> dict[str, Capture]:
    rows = Capture.objects.filter(source__public_id__in=ids).exclude(state="open").select_related("source")
    return {str(row.source.public_id): row for row in rows.order_by("closed_at", "pk")}


def _unusable(captures: set[int]) -> dict[int, str]:
    newest: dict[int, Usability] = {}
    for row in Usability.objects.filter(capture_id__in=captures).order_by("created_at", "pk"):
        newest[row.capture_id] = row
    return {pk: str(row.get_verdict_display()) for pk, row in newest.items() if row.verdict != "usable"}


def _removed(captures: Iterable[str]) -> frozenset[str]:
    rows = Removal.objects.filter(subject_id__in=list(captures), done_at__isnull=False)
    return frozenset(str(one) for one in rows.values_list("subject_id", flat=True))
