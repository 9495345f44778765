"""What every view of the desk begins and ends with: who is in, the bar on top, refusals as pages of our own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
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
    """For members of the desk only, never cached, and with every refusal as a page of the desk.

    Whoever looks without being logged in is led to the log-in. Whoever sends something in gets it handed back: a
    redirect would drop what they typed while their session ran out.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not is_member(user_of(request)):
            sentence = "Your account belongs to none of the desk’s groups. Ask an administrator."
            return refused(request, WrongPerson("not_a_member", sentence))
        try:
            return view(request, *args, **kwargs)
        except DeskError as error:
            return refused(request, error)

    entered = login_required(guarded)

    @wraps(view)
    def asked(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated:
            return refused(request, WrongPerson("logged_out", LOGGED_OUT))
        return entered(request, *args, **kwargs)

    return cast("View[Rest]", never_cache(asked))


LOGGED_OUT = "You are logged out, so that this was not taken. Log in, and send it again: it is kept for you here."
FORM_EXPIRED = (
    "This page was loaded before you last logged in, so that what it sent was not taken. Load it again, and send it "
    "once more: it is kept for you here."
)
NOT_FROM_OUR_PAGE = "This form was not taken: its page was loaded too long ago, or cookies are off. Load it again."


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a form without its token (``CSRF_FAILURE_VIEW``): at the desk, with what was typed."""
    if not request.path.startswith("/desk/"):
        return render(request, "errors/403.html", {"sentence": NOT_FROM_OUR_PAGE}, status=403)
    code, sentence = ("form_expired", FORM_EXPIRED) if request.user.is_authenticated else ("logged_out", LOGGED_OUT)
    return refused(request, WrongPerson(code, sentence))


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
    "letter",
    "late",
    "basis",
    "hold_reason",
)
PREFIXES_TYPED = ("note-", "text-", "paste-", "reason-", "exact-")


def refused(request: HttpRequest, error: DeskError) -> HttpResponse:
    """The page of a refusal, with whatever was typed, so that nothing typed is lost."""
    typed = [
        text
        for name in request.POST
        for text in request.POST.getlist(name)
        if text.strip() and (name in WORDS_TYPED or name.startswith(PREFIXES_TYPED))
    ]
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"code": error.code, "sentence": error.sentence}, status=error.status)
    context = {
        "error": error,
        "again": page_again(request) if error.code in ("logged_out", "form_expired") else "",
        "title": TITLES.get(error.status, "Not now"),
        "faults": faults_from(error),
        "typed": typed,
    }
    if is_member(user_of(request)):
        return show(request, "desk/refused.html", context, status=error.status)
    return render(request, "desk/refused.html", context, status=error.status)


def page_again(request: HttpRequest) -> str:
    """Where what was sent in can be looked at again: its own page, by way of the log-in if need be."""
    here = request.path.removesuffix("draft/") + ("rate/" if request.path.endswith("/draft/") else "")
    return here if request.user.is_authenticated else f"{reverse('login')}?{urlencode({'next': here})}"


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
