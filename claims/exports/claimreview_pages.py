"""What the checker of ClaimReview expects of each published page, and what it finds there."""

from collections.abc import Iterator
from datetime import date

from claims.domain.claimreview_check import Expected, Finding, check_order, check_page, check_scale
from claims.domain.record_v1 import RevisionRecord
from claims.domain.scales import scale, versions
from claims.domain.veiling import veiled
from claims.models import PublicClaim
from claims.presenters.labels import verdict_words
from claims.presenters.rendered_claim import html_of
from claims.presenters.verdicts import label_of
from claims.querysets import protected_in, record_of, revisions_at


def expected_of(row: PublicClaim, record: RevisionRecord, *, site_url: str, today: date) -> Expected:
    """What the page of ``row``, whose newest record (as it may be read today) is ``record``, has to say."""
    support, is_demonstration = record.verdict.support, record.claim.demonstration
    value = scale(record.verdict.rubric).rating_value(support) if support and not is_demonstration else None
    who = record.attributed_link.who
    return Expected(
        url=f"{site_url}/claims/{row.slug}/",
        words=verdict_words(label_of(record), is_demonstration=is_demonstration),
        value=value,
        speaker=who.name if who.kind == "speaker" else "",
        is_established=who.kind == "speaker" and record.verdict.shared_attribution == "said_it",
        is_demonstration=is_demonstration,
        today=today,
        is_shown=row.state == "up",
    )


def check_published(*, site_url: str, today: date, language: str) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Each published page's address with what is wrong there; last what is wrong between pages, under ``scale``."""
    given: list[tuple[str, int]] = []
    for slug in PublicClaim.objects.order_by("pk").values_list("slug", flat=True).iterator():
        published = revisions_at(slug)
        if published is None or published[2]:
            continue
        row, revisions, _ = published
        record = record_of(revisions[-1])
        record = veiled(record, protected_in([record]))
        expected = expected_of(row, record, site_url=site_url, today=today)
        if expected.value is not None:
            given.append((expected.words, expected.value))
        yield expected.url, check_page(html_of(row, revisions, language=language), expected)
    yield "scale", (*check_scale(given), *_check_scales())


def _check_scales() -> Iterator[Finding]:
    for version in versions():
        rubric = scale(version)
        ordered = [(label.label, rubric.rating_value(label.code)) for label in rubric.ordered_support]
        yield from check_order((words, value) for words, value in ordered if value is not None)
