"""Telling readers that a cited source has changed or is gone since it was looked at.

Nothing calls upwards: this asks the archive what later captures of cited sources showed, and puts up a dated notice
on each page concerned. No verdict changes without people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from claims.domain.lifecycle import PublicationState
from claims.domain.sightings import sentence_of
from claims.models import Citation, Claim, Notice, NoticeKind
from claims.querysets import latest_revision_of, record_of
from claims.services.indexing import reindex_state
from claims.services.publication_moves import lock_claim, put_up_notice
from sources.models import Anchoring, AnchoringOutcome, Capture, CaptureState, Source

GONE = ("gone", "soft_404")
CHANGED = (AnchoringOutcome.ALTERED, AnchoringOutcome.GONE)


@dataclass(frozen=True)
class Sighting:
    """What a later capture showed of a cited source."""

    citation_id: str
    kind: NoticeKind
    text: str


def notice_changes() -> list[Notice]:
    """Look at every published claim's sources, and put up the notices that are missing; returns those."""
    made: list[Notice] = []
    states = (PublicationState.UP.value, PublicationState.SUSPENDED.value)
    for public_id in Claim.objects.filter(publication_state__in=states).values_list("public_id", flat=True):
        with transaction.atomic():
            claim = lock_claim(public_id)
            made.extend(_put_up_missing(claim))
    return made


def _put_up_missing(claim: Claim) -> list[Notice]:
    made = []
    for sighting in _sightings(claim):
        citation = Citation.objects.filter(public_id=sighting.citation_id).first()
        standing = claim.notices.filter(kind=sighting.kind, citation=citation, text=sighting.text)
        if citation is None or standing.exists():
            continue
        made.append(
            put_up_notice(by=None, claim=claim, kind=sighting.kind.value, text=sighting.text, citation_pk=citation.pk)
        )
    if made:
        reindex_state(claim)
    return made


def _sightings(claim: Claim) -> Iterator[Sighting]:
    revision = latest_revision_of(claim)
    if revision is None:
        return
    for citation in record_of(revision).citations:
        if citation.capture is None or citation.source.protected or citation.withdrawn is not None:
            continue
        yield from _sightings_of(
            citation.id,
            citation.source.id,
            citation.capture.captured_at,
            citation.number,
            [passage.id for passage in citation.passages],
        )


def _sightings_of(
    citation_id: str, source_id: str, looked_at: str, number: int, passages: list[str]
) -> Iterator[Sighting]:
    source = Source.objects.filter(public_id=source_id, is_protected=False).first()
    later = _latest_after(source, looked_at) if source else None
    if later is None or later.captured_at is None:
        return
    on = timezone.localtime(later.captured_at).date()
    usability = later.usabilities.first()
    if usability is not None and usability.verdict in GONE:
        yield _sighting(citation_id, NoticeKind.SOURCE_GONE, number, on)
        return
    changed = Anchoring.objects.filter(capture=later, passage__public_id__in=passages, outcome__in=CHANGED)
    if changed.exists():
        yield _sighting(citation_id, NoticeKind.SOURCE_CHANGED, number, on)


def _sighting(citation_id: str, kind: NoticeKind, number: int, on: date) -> Sighting:
    return Sighting(citation_id, kind, sentence_of(kind.value, number=number, on=on))


def _latest_after(source: Source, looked_at: str) -> Capture | None:
    later = source.captures.filter(state=CaptureState.STORED, captured_at__gt=looked_at)
    return later.order_by("-captured_at").first()
