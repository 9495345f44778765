"""Small forms of the desk: do what was asked and go on, or show the form again with what was typed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from claims.desk.entrance import by_field, faults_from, show
from sources.domain.errors import BadInput, Several

Act = Callable[[QueryDict], tuple[str, str]]
"""Does what was asked; returns where to go on and what to say there."""


def ask(request: HttpRequest, template: str, context: dict[str, Any], act: Act, *, section: str = "") -> HttpResponse:
    """Show ``template``; on POST do ``act``. What cannot be taken is shown again, as typed, with its sentences."""
    typed: dict[str, str] = {}
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            url, words = act(request.POST)
        except BadInput as error:
            typed = {name: request.POST.get(name, "").replace("\r\n", "\n") for name in request.POST}
            lines = faults_from(error)
            faults = by_field(lines)
            page = {**context, "typed": typed, "faults": lines, "errors": faults}
            return show(request, template, page, status=400, section=section)
        if words:
            messages.success(request, words)
        return redirect(url)
    return show(request, template, {**context, "typed": typed, "errors": faults}, section=section)


@contextmanager
def fields_ending(suffix: str) -> Iterator[None]:
    """Where a page has one form several times: say of which one the field is that was wrong."""
    try:
        yield
    except Several as several:
        raise Several(
            [type(row)(row.code, row.sentence, field=row.field + suffix) for row in several.errors]
        ) from None
    except BadInput as error:
        raise BadInput(error.code, error.sentence, field=error.field + suffix) from error


@contextmanager
def field_named(theirs: str, ours: str) -> Iterator[None]:
    """Where a page has several forms: what a service calls ``theirs`` is the page's field ``ours``."""
    try:
        yield
    except BadInput as error:
        if isinstance(error, Several) or error.field != theirs:
            raise
        raise BadInput(error.code, error.sentence, field=ours) from error
