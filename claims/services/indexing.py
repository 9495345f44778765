"""The index rows of what is published: written with each publication, remade from records at any time.

Public lists, search, feeds and the API read these rows and the records, never a working row of the desk.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Min, Q
from django.utils.dateparse import parse_datetime

from claims.domain.lifecycle import PUBLISHED_STATES
from claims.domain.record_parts import RecordCapture, RecordSource
from claims.domain.record_v1 import RevisionRecord
from claims.domain.veiling import veiled
from claims.models import (
    Claim,
    NoticeKind,
    PublicClaim,
    PublicCorrection,
    PublicPage,
    PublicSource,
    PublicSpeaker,
    PublicTopic,
    PublicWords,
    Revision,
    RevisionKind,
    Speaker,
    Topic,
)
from claims.models.index import PART
from claims.querysets import latest_revision_of, protected_in, record_of
from claims.search.engines import engine_for
from claims.services.public_names import named_by, refresh_names
from claims.services.rendering import remember_page
from claims.services.search_words import SearchWords, words_of_record
from sources.domain.folding import fold
from sources.models import Capture, Publisher, Source

TELLING_NOTICES = (NoticeKind.RECHECKING, NoticeKind.SUSPENDED)
"""Notices that change what a reader may rely on, so that feeds tell of them."""


def index_claim(claim: Claim, revision: Revision) -> PublicClaim:
    """Write the index rows of ``claim`` from its newest ``revision``; the caller's transaction holds the claim."""
    published = record_of(revision)
    record = veiled(published, protected_in([published]))
    is_up = claim.publication_state == "up"
    is_listed = not record.claim.demonstration and claim.publication_state != "retracted"
    row, _ = PublicClaim.objects.update_or_create(
        claim=claim,
        defaults={
            "revision": revision,
            "slug": record.claim.slug,
            "state": claim.publication_state,
            "language": record.claim.language,
            "headline": record.headline[:200],
            "statement": record.claim.statement,
            "attributed_name": record.attributed_link.who.name[:300],
            "attribution": record.verdict.shared_attribution,
            "support": record.verdict.support,
            "confidence": record.verdict.confidence,
            "outcome": record.verdict.how,
            "is_demonstration": record.claim.demonstration,
            "summary": record.summary if is_up else "",
            "quote": record.claim.quote.original,
            "first_published_at": _time(record.revision.first_published_at) or revision.published_at,
            "revised_at": _revised_at(claim, revision),
            "part": claim.pk // PART if is_listed else None,
        },
    )
    before = named_by(row)
    _index_speakers(row, record)
    _index_topics(row, record)
    _index_sources(row, published)
    _index_words(row, words_of_record(record, row))
    _index_corrections(row)
    refresh_names(before | named_by(row))
    remember_page(claim=claim, slug=row.slug, record=published)
    return row


def reindex_state(claim: Claim) -> None:
    """Bring the rows of a published claim up to its state and notices; does nothing for one never published."""
    revision = latest_revision_of(claim)
    if revision is not None:
        index_claim(claim, revision)


def remember(*, claim: Claim) -> None:
    """Know the page of a claim that was published before pages were kept."""
    with transaction.atomic():
        current = Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
        row = PublicClaim.objects.select_related("revision").filter(claim=current).first()
        if row is not None:
            remember_page(claim=current, slug=row.slug, record=record_of(row.revision))


def rebuild_public() -> int:
    """Remake every index row from the records, and drop what no published claim stands behind. Returns how many.

    In the order of first publication, which is the order of the rows' keys and of lists.
    """
    published = [state.value for state in PUBLISHED_STATES]
    for row in PublicClaim.objects.exclude(claim__publication_state__in=published):
        _drop(row)
    by_age = Claim.objects.annotate(first=Min("revisions__published_at")).order_by("first", "pk")
    return _reindex(by_age.filter(publication_state__in=published).values_list("pk", flat=True))


def _drop(row: PublicClaim) -> None:
    with transaction.atomic():
        named = named_by(row)
        engine_for().forget(row.pk)
        PublicPage.objects.filter(claim=row.claim_id).delete()
        row.delete()
        refresh_names(named)


def index_missing() -> int:
    """Index what is public and cannot be searched, as after an upgrade that made the index anew. Returns how many.

    Goes from the newest down, so that the oldest having its words means that all have them: one look in an index.
    """
    oldest = PublicClaim.objects.order_by("pk").values_list("pk", "words").first()
    if oldest is None or oldest[1] is not None:
        return 0
    rows = PublicClaim.objects.filter(words__isnull=True).order_by("-pk")
    return _reindex(rows.values_list("claim_id", flat=True))


def _reindex(claims: Iterable[int]) -> int:
    count = 0
    for pk in claims:
        with transaction.atomic():
            claim = Claim.objects.select_for_update(of=("self",)).get(pk=pk)
            reindex_state(claim)
        count += 1
    return count


def veil_protected() -> int:
    """Take out of lists and search what was protected since it was published. Returns how many rows changed.

    Nothing calls upwards, so the clock asks. What is protected no more comes back with the next publication or with
    :func:`rebuild_public`.
    """
    concerned = Q(sources__source__is_protected=True) | Q(claim__links__source__is_protected=True)
    changed = 0
    for pk in (
        PublicClaim.objects.filter(concerned).order_by("claim_id").values_list("claim_id", flat=True).distinct()
    ):
        with transaction.atomic():
            claim = Claim.objects.select_for_update(of=("self",)).get(pk=pk)
            row = PublicClaim.objects.select_related("revision").filter(claim=claim).first()
            if row is not None and _names_protected(row):
                index_claim(claim, row.revision)
                changed += 1
    return changed


def _names_protected(row: PublicClaim) -> bool:
    published = record_of(row.revision)
    record = veiled(published, protected_in([published]))
    words = PublicWords.objects.filter(pk=row.pk).first()
    is_same = words is not None and words_of_record(record, row).is_in(words)
    return not is_same or row.attributed_name != record.attributed_link.who.name[:300]


def _index_corrections(row: PublicClaim) -> None:
    changes = Revision.objects.filter(claim=row.claim_id, public_correction__isnull=True)
    PublicCorrection.objects.bulk_create(
        PublicCorrection(public_claim=row, revision=one, kind=one.kind, published_at=one.published_at)
        for one in changes.exclude(kind=RevisionKind.FIRST)
    )


def _index_words(row: PublicClaim, words: SearchWords) -> None:
    engine_for().forget(row.pk)
    stored, _ = PublicWords.objects.update_or_create(public_claim=row, defaults=asdict(words))
    engine_for().learn(stored)


def _index_speakers(row: PublicClaim, record: RevisionRecord) -> None:
    row.speakers.all().delete()
    named = [link for link in record.chain if link.who.kind == "speaker" and not link.who.is_private]
    rows = _by_public_id(Speaker.objects.all(), {link.who.id for link in named})
    fresh = {}
    for link in named:
        said_it = record.verdict.shared_attribution == "said_it"
        established = link.is_attributed and said_it and row.state == "up"
        if link.who.id in rows:
            fresh[(link.who.id, link.is_attributed)] = PublicSpeaker(
                public_claim=row,
                speaker=rows[link.who.id],
                name=link.who.name[:300],
                name_folded=fold(link.who.name)[:300],
                is_attributed=link.is_attributed,
                is_established=established,
            )
    PublicSpeaker.objects.bulk_create(fresh.values())


def _index_topics(row: PublicClaim, record: RevisionRecord) -> None:
    row.topics.all().delete()
    slugs = [topic.slug for topic in record.claim.topics]
    topics = {topic.slug: topic for topic in Topic.objects.filter(slug__in=slugs)}
    PublicTopic.objects.bulk_create(
        PublicTopic(
            public_claim=row,
            topic=topics[topic.slug],
            name=topic.name,
            slug=topic.slug.lower(),
            revised_at=row.revised_at,
        )
        for topic in record.claim.topics
        if topic.slug in topics
    )


def _index_sources(row: PublicClaim, record: RevisionRecord) -> None:
    row.sources.all().delete()
    used: list[tuple[RecordSource, RecordCapture | None, bool]] = [
        *((citation.source, citation.capture, False) for citation in record.citations),
        *((appearance.source, appearance.capture, True) for appearance in record.appearances),
    ]
    used = [use for use in used if not use[0].protected]
    sources = _by_public_id(Source.objects.all(), {source.id for source, _, _ in used})
    captures = _by_public_id(Capture.objects.all(), {capture.id for _, capture, _ in used if capture})
    publishers = _by_public_id(Publisher.objects.all(), {one.publisher.id for one, _, _ in used if one.publisher})
    fresh = {}
    for source, capture, is_appearance in used:
        if source.id in sources:
            title = str(source.title or source.url)
            fresh[(source.id, capture.id if capture else "", is_appearance)] = PublicSource(
                public_claim=row,
                source=sources[source.id],
                capture=captures.get(capture.id) if capture else None,
                title=title[:500],
                title_folded=fold(title)[:500],
                publisher=publishers.get(source.publisher.id) if source.publisher else None,
                publisher_name=source.publisher.name[:300] if source.publisher else "",
                is_appearance=is_appearance,
                revised_at=row.revised_at,
                part=None if row.part is None else sources[source.id].pk // PART,
            )
    PublicSource.objects.bulk_create(fresh.values())


def _by_public_id(rows: Any, ids: Iterable[str]) -> Mapping[str, Any]:
    return {str(row.public_id): row for row in rows.filter(public_id__in=[one for one in ids if one])}


def _revised_at(claim: Claim, revision: Revision) -> datetime:
    """When the page last told readers something new: its revision, or a notice put up or lifted since."""
    times = [revision.published_at]
    for notice in claim.notices.filter(kind__in=TELLING_NOTICES):
        times += [time for time in (notice.put_up_at, notice.lifted_at) if time is not None]
    return max(times)


def _time(text: str) -> datetime | None:
    return parse_datetime(text) if text else None
