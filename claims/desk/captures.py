"""A source's captures on the desk: a timeline that moves by itself, and the roads that an editor may try."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from claims.desk.entrance import desk_view, show, user_of
from claims.services.moments import moment_for
from sources.domain.errors import BadInput, DeskError, NotFound
from sources.domain.moments import end_of
from sources.models import Capture, Source
from sources.services import capture as capturing
from sources.services.looks import looks_at

ROADS = {
    "again": ("http", "A new capture was asked for."),
    "render": ("browser", "It will be rendered in a browser."),
    "search": ("memento", "Web archives are asked for it."),
}
DEEDS: dict[str, tuple[Callable[..., object], str]] = {
    "retry": (capturing.retry, "It will be tried now."),
    "cancel": (capturing.cancel, "The capture was given up."),
}


@desk_view
@require_http_methods(["GET", "POST"])
def captures(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """The timeline by itself for the script, as a page without one; POST does one of the deeds."""
    source = Source.objects.filter(public_id=source_id).first()
    if source is None:
        raise NotFound("no_such_source", "There is no such source.")
    if request.method == "POST":
        try:
            messages.success(request, _act(request, source))
        except DeskError as error:
            messages.error(request, error.sentence)
        return HttpResponseRedirect(reverse("desk:captures", args=[source.public_id]))
    [looks] = looks_at([source], user_of(request))
    moment = moment_for(source) if looks.roads.can_search else None
    context: dict[str, Any] = {"source": source, "looks": looks, "near": f"{moment:%Y-%m-%d}" if moment else ""}
    if request.headers.get("HX-Request"):
        return render(request, "desk/_captures.html", context)
    return show(request, "desk/captures.html", context)


def _act(request: HttpRequest, source: Source) -> str:
    deed = request.POST.get("do", "")
    if deed in ROADS:
        method, done = ROADS[deed]
        near = end_of(request.POST.get("near", ""), field="near") if method == "memento" else None
        capturing.request(by=user_of(request), source=source, method=method, is_again=True, near=near)
        return done
    name, _, capture_id = deed.partition(" ")
    try:
        found = Capture.objects.select_related("source").filter(source=source, public_id=UUID(capture_id)).first()
    except ValueError:
        found = None
    if name not in DEEDS or found is None:
        raise BadInput("deed_unknown", "Choose what is to be done.")
    act, done = DEEDS[name]
    act(by=user_of(request), capture=found)
    return done
