"""An article as an annotated reading: its claims in the order in which they appear in it, each with its verdict.

Nothing of the article is printed but the wording that a claim's record has.
"""

import re
from dataclasses import dataclass

from claims.domain.record_v1 import RecordAppearance, RevisionRecord
from claims.domain.records import Removed
from claims.models import PublicClaim
from claims.presenters.cards import ClaimCard, card_of
from claims.presenters.dates import shown_date
from claims.presenters.works import Known
from claims.querysets import records_of
from sources.models import Source

_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True)
class Annotation:
    """One claim of the article: the wording used there, where, and the claim with its verdict."""

    wording: str
    locator: str
    card: ClaimCard


@dataclass(frozen=True)
class Article:
    """The page's content."""

    title: str
    source_path: str
    language: str
    byline: str
    live_url: str
    annotations: tuple[Annotation, ...]
    is_demonstration: bool


def article_of(source: Source, known: Known, text: str | None) -> Article | None:
    """The reading of ``source``; ``None`` where no published claim appeared in it.

    ``text`` is the newest text of it that we have, in which the order is looked up; it is not printed.
    """
    records = records_of([row.revision for row in known.rows])
    found = [
        (row, one)
        for row, record in zip(known.rows, records, strict=True)
        for one in _appearances(record, str(source.public_id))
    ]
    if not found:
        return None
    described = known.source
    by = [described.publisher.name if described.publisher else "", described.author, shown_date(described.published)]
    return Article(
        title=described.title or described.url,
        source_path=f"/sources/{source.public_id}/",
        language=described.language,
        byline=", ".join(part for part in by if part),
        live_url=described.url if described.url.startswith(("http://", "https://")) else "",
        annotations=tuple(
            _annotation(row, one) for row, one in sorted(found, key=lambda pair: _place(pair[0], pair[1], text or ""))
        ),
        is_demonstration=any(row.is_demonstration for row in known.rows),
    )


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
