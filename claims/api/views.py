"""The API's doors: parse, ask a presenter, answer. Read only, JSON only, published things only."""

import uuid

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from claims.api import answers
from claims.api.serializers import (
    ClaimPageSerializer,
    ClaimSerializer,
    ErrorSerializer,
    RevisionSerializer,
    SourcePageSerializer,
    SpeakerPageSerializer,
    SpeakerSerializer,
)
from claims.domain.scales import SUPPORT_CODES
from claims.models import NameKind, PublicClaim, Revision
from claims.presenters.archived_copy import text_digest_of
from claims.presenters.claim_page import page_of
from claims.presenters.names import name_at, name_page
from claims.presenters.today import today_of
from claims.presenters.uses import uses_of
from claims.presenters.works import Known, known_of, public_captures, removal_of, source_page
from claims.public.claims import shows_record
from claims.public.listing import next_query
from claims.public.parameters import typed_in
from claims.querysets import record_of, records_of
from claims.search.facets import read_filters
from claims.search.searching import SORTS, attributed_to, query_of, search
from sources.api import CaptureSerializer, SourceSerializer
from sources.domain.errors import NotFound
from sources.models import Capture, Source

MOST_OF_ONE = 100
REFUSALS = {400: ErrorSerializer, 404: ErrorSerializer}


AFTER = OpenApiParameter("after", str, description="The cursor of the slice before: take it from its “next”.")


@extend_schema(
    operation_id="claims_list",
    parameters=[
        OpenApiParameter("q", str, description="Words, “phrases”, -exclusions; stems in the languages published."),
        OpenApiParameter("support", str, enum=SUPPORT_CODES, description="Not together with a speaker."),
        OpenApiParameter("topic", str, description="The slug of a topic."),
        OpenApiParameter("outlet", uuid.UUID, description="The publisher of a source that the claim appeared in."),
        OpenApiParameter("source", uuid.UUID, description="A source that the claim cites."),
        OpenApiParameter("speaker", uuid.UUID, description="Who is established to have said it."),
        OpenApiParameter("date", str, description="Year or month of first publication: 2026, 2026-03."),
        OpenApiParameter("sort", str, enum=SORTS, description="By relevance if there are words; else by date."),
        AFTER,
    ],
    responses={200: ClaimPageSerializer, 400: ErrorSerializer},
)
@api_view(["GET", "HEAD"])
def claims(request: Request) -> Response:
    """Published claims, newest first; by relevance where words are looked for, unless sorted by date."""
    typed = typed_in(request.query_params)
    q, filters, sort = typed("q"), read_filters(typed), typed("sort") or "relevance"
    query = query_of(q)
    if q.strip() and query.is_empty:
        return Response({"next": None, "results": []})
    found = search(query, filters, sort=sort, after=typed("after"), counts=False)
    more = next_query(found.after, q=q, **filters.chosen(), sort=typed("sort"))
    results = [answers.claim_line(row) for row in found.rows]
    return Response({"next": f"/api/v1/claims/?{more}" if more else None, "results": results})


@extend_schema(responses={200: ClaimSerializer, 404: ErrorSerializer})
@api_view(["GET", "HEAD"])
def claim(request: Request, public_id: uuid.UUID) -> Response:
    """One claim with its newest record."""
    row = PublicClaim.objects.select_related("claim", "revision").filter(claim__public_id=public_id).first()
    if row is None:
        raise NotFound("not_published", "There is no published claim of this id.")
    revisions = list(row.claim.revisions.order_by("-number"))
    records = records_of(revisions)
    page = page_of(row, site_url=settings.SITE_URL, desk_name=settings.DESK_NAME)
    today = today_of(records[0].citations)
    lines = [answers.revision_line(one, rec.revision.note) for one, rec in zip(revisions, records, strict=True)]
    return Response(answers.claim_answer(row, page, lines, records[0], today, is_shown=shows_record(row, records[0])))


@extend_schema(responses={200: RevisionSerializer, 404: ErrorSerializer})
@api_view(["GET", "HEAD"])
def revision(request: Request, public_id: uuid.UUID) -> Response:
    """One revision with its record and the exact text that was hashed."""
    found = Revision.objects.select_related("claim__public").filter(public_id=public_id).first()
    row = PublicClaim.objects.filter(claim=found.claim).first() if found else None
    if found is None or row is None:
        raise NotFound("revision_unknown", "There is no published revision of this id.")
    record = record_of(found)
    return Response(answers.revision_answer(found, record, is_shown=shows_record(row, record)))


@extend_schema(
    operation_id="speakers_list", parameters=[AFTER], responses={200: SpeakerPageSerializer, 400: ErrorSerializer}
)
@api_view(["GET", "HEAD"])
def speakers(request: Request) -> Response:
    """Named speakers to whom a published claim is attributed, by name."""
    page = name_page(NameKind.SPEAKER, typed_in(request.query_params)("after"))
    more = next_query(page.after)
    results = [answers.speaker_line(line.id, line.name) for line in page.lines]
    return Response({"next": f"/api/v1/speakers/?{more}" if more else None, "results": results})


@extend_schema(
    parameters=[
        OpenApiParameter("after", str, description="The cursor in “established_next”."),
        OpenApiParameter("others_after", str, description="The cursor in “attributed_not_established_next”."),
    ],
    responses={200: SpeakerSerializer, **REFUSALS},
)
@api_view(["GET", "HEAD"])
def speaker(request: Request, public_id: uuid.UUID) -> Response:
    """What one speaker is established to have said, and apart from it what is only attributed to them."""
    line = name_at(NameKind.SPEAKER, str(public_id))
    if line is None:
        raise NotFound("speaker_unknown", "Nothing is published that is attributed to a speaker of this id.")
    typed = typed_in(request.query_params)
    after, others_after = typed("after"), typed("others_after")
    established = attributed_to(public_id, is_established=True, after=after, size=MOST_OF_ONE)
    others = attributed_to(public_id, is_established=False, after=others_after, size=MOST_OF_ONE)
    more = next_query(established.after, others_after=others_after)
    more_others = next_query(others.after, "others_after", after=after)
    answer = answers.speaker_line(public_id, line.name)
    return Response(
        {
            **answer,
            "established": [answers.claim_line(row) for row in established.rows],
            "established_next": f"{answer['api_url']}?{more}" if more else None,
            "attributed_not_established": [answers.claim_line(row) for row in others.rows],
            "attributed_not_established_next": f"{answer['api_url']}?{more_others}" if more_others else None,
        }
    )


@extend_schema(
    operation_id="sources_list", parameters=[AFTER], responses={200: SourcePageSerializer, 400: ErrorSerializer}
)
@api_view(["GET", "HEAD"])
def sources(request: Request) -> Response:
    """Sources that published claims cite or appeared in, by title."""
    page = name_page(NameKind.SOURCE, typed_in(request.query_params)("after"))
    more = next_query(page.after)
    results = [answers.source_line(line.id, line.name) for line in page.lines]
    return Response({"next": f"/api/v1/sources/?{more}" if more else None, "results": results})


def _known(source: Source | None) -> tuple[Source, Known]:
    known = known_of(source) if source else None
    if source is None or known is None:
        raise NotFound("source_unknown", "No published claim names a source of this id.")
    return source, known


@extend_schema(parameters=[AFTER], responses={200: SourceSerializer, **REFUSALS})
@api_view(["GET", "HEAD"])
def source(request: Request, public_id: uuid.UUID) -> Response:
    """One source: where it is cited, a hundred claims at a time, and when we looked at it."""
    row, known = _known(Source.objects.filter(public_id=public_id).first())
    uses = uses_of(row, typed_in(request.query_params)("after"), MOST_OF_ONE)
    captures = public_captures(row, known)
    return Response(answers.source_answer(row, source_page(row, known, uses), uses, captures))


@extend_schema(responses={200: CaptureSerializer, 404: ErrorSerializer, 410: ErrorSerializer, 451: ErrorSerializer})
@api_view(["GET", "HEAD"])
def capture(request: Request, public_id: uuid.UUID) -> Response:
    """One archived copy: its digests, how it came, and the passages quoted from it."""
    found = Capture.objects.select_related("source").filter(public_id=public_id).first()
    row, known = _known(found.source if found else None)
    shown = next((one for one in public_captures(row, known) if one.public_id == public_id), None)
    if shown is None:
        raise NotFound("capture_unknown", "No published claim rests on a capture of this id.")
    removal = removal_of(shown)
    if removal is not None:
        sentence = f"This archived copy was removed. The ground: {removal.get_reason_display()}."
        return Response({"code": "copy_removed", "sentence": sentence}, status=removal.http_status)
    return Response(answers.capture_answer(row, shown, known, text_digest_of(shown, known)))
