"""A source and its captures as the public may see them, from the records that list it and today's state of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from claims.domain.record_parts import RecordPassage, RecordSource
from claims.domain.record_v1 import RevisionRecord
from claims.models import PublicClaim, PublicSource
from claims.presenters.cards import ClaimCard, card_of
from claims.presenters.dates import shown_date
from claims.presenters.excerpts import Excerpt, Mark, surroundings, whole
from claims.presenters.parts import Fact
from claims.presenters.uses import Uses
from claims.presenters.wording import day, from_archive, moment, sentence, term
from claims.querysets import records_of
from sources.models import Anchoring, Capture, CaptureMethod, CaptureState, Removal, Source, UsabilityVerdict

MOST_CLAIMS = 100
MOST_CAPTURES = 100
RIGHTS = {
    "quoted": gettext_noop(
        "We show the passages that are quoted, with what stands around them, and no more of this copy."
    ),
    "full": gettext_noop("We may show this copy in full."),
    "digest": gettext_noop("We may show nothing of this copy but its digest."),
}


@dataclass(frozen=True)
class CaptureLine:
    """One look at the source, in a list of them."""

    path: str
    iso: str
    day: str
    text: str
    is_current: bool
    compare_path: str = ""


@dataclass(frozen=True)
class SourcePage:
    """A source: what it is, where it is cited, when we looked."""

    title: str
    url: str
    language: str
    facts: tuple[Fact, ...]
    description: str
    rights: str
    publisher: str
    publisher_path: str
    article_path: str
    cited_by: tuple[ClaimCard, ...]
    appeared: tuple[ClaimCard, ...]
    captures: tuple[CaptureLine, ...]
    is_demonstration: bool


@dataclass(frozen=True)
class Known:
    """What published records say of one source: the description of the newest, and every passage quoted from it.

    ``is_cut``: more claims may name it than :data:`MOST_CLAIMS`, the newest, of which this is told.
    """

    source: RecordSource
    passages: tuple[RecordPassage, ...]
    text_digests: frozenset[str]
    rows: tuple[PublicClaim, ...]
    first_listed: frozenset[int]
    is_cut: bool = False


def known_of(source: Source) -> Known | None:
    """What is published of ``source``; ``None`` if no published record names it, or it is protected now."""
    if source.is_protected:
        return None
    uses = list(
        PublicSource.objects.filter(source=source)
        .select_related("public_claim__revision", "public_claim__claim")
        .order_by("-public_claim_id", "pk")[:MOST_CLAIMS]
    )
    rows = list({use.public_claim_id: use.public_claim for use in uses}.values())
    if not rows:
        return None
    records = records_of([row.revision for row in rows])
    described = _described(records, str(source.public_id))
    if described is None:
        return None
    passages: list[RecordPassage] = []
    digests: set[str] = set()
    for row, record in zip(rows, records, strict=True):
        for citation in record.citations:
            if citation.source.id == str(source.public_id) and citation.capture:
                digests.add(citation.capture.text_sha256)
                passages += citation.passages if row.state == "up" else ()
    listed = frozenset(use.capture_id for use in uses if use.capture_id is not None)
    is_cut = len(uses) == MOST_CLAIMS
    return Known(described, tuple(passages), frozenset(digests - {""}), tuple(rows), listed, is_cut)


def _described(records: Sequence[RevisionRecord], public_id: str) -> RecordSource | None:
    for record in records:
        used = [one.source for one in record.citations] + [one.source for one in record.appearances]
        for source in used:
            if source.id == public_id:
                return source
    return None


def public_captures(source: Source, known: Known) -> list[Capture]:
    """Captures that a record lists, and later ones of the same source; newest first."""
    listed = Capture.objects.filter(pk__in=known.first_listed).exclude(closed_at=None).order_by("closed_at", "pk")
    oldest = listed.first()
    if oldest is None or oldest.closed_at is None:
        return []
    later = Capture.objects.filter(source=source, closed_at__gte=oldest.closed_at).exclude(state="open")
    return list(later.prefetch_related("usabilities").order_by("-closed_at", "-pk")[:MOST_CAPTURES])


def source_page(source: Source, known: Known, uses: Uses) -> SourcePage:
    """The page of ``source``, with this slice of the claims that name it."""
    described = known.source
    appeared = uses.appeared or PublicSource.objects.filter(source=source, is_appearance__in=[True]).exists()
    facts = [
        (_("Author, as printed"), described.author),
        (_("Date"), shown_date(described.published)),
        (_("Date, as printed"), described.published.printed),
    ]
    return SourcePage(
        title=described.title or described.url,
        url=described.url if described.url.startswith(("http://", "https://")) else "",
        language=described.language,
        facts=tuple(Fact(name, text) for name, text in facts if text),
        description=described.description,
        rights=term(RIGHTS[source.rights]),
        publisher=described.publisher.name if described.publisher else "",
        publisher_path=f"/publishers/{described.publisher.id}/" if described.publisher else "",
        article_path=f"/articles/{source.public_id}/" if appeared else "",
        cited_by=tuple(card_of(row) for row in uses.cited),
        appeared=tuple(card_of(row) for row in uses.appeared),
        captures=capture_lines(source, public_captures(source, known), beside_older=source.rights != "digest"),
        is_demonstration=described.is_demonstration
        or any(row.is_demonstration for row in (*known.rows, *uses.cited, *uses.appeared)),
    )


def capture_lines(
    source: Source, captures: Iterable[Capture], current: Capture | None = None, *, beside_older: bool = False
) -> tuple[CaptureLine, ...]:
    """The looks at ``source``, newest first, as a timeline.

    Each copy leads to what changed between it and ``current``, or, ``beside_older``, since the copy before it.
    """
    looks = [(capture, _at(capture)) for capture in captures if capture.closed_at is not None]
    days = Counter(moment(made).date() for _capture, made in looks)
    stored = _not_removed([capture for capture, _made in looks if capture.state == "stored"])
    others = dict(pairwise(stored)) if beside_older else {}
    if current in stored:
        others = {capture: current for capture in stored if capture != current}
    return tuple(
        CaptureLine(
            path=f"/sources/{source.public_id}/captures/{capture.public_id}/",
            iso=made.isoformat(),
            day=_day_or_time(made, is_alone=days[moment(made).date()] == 1),
            text=look_words(capture),
            is_current=current is not None and capture.pk == current.pk,
            compare_path=compare_path(source, capture, others[capture]) if capture in others else "",
        )
        for capture, made in looks
    )


def _at(capture: Capture) -> datetime:
    return capture.captured_at or capture.closed_at or capture.requested_at


def _not_removed(captures: Sequence[Capture]) -> list[Capture]:
    """Those of ``captures`` whose bytes are still there."""
    ids = [capture.public_id for capture in captures]
    rows = Removal.objects.filter(subject_id__in=ids, field="", done_at__isnull=False)
    gone = set(rows.values_list("subject_id", flat=True))
    return [capture for capture in captures if capture.public_id not in gone]


def _day_or_time(at: datetime, *, is_alone: bool) -> str:
    """The day, and the time too where more was done on it."""
    return day(at) if is_alone else f"{day(at)}, {moment(at):%H:%M:%S %Z}"


def compare_path(source: Source, one: Capture, other: Capture) -> str:
    """Where two copies stand compared: the older first."""
    older, newer = sorted((one, other), key=lambda capture: (capture.captured_at or capture.requested_at, capture.pk))
    return f"/sources/{source.public_id}/captures/{older.public_id}/compare/{newer.public_id}/"


def look_words(capture: Capture) -> str:
    """How a capture was made and what came of it: “Fetched by us: a copy was kept”."""
    how, what = term(CaptureMethod(capture.method).label), state_words(capture)
    return sentence(_("{how}: {what}").format(how=how, what=what))


def state_words(capture: Capture) -> str:
    """What came of a capture, in words for readers."""
    if capture.state != "stored":
        kept = capture.failure_sentence
        return from_archive(kept) or kept or term(CaptureState(capture.state).label)
    newest = max(capture.usabilities.all(), key=lambda row: (row.created_at, row.pk), default=None)
    if newest is None or newest.verdict == UsabilityVerdict.USABLE:
        return _("a copy was kept")
    return _("a copy was kept, but it {why}").format(why=term(UsabilityVerdict(newest.verdict).label))


def marks_in(
    capture: Capture, known: Known, text_sha256: str, outcomes: Sequence[str] = ("intact", "moved")
) -> list[Mark]:
    """Where the passages quoted stand in this text: as chosen, or as found again in a later capture."""
    marks = [Mark(passage.start, passage.end) for passage in known.passages if passage.text_sha256 == text_sha256]
    found = Anchoring.objects.filter(
        capture=capture,
        text_sha256=text_sha256,
        outcome__in=outcomes,
        passage__public_id__in=[passage.id for passage in known.passages],
        start__isnull=False,
    )
    marks += [Mark(start, end) for start, end in found.values_list("start", "end") if start is not None and end]
    return marks


def excerpt_for(rights: str, text: str, marks: list[Mark]) -> Excerpt | None:
    """What may be shown of ``text`` under ``rights``; ``None`` for nothing at all."""
    if rights == "full":
        return whole(text, marks)
    return surroundings(text, marks) if rights == "quoted" else None


def removal_of(capture: Capture) -> Removal | None:
    """The removal of this capture's bytes, if there was one."""
    return Removal.objects.filter(subject_id=capture.public_id, done_at__isnull=False).first()
