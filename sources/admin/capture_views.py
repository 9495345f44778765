"""What can be done with a capture: have it tried now, or give it up."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from sources.admin.acting import acting
from sources.domain.errors import DeskError
from sources.domain.text_blocks import blocks_with_marks
from sources.models import Capture, CaptureState
from sources.permissions import may
from sources.services import capture as capturing
from sources.services.ocr_notes import words_of_note
from sources.services.quote import read_copy
from sources.web.copies import wacz_download
from sources.web.replay import replay_address


def answer(request: HttpRequest, sentence: str, *, fallback: str, is_refused: bool = False) -> HttpResponse:
    """Say what became of a button: beside the panel where a script asked, so that nothing half typed is left; as a
    message on the page where it was pressed, if that is a page of ours, where none did."""
    if request.headers.get("HX-Request"):
        said = format_html('<p class="{}">{}</p>', "warn" if is_refused else "note", sentence)
        return HttpResponse(said, headers={"HX-Trigger": "captures-changed"})
    (messages.error if is_refused else messages.success)(request, sentence)
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(wanted if is_ours else fallback)


def require_change(request: HttpRequest) -> None:
    """Raise ``PermissionDenied`` unless the person may change sources."""
    if not may(request.user, "sources.change_source"):
        raise PermissionDenied("Only an editor asks for captures.")


def _act(request: HttpRequest, pk: int, act: Callable[..., object], done: str) -> HttpResponse:
    require_change(request)
    found = Capture.objects.select_related("source").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such capture.")
    fallback = reverse("admin:sources_capture_change", args=[found.pk])
    try:
        act(by=acting(request), capture=found)
    except DeskError as error:
        return answer(request, error.sentence, fallback=fallback, is_refused=True)
    return answer(request, done, fallback=fallback)


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Have an open capture tried now, or a failed one asked for again."""
    return _act(request, pk, capturing.retry, "It will be tried now.")


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an open capture up."""
    return _act(request, pk, capturing.cancel, "The capture was given up.")


def _stored(request: HttpRequest, pk: int) -> Capture:
    """The stored capture of this key. Raises ``PermissionDenied`` and ``Http404``."""
    if not request.user.has_perm("sources.view_capture"):
        raise PermissionDenied
    found = Capture.objects.select_related("source").filter(pk=pk, state=CaptureState.STORED).first()
    if found is None:
        raise Http404("There is no such copy.")
    return found


@require_safe
def wacz(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The copy as one file for replay programs."""
    found = _stored(request, pk)
    try:
        return wacz_download(found)
    except DeskError as error:
        fallback = reverse("admin:sources_capture_change", args=[found.pk])
        return answer(request, error.sentence, fallback=fallback, is_refused=True)


@require_safe
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """On to where the archived page is looked at, inert, for some minutes."""
    found = _stored(request, pk)
    return HttpResponseRedirect(replay_address(found))


@require_safe
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of a stored copy, as passages point into it; or the sentence that says why there is none."""
    found = _stored(request, pk)
    text, by_ocr, sentence = "", "", ""
    try:
        reading = read_copy(found)
        text, by_ocr = reading.text, words_of_note(reading.artefact)
    except DeskError as error:
        sentence = error.sentence
    context = {
        **admin.site.each_context(request),
        "opts": Capture._meta,
        "original": found,
        "title": "Text of an archived copy",
        "subtitle": str(found.source),
        "blocks": blocks_with_marks(text, ()) if text else (),
        "characters": len(text),
        "sentence": sentence,
        "by_ocr": by_ocr,
    }
    return TemplateResponse(request, "admin/sources/text.html", context)
