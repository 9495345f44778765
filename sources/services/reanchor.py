"""What became of the passages pinned in earlier captures of a source, in a later capture of it.

Nothing calls upwards: what a change means for a claim is a question that ``claims`` asks of these rows.
"""

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from sources.domain.errors import DeskError
from sources.domain.quotes import Found, Outcome, find_quote
from sources.models import (
    Anchoring,
    AnchoringOutcome,
    Capture,
    CaptureState,
    Passage,
    Removal,
    UsabilityVerdict,
)
from sources.services.quote import Reading, read_copy
from sources.services.remove import removal_of

BY_OCR = "These words were not found as they are, but one of the texts was read by OCR: compare the pictures."
_MISREAD = (Outcome.ALTERED, Outcome.GONE)
"""What a misread letter looks like, too."""

_HAS_PASSAGES = """
SELECT 1 FROM sources_passage p
JOIN sources_artefact a ON a.id = p.artefact_id JOIN sources_capture c ON c.id = a.capture_id
WHERE c.source_id = %s LIMIT 1
"""


def reanchor(*, capture: Capture) -> list[Anchoring]:
    """Look for every passage of earlier captures of the same source in ``capture``; returns the new rows.

    Idempotent: a passage that was looked for in this text already is passed over. The files are read before the
    transaction begins.
    """
    if capture.state != CaptureState.STORED or removal_of(capture) is not None:
        return []
    passages = list(passages_before(capture))
    if not passages:
        return []
    reading, why_not = _reading_of(capture)
    digest = reading.artefact.sha256 if reading else ""
    rows = [_look_for(passage, capture, reading, digest, why_not) for passage in passages]
    with transaction.atomic():
        Capture.objects.select_for_update(of=("self",)).get(pk=capture.pk)
        known = Anchoring.objects.filter(capture=capture, text_sha256=digest).values_list("passage_id", flat=True)
        standing = set(known)
        return Anchoring.objects.bulk_create(row for row in rows if row.passage_id not in standing)


def reanchor_later_copy(*, capture_pk: int, source_pk: int) -> None:
    """The same for a capture that was just stored; most sources have no passage yet, and cost one query."""
    with connection.cursor() as cursor:
        cursor.execute(_HAS_PASSAGES, [source_pk])
        has_passages = cursor.fetchone() is not None
    if has_passages:
        reanchor(capture=Capture.objects.select_related("source").get(pk=capture_pk))


def passages_before(capture: Capture) -> QuerySet[Passage]:
    """The passages, words and all, that earlier stored captures of the same source have."""
    earlier = Q(artefact__capture__captured_at__lt=capture.captured_at)
    same_time = Q(artefact__capture__captured_at=capture.captured_at, artefact__capture__pk__lt=capture.pk)
    return (
        Passage.objects.filter(earlier | same_time, artefact__capture__source_id=capture.source_id)
        .exclude(exact="")
        .exclude(artefact__capture=capture)
        .select_related("artefact")
        .order_by("pk")
    )


def captures_to_reanchor() -> QuerySet[Capture]:
    """Stored captures in which an earlier passage of their source was not looked for yet, oldest first."""
    earlier = Passage.objects.filter(
        artefact__capture__source=OuterRef("source"),
        artefact__capture__captured_at__lt=OuterRef("captured_at"),
    ).exclude(exact="")
    looked = Anchoring.objects.filter(passage=OuterRef("pk"), capture=OuterRef(OuterRef("pk")))
    removed = Removal.objects.filter(subject_id=OuterRef("public_id"), field="", done_at__isnull=False)
    waiting = Exists(earlier.exclude(Exists(looked))) & ~Exists(removed)
    return Capture.objects.filter(waiting, state=CaptureState.STORED).order_by("captured_at", "pk")


def changed_since(passages: QuerySet[Passage]) -> QuerySet[Anchoring]:
    """For each of ``passages``, its newest anchoring, where that is altered or gone."""
    newer = Anchoring.objects.filter(
        passage=OuterRef("passage"), capture__captured_at__gt=OuterRef("capture__captured_at")
    ).exclude(outcome=AnchoringOutcome.UNREACHABLE)
    changed = (AnchoringOutcome.ALTERED, AnchoringOutcome.GONE)
    return Anchoring.objects.filter(~Exists(newer), passage__in=passages, outcome__in=changed).select_related(
        "passage", "capture"
    )


def _reading_of(capture: Capture) -> tuple[Reading | None, str]:
    """The text to look in; without one, why not."""
    judged = capture.usabilities.order_by("-created_at", "-pk").first()
    if judged is not None and judged.verdict != UsabilityVerdict.USABLE:
        return None, f"The later copy {judged.get_verdict_display()}: {judged.reason}"
    try:
        return read_copy(capture), ""
    except DeskError as error:
        return None, error.sentence


def _look_for(passage: Passage, capture: Capture, reading: Reading | None, digest: str, why_not: str) -> Anchoring:
    row = Anchoring(passage=passage, capture=capture, text_sha256=digest, created_at=timezone.now())
    if reading is None:
        row.outcome, row.reason = AnchoringOutcome.UNREACHABLE, why_not
        return row
    if passage.text_sha256 == digest:
        found = Found(Outcome.INTACT, passage.start, passage.end, passage.exact)
    else:
        found = find_quote(reading.text, passage.exact, passage.prefix, passage.suffix, passage.start)
    if found.outcome in _MISREAD and (reading.artefact.is_by_ocr or passage.artefact.is_by_ocr):
        row.outcome, row.reason = AnchoringOutcome.UNREACHABLE, BY_OCR
        return row
    row.outcome, row.reason = AnchoringOutcome(found.outcome.value), found.reason
    if found.outcome is not Outcome.GONE:
        row.start, row.end, row.found = found.start, found.end, found.found_text
    return row


def reanchor_due(limit: int = 20) -> int:
    """Re-anchor in captures that were closed without it (a worker died in between); returns how many rows."""
    return sum(len(reanchor(capture=capture)) for capture in captures_to_reanchor()[:limit])
