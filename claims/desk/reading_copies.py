"""Getting at the text of a copy that has none yet: a scan is read by OCR, an encrypted PDF by its password."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from claims.desk.copies import copy_named
from claims.desk.entrance import desk_view, show, user_of
from sources.domain.errors import BadInput, DeskError
from sources.models import Capture
from sources.permissions import require
from sources.services.ocr_notes import ocr_standing
from sources.services.reading_pictures import ask_ocr
from sources.services.unlocking import is_locked, unlock


def _page_of(found: Capture) -> str:
    return reverse("desk:copy", args=[found.source.public_id, found.public_id])


@desk_view
@require_http_methods(["GET", "POST"])
def ocr(request: HttpRequest, source_id: UUID, capture_id: UUID) -> HttpResponse:
    """POST asks for it; GET is for the script that waits: how far it is, and a new page once there is news."""
    found = copy_named(source_id, capture_id)
    if request.method == "POST":
        try:
            ask_ocr(by=user_of(request), capture=found, languages=tuple(request.POST.getlist("languages")))
            messages.success(request, "It will be read by OCR. This page shows how far it is.")
        except DeskError as error:
            messages.error(request, error.sentence)
        return HttpResponseRedirect(f"{_page_of(found)}#text")
    standing = ocr_standing(found, user_of(request))
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(f"{_page_of(found)}#text")
    if standing is None or not standing.is_running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "desk/_ocr.html", {"capture": found, "source": found.source, "ocr": standing})


@sensitive_post_parameters("password")
@desk_view
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, source_id: UUID, capture_id: UUID) -> HttpResponse:
    """Take the password of an encrypted PDF and make its text."""
    require(user_of(request), "change_capture")
    found = copy_named(source_id, capture_id)
    context = {"capture": found, "source": found.source, "is_locked": is_locked(found)}
    if request.method != "POST":
        return show(request, "desk/password.html", context)
    try:
        unlock(by=user_of(request), capture=found, password=request.POST.get("password", ""))
    except BadInput as error:
        return show(request, "desk/password.html", {**context, "error": error.sentence}, status=error.status)
    messages.success(request, "The PDF was opened and its text is kept. The password is not.")
    return HttpResponseRedirect(f"{_page_of(found)}#text")
