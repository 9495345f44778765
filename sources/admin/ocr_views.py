"""The page on which somebody has a scan read by OCR, and watches how far that is."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sources.admin.acting import acting
from sources.domain.errors import DeskError
from sources.models import ArtefactRole, Capture
from sources.permissions import may
from sources.services.ocr_notes import ocr_standing
from sources.services.reading_pictures import ask_ocr


@require_http_methods(["GET", "POST"])
def ocr(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for it, with the languages that it is in; or see how far it is."""
    if not may(request.user, "sources.change_capture"):
        raise PermissionDenied("Only an editor has a copy read by OCR.")
    found = Capture.objects.select_related("source").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such capture.")
    refused: DeskError | None = None
    if request.method == "POST":
        try:
            ask_ocr(by=acting(request), capture=found, languages=tuple(request.POST.getlist("languages")))
        except DeskError as error:
            refused = error
        else:
            return HttpResponseRedirect(request.path)
    standing = ocr_standing(found, request.user)
    is_read = found.artefacts.filter(role=ArtefactRole.OCR).exists()
    if standing is None and is_read and request.method == "GET":
        messages.success(request, "It was read by OCR. Its text may be wrong: compare the picture.")
        address = reverse("admin:sources_capture_change", args=[found.pk])
        if _by_script(request):
            return HttpResponse(headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)
    context = {
        **admin.site.each_context(request),
        "opts": Capture._meta,
        "original": found,
        "title": "Read a scan by OCR",
        "subtitle": str(found),
        "ocr": standing,
        "refused": refused.sentence if refused else "",
    }
    template = "admin/sources/_ocr.html" if _by_script(request) else "admin/sources/ocr.html"
    return TemplateResponse(request, template, context, status=refused.status if refused else 200)


def _by_script(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))
