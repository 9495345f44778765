"""An article as an annotated reading: its claims in the order in which they appear in it, each with its verdict.

Nothing of the article is printed but the wording that a claim's record has. Where there are more claims than a page
shows, the order is that of :data:`MOST_TOGETHER` of them, so that reading on goes on in the article. Each of these is
read for each page; what has more claims than that is read in stretches, what was published first in the first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from claims.domain.record_v1 import RecordAppearance, RevisionRecord
from claims.domain.records import Removed
from claims.models import PublicClaim, PublicSource
from claims.presenters.cards import ClaimCard, card_of
from claims.presenters.dates import shown_date
from claims.presenters.works import Known
from claims.querysets import records_of
from sources.domain.errors import BadInput
from sources.models import Source

MOST_TOGETHER: Final = 300
UNKNOWN: Final = ("cursor_unknown", "This list does not go on there. Start again at its top.")
_NUMBERS = re.compile(r"\d+")

Found = tuple[PublicClaim, RecordAppearance]


@dataclass(frozen=True)
class Annotation:
    """One claim of the article: the wording used there, where, and the claim with its verdict."""

    wording: str
    locator: str
    card: ClaimCard


@dataclass(frozen=True)
class Article:
    """The page's content. ``after`` is the cursor of the claims that follow it, ``""`` at the end."""

    title: str
    source_path: str
    language: str
    byline: str
    live_url: str
    annotations: tuple[Annotation, ...]
    after: str
    is_demonstration: bool


def article_of(source: Source, known: Known, text: str | None, after: str = "", size: int = 100) -> Article | None:
    """The reading of ``source``; ``None`` where no published claim appeared in it.

    ``text`` is the newest text of it that we have, in which the order is looked up; it is not printed. At most
    ``size`` claims that follow the cursor ``after``. Raises ``BadInput`` (``cursor_unknown``).
    """
    slug, _, last = after.rpartition(".")
    number = _stretch_of(source, slug) if after else 0
    found = _found(source, known, number, text or "")
    start = _start(found, last) if after else 0
    if after and start == len(found):
        number, start = number + 1, 0
        found = _found(source, known, number, text or "")
    if not found:
        if after:
            raise BadInput(*UNKNOWN)
        return None
    shown = found[start : start + size]
    goes_on = start + size < len(found) or _is_any(source, known, number + 1)
    described = known.source
    by = [described.publisher.name if described.publisher else "", described.author, shown_date(described.published)]
    return Article(
        title=described.title or described.url,
        source_path=f"/sources/{source.public_id}/",
        language=described.language,
        byline=", ".join(part for part in by if part),
        live_url=described.url if described.url.startswith(("http://", "https://")) else "",
        annotations=tuple(_annotation(row, one) for row, one in shown),
        after=f"{shown[-1][0].slug}.{shown[-1][1].id}" if goes_on else "",
        is_demonstration=any(row.is_demonstration for row in (*known.rows, *(row for row, _ in found))),
    )


def _found(source: Source, known: Known, number: int, text: str) -> list[Found]:
    """What appeared in it by the claims of one stretch, in its order there."""
    rows = _rows(source, known, number)
    records = records_of([row.revision for row in rows])
    found = [
        (row, one)
        for row, record in zip(rows, records, strict=True)
        for one in _appearances(record, str(source.public_id))
    ]
    return sorted(found, key=lambda pair: _place(pair[0], pair[1], text))


def _keys(source: Source) -> QuerySet[PublicSource, int]:
    """The keys of the public claims that appeared in it, what was published first first."""
    named = PublicSource.objects.filter(source=source, is_appearance=True)
    return named.order_by("public_claim_id").values_list("public_claim_id", flat=True).distinct()


def _rows(source: Source, known: Known, number: int) -> Sequence[PublicClaim]:
    """The published claims of one stretch, counted from 0."""
    if not known.is_cut:
        return known.rows if number == 0 else ()
    keys = list(_keys(source)[number * MOST_TOGETHER : (number + 1) * MOST_TOGETHER])
    return list(PublicClaim.objects.filter(pk__in=keys).select_related("revision", "claim").order_by("pk"))


def _is_any(source: Source, known: Known, number: int) -> bool:
    """Whether a stretch of this number has a claim."""
    return known.is_cut and bool(_keys(source)[number * MOST_TOGETHER : number * MOST_TOGETHER + 1])


def _stretch_of(source: Source, slug: str) -> int:
    """The number of the stretch in which the claim with this address stands."""
    pk = PublicClaim.objects.filter(slug=slug[:200]).values_list("pk", flat=True).first()
    if pk is None:
        raise BadInput(*UNKNOWN)
    return _keys(source).filter(public_claim_id__lt=pk).count() // MOST_TOGETHER


def _start(found: Sequence[Found], last: str) -> int:
    """The place after the appearance with the id ``last``."""
    for at, (_row, one) in enumerate(found, start=1):
        if one.id == last:
            return at
    raise BadInput(*UNKNOWN)


def _appearances(record: RevisionRecord, public_id: str) -> list[RecordAppearance]:
    return [one for one in record.appearances if one.source.id == public_id and not one.source.protected]


def _annotation(row: PublicClaim, appearance: RecordAppearance) -> Annotation:
    return Annotation(appearance.wording, appearance.locator, card_of(row))


def _place(row: PublicClaim, appearance: RecordAppearance, text: str) -> tuple[int, int, tuple[int, ...], str, int]:
    """Where it stands: by its words in the text, else by the numbers of its locator, else as it was entered."""
    is_sought = bool(appearance.wording) and not isinstance(appearance.wording, Removed)
    at = text.find(appearance.wording) if is_sought else -1
    numbers = tuple(int(number[:9]) for number in _NUMBERS.findall(appearance.locator))
    return (0 if at >= 0 else 1, max(at, 0), numbers or (10**9,), appearance.locator, row.claim_id)
