"""Rating: the form, its draft, its pins and handing in; for reviewers, those who confer, and adjudicators."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from claims.desk.entrance import desk_view, faults_from, round_named, show, user_of
from claims.desk.looks import named_look
from claims.desk.rating_page import missing_in, rating_page
from claims.desk.typed import form_from, typed_in, without_pasted
from claims.domain.answers import RatingForm
from claims.domain.lifecycle import RoundState
from claims.models import Pin, Rating, RatingStage, Round
from claims.querysets import dossier_of
from claims.services.adjudicating import check_may_adjudicate, rate_blind
from claims.services.assigning import take_next
from claims.services.conferring import confer
from claims.services.pinning import pin, unpin
from claims.services.rating import check_may_rate, draft_of, hand_in, save_draft
from claims.services.setting_aside import check_current, drop_aside, keep_late, set_aside, take_up_aside
from sources.domain.errors import BadInput, DeskError, NotFound, WrongState

SAVED = "Your draft is saved."


@dataclass(frozen=True)
class Sitting:
    """One way of rating: its stage, its page, who may, and what handing in calls."""

    stage: RatingStage
    name: str
    template: str
    check: Callable[..., None]
    hand_in: Callable[..., Rating]


def _nothing_more(**_: Any) -> None:
    """Conferring is checked by its service; the page itself shows only to those who rated."""


RATING = Sitting(RatingStage.FIRST, "rate", "desk/rate.html", check_may_rate, hand_in)
CONFERRING = Sitting(RatingStage.AFTER_DISCUSSION, "discuss", "desk/discuss.html", _nothing_more, confer)
BLIND = Sitting(RatingStage.ADJUDICATOR, "adjudicate", "desk/rate.html", check_may_adjudicate, rate_blind)


@desk_view
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Draw the next one."""
    try:
        assignment = take_next(by=user_of(request))
    except WrongState as error:
        messages.info(request, error.sentence)
        return redirect("desk:queue")
    return redirect("desk:rate", assignment.round.public_id)


@desk_view
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The blind, first rating."""
    round_ = round_named(round_id)
    own = Rating.objects.filter(round=round_, person=user_of(request), stage=RatingStage.FIRST)
    if request.method == "GET" and own.exists():
        return redirect("desk:round", round_.public_id)
    return sit(request, round_, RATING)


def sit(request: HttpRequest, round_: Round, sitting: Sitting, **context: Any) -> HttpResponse:
    """Show the form of ``sitting``, or do what its buttons ask. Whatever was typed is saved before anything else."""
    by = user_of(request)
    try:
        sitting.check(by=by, round_=round_)
    except WrongState as error:
        if error.code == "interest_missing" and request.method == "GET":
            capacity = "adjudicator" if sitting is BLIND else "rater"
            return redirect(f"{reverse('desk:interests', args=(round_.public_id,))}?capacity={capacity}")
        if error.code == "round_superseded" and request.method == "POST":
            keep_late(by=by, round_=round_, payload=without_pasted(typed_in(request.POST)))
        raise
    if request.method == "POST":
        return _do(request, round_, sitting, context)
    page = rating_page(
        by=by,
        round_=round_,
        stage=sitting.stage,
        draft=draft_of(by=by, round_=round_),
        look=request.GET.get("copy", ""),
    )
    return show(request, sitting.template, {"page": page, **context}, section=_section(sitting))


def _section(sitting: Sitting) -> str:
    return {"rate": "rate", "discuss": "discuss", "adjudicate": "adjudicate"}[sitting.name]


def _do(request: HttpRequest, round_: Round, sitting: Sitting, context: dict[str, Any]) -> HttpResponse:
    by, typed = user_of(request), typed_in(request.POST)
    kept = without_pasted(typed)
    do, _, what = request.POST.get("do", "hand_in").partition(":")
    here = reverse(f"desk:{sitting.name}", args=(round_.public_id,))
    try:
        if do == "hand_in":
            check_current(by=by, round_=round_, payload=kept, revision=_revision(request))
            return _handed_in(request, round_, sitting, form_from(typed, dossier_of(round_)))
        _keep(request, round_, kept, must_be_current=do not in ON_THE_WAY)
        return _on_the_way(request, round_, here, do, what, typed)
    except BadInput as error:
        faults = faults_from(error)
        if do == "hand_in":
            save_draft(by=by, round_=round_, payload=kept)
        if do == "pin":
            faults = tuple(type(row)(f"paste-{what}", row.sentence, row.code) for row in faults)
        draft = draft_of(by=by, round_=round_)
        page = rating_page(by=by, round_=round_, stage=sitting.stage, draft=draft, typed=typed, faults=faults)
        typed_words = {"pasted_for": what, "pasted": typed.get(f"paste-{what}", "")} if do == "pin" else {}
        return show(
            request, sitting.template, {"page": page, **typed_words, **context}, status=400, section=_section(sitting)
        )
    except WrongState as error:
        if error.code != "draft_saved_elsewhere":
            raise
        draft = set_aside(by=by, round_=round_, payload=kept)
        page = rating_page(by=by, round_=round_, stage=sitting.stage, draft=draft, faults=faults_from(error))
        return show(request, sitting.template, {"page": page, **context}, status=409, section=_section(sitting))


ON_THE_WAY = ("pin", "unpin", "look", "swap", "drop")
"""What the page's small buttons do: they save first, and another window's version does not stop them."""


def _keep(request: HttpRequest, round_: Round, kept: dict[str, str], *, must_be_current: bool) -> None:
    """Save what is on the page; beside a newer version of another window, where that must not stop what was asked."""
    by = user_of(request)
    try:
        save_draft(by=by, round_=round_, payload=kept, revision=_revision(request))
    except WrongState as error:
        if must_be_current or error.code != "draft_saved_elsewhere":
            raise
        set_aside(by=by, round_=round_, payload=kept)


def _on_the_way(
    request: HttpRequest, round_: Round, here: str, do: str, what: str, typed: dict[str, str]
) -> HttpResponse:
    """Do what a small button asks, once the draft is saved, and come back to its place on the page."""
    by = user_of(request)
    if do == "pin":
        made = _pin(request, round_, what, typed)
        return redirect(f"{here}#passage-{made.public_id}")
    if do == "unpin":
        return redirect(f"{here}#source-{_unpin(request, what)}")
    if do == "look":
        look = named_look(what, request.POST.get(f"look-{what}", ""))
        return redirect(f"{here}?{urlencode({'copy': look})}#source-{what}" if look else here)
    if do == "swap":
        take_up_aside(by=by, round_=round_)
        messages.success(request, "The form shows the other version now. This one is kept beside it.")
    elif do == "drop":
        drop_aside(by=by, round_=round_)
        messages.success(request, "The other version is gone.")
    else:
        messages.success(request, SAVED)
    return redirect(here)


def _revision(request: HttpRequest) -> int | None:
    """The revision of the draft that the page was made from; ``None`` where it names none."""
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None


def _handed_in(request: HttpRequest, round_: Round, sitting: Sitting, form: RatingForm) -> HttpResponse:
    by = user_of(request)
    sitting.hand_in(by=by, round_=round_, form=form)
    if sitting is BLIND:
        messages.success(request, "Your own rating is handed in. Here are the others.")
        return redirect("desk:adjudicate", round_.public_id)
    messages.success(request, "Handed in. It is final, and it is yours alone until every reviewer is done.")
    return redirect("desk:round", round_.public_id)


def _pin(request: HttpRequest, round_: Round, citation_id: str, typed: dict[str, str]) -> Pin:
    start = request.POST.get(f"start-{citation_id}", "")
    return pin(
        by=user_of(request),
        round_=round_,
        citation_id=citation_id,
        exact=typed.get(f"paste-{citation_id}", ""),
        start=int(start) if start.isascii() and start.isdigit() and len(start) < 10 else None,
    )


def _unpin(request: HttpRequest, public_id: str) -> str:
    try:
        found = Pin.objects.select_related("round").filter(public_id=UUID(public_id), person=user_of(request)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound("no_such_pin", "There is no such passage of yours.")
    unpin(by=user_of(request), pin=found)
    return str(found.citation_id)


@desk_view
@require_POST
def keep(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Save the draft while somebody types; answers with JSON for the page's script."""
    by, kept = user_of(request), without_pasted(typed_in(request.POST))
    round_ = None
    try:
        round_ = round_named(round_id)
        draft = save_draft(by=by, round_=round_, payload=kept, revision=_revision(request))
    except DeskError as error:
        if round_ is not None and error.code == "draft_saved_elsewhere":
            set_aside(by=by, round_=round_, payload=kept)
        elif round_ is not None and error.code == "round_superseded":
            keep_late(by=by, round_=round_, payload=kept)
        return JsonResponse({"code": error.code, "sentence": error.sentence}, status=error.status)
    stage = RatingStage.AFTER_DISCUSSION if round_.state == RoundState.DIFFERING else RatingStage.FIRST
    missing = missing_in(kept, dossier_of(round_), round_, stage)
    saved = timezone.localtime(draft.saved_at)
    return JsonResponse(
        {
            "revision": draft.revision,
            "saved": f"{saved:%H:%M}",
            "missing": [{"field": fault.field, "sentence": fault.sentence} for fault in missing],
        }
    )
