"""What every view of the desk begins and ends with: who is in, the bar on top, refusals as pages of our own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from claims.desk.queue import bar_of
from claims.models import Claim, Round
from claims.permissions import is_member
from sources.domain.errors import DeskError, NotFound, Several, WrongPerson

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


@dataclass(frozen=True)
class Fault:
    """One thing that was wrong with a form: its field (an element's id) and its sentence."""

    field: str
    sentence: str
    code: str


def faults_from(error: DeskError) -> tuple[Fault, ...]:
    """The refusal as lines of a summary; ``Several`` has one for each."""
    errors = error.errors if isinstance(error, Several) else [error]
    return tuple(Fault(each.field, each.sentence, each.code) for each in errors)


def by_field(faults: tuple[Fault, ...]) -> dict[str, str]:
    """The first sentence for each field."""
    found: dict[str, str] = {}
    for fault in faults:
        found.setdefault(fault.field, fault.sentence)
    return found


def user_of(request: HttpRequest) -> User:
    """The person who is logged in; ``desk_view`` has made sure of one."""
    return cast(User, request.user)


def desk_view(view: View[Rest]) -> View[Rest]:
    """For members of the desk only, never cached, and with every refusal as a page of the desk."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not is_member(user_of(request)):
            sentence = "Your account belongs to none of the desk’s groups. Ask an administrator."
            return refused(request, WrongPerson("not_a_member", sentence))
        try:
            return view(request, *args, **kwargs)
        except DeskError as error:
            return refused(request, error)

    return cast("View[Rest]", never_cache(login_required(guarded)))


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200, section: str = ""
) -> HttpResponse:
    """Render a page of the desk with its bar; ``section`` is the place on the bar that is current."""
    bar = bar_of(user_of(request))
    return render(request, template, {"bar": bar, "section": section, **context}, status=status)


TITLES = {403: "Not for you", 404: "Not here", 409: "Not now", 410: "Removed", 400: "This cannot be taken"}
WORDS_TYPED = (
    "reasons",
    "change_reason",
    "headline",
    "summary",
    "note",
    "reason",
    "words",
    "wanted",
    "answer",
    "text",
    "outcome_text",
    "exact",
    "why",
)
PREFIXES_TYPED = ("note-", "text-", "paste-", "reason-")


def refused(request: HttpRequest, error: DeskError) -> HttpResponse:
    """The page of a refusal, with whatever was typed, so that nothing typed is lost."""
    typed = [
        text
        for name in request.POST
        for text in request.POST.getlist(name)
        if text.strip() and (name in WORDS_TYPED or name.startswith(PREFIXES_TYPED))
    ]
    context = {
        "error": error,
        "title": TITLES.get(error.status, "Not now"),
        "faults": faults_from(error),
        "typed": typed,
    }
    if is_member(user_of(request)):
        return show(request, "desk/refused.html", context, status=error.status)
    return render(request, "desk/refused.html", context, status=error.status)


def round_named(public_id: UUID) -> Round:
    """The round of that id. Raises ``NotFound`` (``no_such_round``)."""
    found = Round.objects.select_related("claim", "dossier").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("no_such_round", "There is no such round.")
    return found


def claim_named(public_id: UUID) -> Claim:
    """The claim of that id. Raises ``NotFound`` (``no_such_claim``)."""
    found = Claim.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("no_such_claim", "There is no such claim.")
    return found
