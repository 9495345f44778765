"""Filling the API's answers from index rows, records and presenters: what the pages show, for programs."""

import json
from dataclasses import asdict
from typing import Any

from claims.domain.record_v1 import RevisionRecord
from claims.domain.scales import scale, versions
from claims.models import PublicClaim, Revision
from claims.presenters.cards import card_of
from claims.presenters.claim_page import ClaimPage
from claims.presenters.labels import attribution_sentence
from claims.presenters.today import Today
from claims.presenters.uses import Uses
from claims.presenters.works import Known, SourcePage, state_words
from claims.public.listing import next_query
from sources.models import Capture, Source

Answer = dict[str, Any]


def claim_url(public_id: object) -> str:
    """The API address of a claim."""
    return f"/api/v1/claims/{public_id}/"


def source_url(public_id: object) -> str:
    """The API address of a source."""
    return f"/api/v1/sources/{public_id}/"


def capture_url(public_id: object) -> str:
    """The API address of a capture."""
    return f"/api/v1/captures/{public_id}/"


def claim_line(row: PublicClaim) -> Answer:
    """A claim in a list."""
    card = card_of(row)
    is_up = row.state == "up"
    verdict = {
        "support": row.support,
        "words": card.words,
        "value": _value(row),
        "confidence": row.confidence,
        "outcome": row.outcome,
    }
    attribution = {
        "code": row.attribution,
        "name": row.attributed_name,
        "words": attribution_sentence(row.attribution, row.attributed_name),
    }
    return {
        "id": row.claim.public_id,
        "state": row.state,
        "url": card.path,
        "api_url": claim_url(row.claim.public_id),
        "language": row.language,
        "statement": row.statement,
        "headline": card.headline,
        "verdict": verdict if is_up else None,
        "attribution": attribution if is_up else None,
        "is_demonstration": row.is_demonstration,
        "first_published_at": row.first_published_at,
        "revised_at": row.revised_at,
    }


def _value(row: PublicClaim) -> int | None:
    """The number on the scale, which a demonstration never has."""
    if row.is_demonstration or not row.support:
        return None
    return scale(versions()[-1]).rating_value(row.support)


def claim_answer(
    row: PublicClaim,
    page: ClaimPage,
    revisions: list[Answer],
    record: RevisionRecord,
    today: Today,
    *,
    is_shown: bool,
) -> Answer:
    """A claim with its newest record."""
    return {
        **claim_line(row),
        "record": asdict(record) if is_shown else None,
        "record_sha256": row.revision.record_sha256,
        "claimreview": page.json_ld if is_shown else None,
        "notices": [
            {"title": one.title, "day": one.day, "text": f"{one.lead} {one.text}".strip()} for one in page.banners
        ],
        "sources_today": {
            key: state.sentence for key, state in today.sources.items() if state.sentence and not state.is_protected
        },
        "revisions": revisions,
    }


def revision_line(revision: Revision, note: str) -> Answer:
    """A revision in the list of its claim."""
    return {
        "id": revision.public_id,
        "number": revision.number,
        "kind": revision.kind,
        "note": note,
        "published_at": revision.published_at,
        "schema": revision.schema,
        "record_sha256": revision.record_sha256,
        "previous_sha256": revision.previous_sha256,
        "api_url": f"/api/v1/revisions/{revision.public_id}/",
    }


def revision_answer(revision: Revision, record: RevisionRecord, *, is_shown: bool) -> Answer:
    """A revision with its record; without it while the verdict is hidden."""
    return {
        **revision_line(revision, record.revision.note),
        "claim": claim_url(revision.claim.public_id),
        "record": asdict(record) if is_shown else None,
        "text": revision.record if is_shown else None,
    }


def speaker_line(public_id: object, name: str) -> Answer:
    """A speaker in a list."""
    return {
        "id": public_id,
        "name": name,
        "url": f"/speakers/{public_id}/",
        "api_url": f"/api/v1/speakers/{public_id}/",
    }


def source_line(public_id: object, title: str) -> Answer:
    """A source in a list."""
    return {"id": public_id, "title": title, "url": f"/sources/{public_id}/", "api_url": source_url(public_id)}


def source_answer(source: Source, page: SourcePage, uses: Uses, captures: list[Capture]) -> Answer:
    """A source in full, with one slice of the claims that name it."""
    more = next_query(uses.after)
    return {
        **source_line(source.public_id, page.title),
        "live_url": page.url,
        "description": page.description,
        "facts": [{"name": fact.name, "text": fact.text} for fact in page.facts],
        "rights": source.rights,
        "is_demonstration": page.is_demonstration,
        "cited_by": [claim_url(row.claim.public_id) for row in uses.cited],
        "appeared": [claim_url(row.claim.public_id) for row in uses.appeared],
        "next": f"{source_url(source.public_id)}?{more}" if more else None,
        "captures": [capture_line(capture) for capture in captures],
    }


def capture_line(capture: Capture) -> Answer:
    """A capture in the list of its source."""
    return {
        "id": capture.public_id,
        "state": capture.state,
        "method": capture.method,
        "captured_at": capture.captured_at,
        "closed_at": capture.closed_at,
        "words": state_words(capture),
        "api_url": capture_url(capture.public_id),
    }


def capture_answer(source: Source, capture: Capture, known: Known, text_sha256: str) -> Answer:
    """A capture in full; passages only where the rights let them be shown."""
    quoted = [
        {"exact": one.exact, "prefix": one.prefix, "suffix": one.suffix, "start": one.start, "end": one.end}
        for one in known.passages
        if one.text_sha256 == text_sha256 and source.rights != "digest"
    ]
    return {
        **capture_line(capture),
        "source": source_url(source.public_id),
        "url": f"/sources/{source.public_id}/captures/{capture.public_id}/",
        "url_requested": capture.url_requested,
        "final_url": capture.final_url,
        "http_status": capture.http_status,
        "media_type": capture.media_type,
        "bytes": capture.body_bytes,
        "body_sha256": capture.body_sha256,
        "warc_sha256": capture.warc_sha256,
        "text_sha256": text_sha256,
        "rights": source.rights,
        "passages": [json.loads(one) for one in dict.fromkeys(json.dumps(one) for one in quoted)],
    }
