"""What can be done with a source: look at its captures as they arrive, ask for another, upload one by hand."""

from datetime import UTC, date, datetime, time

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sources.admin.acting import acting
from sources.admin.capture_states import capture_lines
from sources.admin.capture_views import answer, require_change
from sources.admin.service_forms import spread
from sources.domain.errors import DeskError, Several
from sources.models import CaptureMethod, Source
from sources.services import capture as capturing
from sources.services.uploading import upload as keep_upload


class UploadForm(forms.Form):
    """A file that somebody got by another road, and which road that was."""

    file = forms.FileField(
        required=False,
        label="File",
        help_text="A page, a PDF, a picture, plain text; or a WARC or WACZ that has the page.",
    )
    provenance = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Where it comes from",
        help_text="Printed with the copy: who fetched it, from where, when, and how.",
    )


def _source(request: HttpRequest, pk: int) -> Source:
    if not request.user.has_perm("sources.view_source"):
        raise PermissionDenied
    source = Source.objects.filter(pk=pk).first()
    if source is None:
        raise Http404("There is no such source.")
    return source


@require_GET
def captures(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of captures: by itself for the script, as a page of its own without one."""
    source = _source(request, pk)
    context = {"panel": capture_lines([source], request.user, is_whole=True), "panel_url": request.path}
    if request.headers.get("HX-Request"):
        return TemplateResponse(request, "admin/sources/_captures.html", context)
    page = {
        **admin.site.each_context(request),
        "opts": Source._meta,
        "original": source,
        "title": "Captures",
        "subtitle": str(source),
        **context,
    }
    return TemplateResponse(request, "admin/sources/captures.html", page)


@require_POST
def capture_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a new capture of the source."""
    return _ask(request, pk, CaptureMethod.HTTP, "A new capture was asked for.")


@require_POST
def render_it(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a capture of the source in a browser of ours."""
    return _ask(request, pk, CaptureMethod.BROWSER, "It will be rendered in a browser.")


@require_POST
def search_archives(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask web archives for the source as it was."""
    day = _day(request.GET.get("near", ""))
    near = datetime.combine(day, time.max, UTC) if day else None
    return _ask(request, pk, CaptureMethod.MEMENTO, "Web archives are asked for it.", near=near)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _ask(
    request: HttpRequest, pk: int, method: CaptureMethod, done: str, *, near: datetime | None = None
) -> HttpResponse:
    source = _source(request, pk)
    require_change(request)
    fallback = reverse("admin:sources_source_change", args=[source.pk])
    try:
        capturing.request(by=acting(request), source=source, method=method.value, is_again=True, near=near)
    except DeskError as error:
        return answer(request, error.sentence, fallback=fallback, is_refused=True)
    return answer(request, done, fallback=fallback)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a file that could not be fetched, as a capture of its own kind."""
    source = _source(request, pk)
    require_change(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    status = 200
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            keep_upload(
                by=acting(request),
                source=source,
                body=file.read() if file else b"",
                file_name=file.name if file else "",
                provenance=form.cleaned_data["provenance"],
            )
        except DeskError as error:
            status = error.status
            spread(error.errors if isinstance(error, Several) else [error], form, [])
        else:
            messages.success(request, "The file is kept. It says that it was uploaded by hand.")
            return HttpResponseRedirect(reverse("admin:sources_source_change", args=[source.pk]))
    context = {
        **admin.site.each_context(request),
        "opts": Source._meta,
        "original": source,
        "title": "Upload a copy",
        "subtitle": str(source),
        "form": form,
        "button": "Keep this file",
    }
    return TemplateResponse(request, "admin/sources/upload.html", context, status=status)
