"""A source's page, and one archived copy of it. What is protected, or in no published record, is not there."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from claims.presenters.archived_copy import archived_copy, text_digest_of
from claims.presenters.comparison import Reading, compared
from claims.presenters.uses import uses_of
from claims.presenters.works import Known, compare_path, known_of, public_captures, source_page
from claims.public.archive import DamagedText, archived_text
from claims.public.conditional import public_page
from claims.public.listing import next_query
from claims.public.memento import mark_memento
from claims.public.parameters import typed_in
from claims.public.removed import removal_page
from sources.domain.errors import NotFound, WrongPerson
from sources.models import Capture, Rights, Source
from sources.web.copies import original_download, wacz_download, warc_download
from sources.web.replay import replay_address

MOST_OF_A_PAGE = 100
NO_COPY = gettext_noop("No published claim rests on an archived copy of this address.")
NOT_GIVEN = gettext_noop(
    "The rights to this source do not let us hand out this copy. What we may show of it stands on its page."
)


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
    uses = uses_of(row, typed_in(request.GET)("after"), MOST_OF_A_PAGE)
    page = source_page(row, known, uses)
    context = {
        "section": "sources",
        "page": page,
        "older": next_query(uses.after),
        "demonstration": page.is_demonstration,
    }
    return render(request, "claims/source.html", context)


def _public_capture(row: Source, known: Known, capture_id: uuid.UUID) -> Capture:
    found = next((one for one in public_captures(row, known) if one.public_id == capture_id), None)
    if found is None:
        raise NotFound("capture_unknown", NO_COPY)
    return found


def _text_of(row: Source, digest: str) -> tuple[str | None, bool]:
    """The text of a copy, where any of it may be read here, and whether what is stored is damaged."""
    try:
        return (archived_text(digest) if digest and row.rights != Rights.DIGEST else None), False
    except DamagedText:
        return None, True


@public_page
def capture(request: HttpRequest, public_id: uuid.UUID, capture_id: uuid.UUID) -> HttpResponse:
    row, known = _known(public_id)
    found = _public_capture(row, known, capture_id)
    removed = removal_page(request, capture_id)
    if removed is not None:
        return removed
    digest = text_digest_of(found, known)
    text, is_damaged = _text_of(row, digest)
    page = archived_copy(row, found, known, text=text, digest=digest, is_damaged=is_damaged)
    context = {"section": "sources", "page": page, "demonstration": page.is_demonstration}
    return mark_memento(render(request, "sources/capture.html", context), row, found)


@require_safe
@never_cache
def capture_page(request: HttpRequest, public_id: uuid.UUID, capture_id: uuid.UUID) -> HttpResponse:
    """On to where an archived page is looked at, inert: where the rights of its source allow a full copy."""
    row, known = _known(public_id)
    found = next((one for one in public_captures(row, known) if one.public_id == capture_id), None)
    if found is None or found.state != "stored" or row.rights != Rights.FULL:
        raise NotFound("no_public_page", "The page of this copy may not be shown; its record and passages are.")
    return removal_page(request, capture_id) or HttpResponseRedirect(replay_address(found))


@public_page
def compare(request: HttpRequest, public_id: uuid.UUID, capture_id: uuid.UUID, other_id: uuid.UUID) -> HttpResponse:
    """What changed from the older of two copies to the newer, at the address that names the older first."""
    row, known = _known(public_id)
    captures = [_public_capture(row, known, one) for one in (capture_id, other_id)]
    for one in captures:
        removed = removal_page(request, one.public_id)
        if removed is not None:
            return removed
    if captures[0] == captures[1]:
        return HttpResponseRedirect(f"/sources/{public_id}/captures/{capture_id}/")
    older, newer = sorted(captures, key=lambda one: (one.captured_at or one.requested_at, one.pk))
    if captures != [older, newer]:
        return HttpResponseRedirect(compare_path(row, older, newer))
    readings = []
    for one in (older, newer):
        digest = text_digest_of(one, known) if one.state == "stored" else ""
        readings.append(Reading(one, digest, _text_of(row, digest)[0]))
    page = compared(row, known, *readings)
    context = {"section": "sources", "page": page, "demonstration": page.is_demonstration}
    return render(request, "sources/compare.html", context)


@require_safe
def capture_warc(request: HttpRequest, public_id: uuid.UUID, capture_id: uuid.UUID) -> HttpResponseBase:
    """The WARC of a copy, byte for byte, where the rights of its source allow a full copy."""
    return _handed_out(request, public_id, capture_id, warc_download)


@require_safe
def capture_wacz(request: HttpRequest, public_id: uuid.UUID, capture_id: uuid.UUID) -> HttpResponseBase:
    """The copy as a WACZ for replay programs, where the rights of its source allow a full copy."""
    return _handed_out(request, public_id, capture_id, wacz_download)


@require_safe
def capture_original(request: HttpRequest, public_id: uuid.UUID, capture_id: uuid.UUID) -> HttpResponseBase:
    """The file as it came, content codings undone, where the rights of its source allow a full copy."""
    return _handed_out(request, public_id, capture_id, original_download)


def _handed_out(
    request: HttpRequest,
    public_id: uuid.UUID,
    capture_id: uuid.UUID,
    give: Callable[[Capture], HttpResponseBase],
) -> HttpResponseBase:
    row, known = _known(public_id)
    found = _public_capture(row, known, capture_id)
    removed = removal_page(request, capture_id)
    if removed is not None:
        return removed
    if row.rights != Rights.FULL:
        raise WrongPerson("copy_not_given", NOT_GIVEN)
    response = give(found)
    response["Cache-Control"] = "no-cache, private"
    return response
