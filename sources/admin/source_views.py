"""What can be done with a source: look at its captures as they arrive, ask for another, upload one by hand."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

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
from sources.domain.moments import end_of
from sources.models import CaptureMethod, Source
from sources.services import capture as capturing
from sources.services.taking_over import Claimed, claimed_of, take_over
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


class ArchiveForm(forms.Form):
    """The day up to which an archive's copy is wanted."""

    near = forms.CharField(
        required=False,
        label="As it was on",
        widget=forms.TextInput(attrs={"size": 24, "autocomplete": "off"}),
        help_text="The copy nearest before the end of that day is looked for: the day on which the claim was made, "
        "say. Write it as 2018, 2018-05 or 2018-05-04. Blank: the newest copy.",
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


@require_http_methods(["GET", "POST"])
def ask_archives(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask web archives for the source as it was on a day that somebody names."""
    source = _source(request, pk)
    require_change(request)
    form = ArchiveForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            near = end_of(form.cleaned_data["near"], field="near")
            method = CaptureMethod.MEMENTO.value
            capturing.request(by=acting(request), source=source, method=method, is_again=True, near=near)
        except DeskError as error:
            status = error.status
            spread([error], form, [])
        else:
            messages.success(request, "Web archives are asked for it.")
            return HttpResponseRedirect(reverse("admin:sources_source_change", args=[source.pk]))
    return _form_page(
        request,
        source,
        form,
        title="Look in web archives",
        crumb="Web archives",
        intro="Archives of the web keep pages as they were. What they send is kept as a copy of its own kind.",
        button="Ask them",
        status=status,
    )


def _form_page(
    request: HttpRequest,
    source: Source,
    form: forms.Form,
    *,
    title: str,
    crumb: str,
    intro: str,
    button: str,
    status: int,
    told: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """A page of a source with one form; ``told`` are lines above it, each a name and its words."""
    context = {
        **admin.site.each_context(request),
        "opts": Source._meta,
        "original": source,
        "title": title,
        "subtitle": str(source),
        "crumb": crumb,
        "intro": intro,
        "told": told,
        "form": form,
        "button": button,
    }
    return TemplateResponse(request, "admin/sources/source_form.html", context, status=status)


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
    return _form_page(
        request,
        source,
        form,
        title="Upload a copy",
        crumb="Upload",
        intro="Where a page cannot be fetched by us, somebody can fetch it by another road and upload it here. "
        "The copy says so for ever.",
        button="Keep this file",
        status=status,
    )


CLAIMED = (("title", "The title"), ("author", "The author"), ("published_edtf", "The date"))


class ClaimedForm(forms.Form):
    """What the desk says of a source, with what the page claims beside each field."""

    title = forms.CharField(required=False, label="Title", widget=forms.TextInput(attrs={"class": "vTextField"}))
    author = forms.CharField(required=False, label="Author", widget=forms.TextInput(attrs={"class": "vTextField"}))
    published_edtf = forms.CharField(
        required=False, label="Published", widget=forms.TextInput(attrs={"size": 24, "autocomplete": "off"})
    )

    def __init__(self, source: Source, claimed: Claimed, data: Any = None) -> None:
        proposed = {name: getattr(source, name) or getattr(claimed, name) for name, _ in CLAIMED}
        super().__init__(data, initial=proposed, label_suffix="")
        said = {"title": claimed.title, "author": claimed.author, "published_edtf": claimed.published}
        for name, _ in CLAIMED:
            ours = getattr(source, name) or "nothing yet"
            self.fields[name].help_text = f"The page claims: {said[name] or 'nothing'}. The desk says: {ours}."


@require_http_methods(["GET", "POST"])
def claimed(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over, or correct, what the page claims of itself."""
    source = _source(request, pk)
    require_change(request)
    found = claimed_of(source)
    if found is None:
        messages.info(request, "No copy of this source claims anything of itself.")
        return HttpResponseRedirect(reverse("admin:sources_source_change", args=[source.pk]))
    form, status = ClaimedForm(source, found, request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and form.is_valid():
        try:
            take_over(by=acting(request), source=source, capture=found.capture, **form.cleaned_data)
        except DeskError as error:
            status = error.status
            spread(error.errors if isinstance(error, Several) else [error], form, [])
        else:
            messages.success(request, "The source is described so now.")
            return HttpResponseRedirect(reverse("admin:sources_source_change", args=[source.pk]))
    at = found.capture.captured_at
    told = [("The copy", f"{at:%Y-%m-%d %H:%M} UTC" if at else ""), ("Site", found.site_name)]
    return _form_page(
        request,
        source,
        form,
        title="What the page claims of itself",
        crumb="Claimed by the page",
        intro="This stands in the copy as it came; nobody has checked it. Correct what is wrong, clear what is not "
        "known, and take over the rest.",
        button="Take it over",
        status=status,
        told=[(name, words) for name, words in told if words],
    )
