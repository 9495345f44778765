"""The API's doors: parse, ask a presenter, answer. Read only, JSON only, published things only."""

import uuid

from django.conf import settings
from django.db.models import Min
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
    SpeakerLineSerializer,
    SpeakerSerializer,
)
from claims.domain.scales import SUPPORT_CODES
from claims.models import PublicClaim, PublicSource, PublicSpeaker, Revision
from claims.presenters.archived_copy import text_digest_of
from claims.presenters.claim_page import page_of
from claims.presenters.today import today_of
from claims.presenters.works import Known, known_of, public_captures, removal_of, source_page
from claims.public.claims import shows_record
from claims.public.listing import newest_first
from claims.querysets import record_of, records_of
from claims.search.engines import engine_for
from claims.search.query import parse
from sources.api import CaptureSerializer, SourceLineSerializer, SourceSerializer
from sources.domain.errors import BadInput, NotFound
from sources.models import Capture, Source

MOST_NAMES = 1000
MOST_OF_ONE = 100
REFUSALS = {400: ErrorSerializer, 404: ErrorSerializer}


def _typed(request: Request, name: str) -> str:
    return str(request.query_params.get(name, "")).replace("\x00", "").encode("utf-8", "ignore").decode()


@extend_schema(
    operation_id="claims_list",
    parameters=[
        OpenApiParameter("q", str, description="Words, “phrases”, -exclusions."),
        OpenApiParameter("support", str, enum=SUPPORT_CODES),
        OpenApiParameter("topic", str, description="The slug of a topic."),
        OpenApiParameter("after", str, description="The cursor of the slice before."),
    ],
    responses={200: ClaimPageSerializer, 400: ErrorSerializer},
)
@api_view(["GET"])
def claims(request: Request) -> Response:
    """Published claims, newest first."""
    rows = PublicClaim.objects.select_related("claim")
    support, topic, typed = _typed(request, "support"), _typed(request, "topic"), _typed(request, "q")
    if support:
        if support not in SUPPORT_CODES:
            raise BadInput("support_unknown", "There is no such verdict.")
        rows = rows.filter(state="up", support=support)
    if topic:
        rows = rows.filter(topics__slug=topic)
    if typed:
        query = parse(typed)
        rows = rows.none() if query.is_empty else engine_for().narrow(rows, query)
    found = newest_first(rows, _typed(request, "after"))
    more = found.query(q=typed, support=support, topic=topic)
    results = [answers.claim_line(row) for row in found.rows]
    return Response({"next": f"/api/v1/claims/?{more}" if more else None, "results": results})


@extend_schema(responses={200: ClaimSerializer, 404: ErrorSerializer})
@api_view(["GET"])
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
@api_view(["GET"])
def revision(request: Request, public_id: uuid.UUID) -> Response:
    """One revision with its record and the exact text that was hashed."""
    found = Revision.objects.select_related("claim__public").filter(public_id=public_id).first()
    row = PublicClaim.objects.filter(claim=found.claim).first() if found else None
    if found is None or row is None:
        raise NotFound("revision_unknown", "There is no published revision of this id.")
    record = record_of(found)
    return Response(answers.revision_answer(found, record, is_shown=shows_record(row, record)))


@extend_schema(responses=SpeakerLineSerializer(many=True))
@api_view(["GET"])
def speakers(request: Request) -> Response:
    """Named speakers to whom a published claim is attributed, by name."""
    rows = (
        PublicSpeaker.objects.filter(speaker__is_private_person=False, is_attributed=True)
        .values("speaker__public_id")
        .annotate(shown=Min("name"), sort=Min("name_folded"))
        .order_by("sort", "speaker__public_id")[:MOST_NAMES]
    )
    return Response([answers.speaker_line(row["speaker__public_id"], row["shown"]) for row in rows])


@extend_schema(responses={200: SpeakerSerializer, 404: ErrorSerializer})
@api_view(["GET"])
def speaker(request: Request, public_id: uuid.UUID) -> Response:
    """What one speaker is established to have said, and apart from it what is only attributed to them."""
    rows = PublicSpeaker.objects.filter(
        speaker__public_id=public_id, speaker__is_private_person=False, is_attributed=True
    )
    newest = rows.order_by("-public_claim__revised_at").first()
    if newest is None:
        raise NotFound("speaker_unknown", "Nothing is published that is attributed to a speaker of this id.")
    return Response(
        {
            **answers.speaker_line(public_id, newest.name),
            "established": _attributed(public_id, is_established=True),
            "attributed_not_established": _attributed(public_id, is_established=False),
        }
    )


def _attributed(public_id: uuid.UUID, *, is_established: bool) -> list[answers.Answer]:
    rows = PublicClaim.objects.select_related("claim").filter(
        speakers__speaker__public_id=public_id,
        speakers__is_attributed=True,
        speakers__is_established=is_established,
    )
    return [answers.claim_line(row) for row in newest_first(rows, size=MOST_OF_ONE).rows]


@extend_schema(responses=SourceLineSerializer(many=True))
@api_view(["GET"])
def sources(request: Request) -> Response:
    """Sources that published claims cite or appeared in, by title."""
    rows = (
        PublicSource.objects.filter(source__is_protected=False)
        .exclude(title="")
        .values("source__public_id")
        .annotate(shown=Min("title"), sort=Min("title_folded"))
        .order_by("sort", "source__public_id")[:MOST_NAMES]
    )
    return Response([answers.source_line(row["source__public_id"], row["shown"]) for row in rows])


def _known(source: Source | None) -> tuple[Source, Known]:
    known = known_of(source) if source else None
    if source is None or known is None:
        raise NotFound("source_unknown", "No published claim names a source of this id.")
    return source, known


@extend_schema(responses={200: SourceSerializer, 404: ErrorSerializer})
@api_view(["GET"])
def source(request: Request, public_id: uuid.UUID) -> Response:
    """One source: where it is cited, and when we looked at it."""
    row, known = _known(Source.objects.filter(public_id=public_id).first())
    captures = public_captures(row, known)
    return Response(answers.source_answer(row, known, source_page(row, known), captures))


@extend_schema(responses={200: CaptureSerializer, 404: ErrorSerializer, 410: ErrorSerializer, 451: ErrorSerializer})
@api_view(["GET"])
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
