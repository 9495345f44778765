"""A source's page, and one archived copy of it. What is protected, or in no published record, is not there."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from claims.presenters.archived_copy import archived_copy, text_digest_of
from claims.presenters.works import Known, known_of, public_captures, source_page
from claims.public.archive import DamagedText, archived_text
from claims.public.conditional import public_page
from claims.public.removed import removal_page
from sources.domain.errors import NotFound
from sources.models import Rights, Source
from sources.web.replay import replay_address


def _known(public_id: uuid.UUID) -> tuple[Source, Known]:
    source = Source.objects.filter(public_id=public_id).first()
    known = known_of(source) if source else None
    if source is None or known is None:
        raise NotFound("source_unknown", "No published claim names a source of this address.")
    return source, known


@public_page
def source(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    row, known = _known(public_id)
    removed = removal_page(request, public_id)
    if removed is not None:
        return removed
    page = source_page(row, known)
    context = {"section": "sources", "page": page, "demonstration": page.is_demonstration}
    return render(request, "claims/source.html", context)


@public_page
def capture(request: HttpRequest, public_id: uuid.UUID, capture_id: uuid.UUID) -> HttpResponse:
    row, known = _known(public_id)
    found = next((one for one in public_captures(row, known) if one.public_id == capture_id), None)
    if found is None:
        raise NotFound("capture_unknown", "No published claim rests on an archived copy of this address.")
    removed = removal_page(request, capture_id)
    if removed is not None:
        return removed
    digest = text_digest_of(found, known)
    text, is_damaged = None, False
    try:
        text = archived_text(digest) if digest and row.rights != "digest" else None
    except DamagedText:
        is_damaged = True
    page = archived_copy(row, found, known, text=text, digest=digest, is_damaged=is_damaged)
    context = {"section": "sources", "page": page, "demonstration": page.is_demonstration}
    return render(request, "sources/capture.html", context)


@require_safe
@never_cache
def capture_page(request: HttpRequest, public_id: uuid.UUID, capture_id: uuid.UUID) -> HttpResponse:
    """On to where an archived page is looked at, inert: where the rights of its source allow a full copy."""
    row, known = _known(public_id)
    found = next((one for one in public_captures(row, known) if one.public_id == capture_id), None)
    if found is None or found.state != "stored" or row.rights != Rights.FULL:
        raise NotFound("no_public_page", "The page of this copy may not be shown; its record and passages are.")
    return removal_page(request, capture_id) or HttpResponseRedirect(replay_address(found))
