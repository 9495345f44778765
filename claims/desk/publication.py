"""From a decision to a page and what may befall it: the text, its approval, corrections, suspending, withdrawing."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from claims.desk.asking import ask
from claims.desk.claim_page import ClaimPage, claim_page
from claims.desk.entrance import claim_named, desk_view, user_of
from claims.desk.moments import moment_typed
from claims.desk.ratings_view import comparisons_of
from claims.desk.rounds import declared_in
from claims.desk.visibility import may_see_ratings
from claims.models import (
    Citation,
    Claim,
    CorrectionOutcome,
    CorrectionRequest,
    Interest,
    Round,
    Writeup,
    WriteupState,
)
from claims.permissions import EDITOR, PUBLISHER, require
from claims.querysets import open_round_of
from claims.services.adjudicating import hold_as_differing
from claims.services.answering_corrections import answer_correction
from claims.services.conferring import send_to_adjudication
from claims.services.declaring import declare_for_writing, declare_interest, undeclared
from claims.services.opening import abandon_round
from claims.services.publishing import approve as approve_text
from claims.services.publishing import unschedule
from claims.services.replying import deadline_warning
from claims.services.suspending import lift, lift_recheck, put_up_recheck, suspend
from claims.services.withdrawing import withdraw
from claims.services.writing import (
    TextDraft,
    check_may_write,
    kinds_open_to,
    rounds_written_of,
    send_back,
    write_text,
)
from sources.domain.errors import BadInput, NotFound, WrongPerson, WrongState


def _open(claim: Claim) -> Round:
    found = open_round_of(claim)
    if found is None:
        raise WrongState("no_open_round", "There is no open round of this claim.")
    return found


Deed = Callable[[User, Claim, str], object]
DEEDS: Mapping[str, tuple[Deed, str]] = MappingProxyType(
    {
        "recheck": (lambda by, claim, text: put_up_recheck(by=by, claim=claim, text=text), "The page says so now."),
        "lift_recheck": (lambda by, claim, text: lift_recheck(by=by, claim=claim, reason=text), "Taken down."),
        "suspend": (lambda by, claim, text: suspend(by=by, claim=claim, text=text), "The verdict is hidden now."),
        "lift": (lambda by, claim, text: lift(by=by, claim=claim, reason=text), "The page is up again."),
        "unschedule": (lambda by, claim, text: unschedule(by=by, claim=claim, reason=text), "Off the schedule."),
        "withdraw": (lambda by, claim, text: withdraw(by=by, claim=claim, reason=text), "Withdrawn."),
        "abandon": (lambda by, claim, text: abandon_round(by=by, claim=claim, reason=text), "The round is closed."),
        "send": (
            lambda by, claim, text: send_to_adjudication(by=by, round_=_open(claim), reason=text),
            "An adjudicator is asked.",
        ),
        "hold": (
            lambda by, claim, text: hold_as_differing(by=by, round_=_open(claim), reason=text),
            "Decided: reviewers differ.",
        ),
    }
)


@desk_view
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Where a claim stands, and what this person can do with it now."""
    found = claim_named(claim_id)
    by = user_of(request)
    page: ClaimPage = claim_page(found, by)

    def act(post: QueryDict) -> tuple[str, str]:
        name = post.get("do", "")
        if name not in DEEDS:
            raise BadInput("deed_unknown", "Choose what to do.")
        deed, words = DEEDS[name]
        try:
            deed(by, found, post.get(f"text-{name}", "").replace("\r\n", "\n"))
        except BadInput as error:
            raise BadInput(error.code, error.sentence, field=f"text-{name}") from error
        return reverse("desk:claim", args=(found.public_id,)), words

    comparisons: tuple[Any, ...] = ()
    if page.round is not None and may_see_ratings(by, page.round):
        comparisons = comparisons_of(page.round, for_person=by.pk)
    return ask(request, "desk/claim.html", {"page": page, "claim": found, "comparisons": comparisons}, act)


@desk_view
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Write headline and summary, or the text of a correction or retraction, for somebody else to approve."""
    found = claim_named(claim_id)
    by = user_of(request)
    page = claim_page(found, by)
    kinds, rounds = kinds_open_to(found), rounds_written_of(found)

    def act(post: QueryDict) -> tuple[str, str]:
        if post.get("do") == "declare":
            declare_for_writing(by=by, rounds=rounds, is_declared=declared_in(post), words=post.get("words", ""))
            return reverse("desk:write", args=(found.public_id,)), "Declared."
        write_text(
            by=by,
            claim=found,
            draft=TextDraft(
                headline=post.get("headline", ""),
                summary=post.get("summary", "").replace("\r\n", "\n"),
                kind=post.get("kind", "first"),
                note=post.get("note", "").replace("\r\n", "\n"),
                withdrawn_citation=_citation(found, post.get("withdrawn_citation", "")),
            ),
        )
        return reverse("desk:claim", args=(found.public_id,)), "Handed over. Somebody else approves it."

    standing = found.writeups.order_by("-pk").first()
    is_back = standing is not None and standing.state == WriteupState.SENT_BACK
    is_begun = standing is not None and (is_back or bool(page.public_path))
    is_seen = page.round is not None and may_see_ratings(by, page.round)
    context = {
        "page": page,
        "claim": found,
        "kinds": kinds,
        "interests_first": _is_asked_first(by, rounds),
        "waiting_interest": Interest.objects.filter(
            round__in=rounds, person=by, is_declared=True, accepted_by__isnull=True
        ).exists(),
        "citations": found.citations.select_related("source").order_by("position"),
        "sent_back": standing.answer if is_back and standing else "",
        "begun": {"headline": standing.headline, "summary": standing.summary} if is_begun and standing else {},
        "comparisons": comparisons_of(page.round, for_person=by.pk) if is_seen and page.round else (),
    }
    return ask(request, "desk/write.html", context, act, section="write")


def _is_asked_first(by: User, rounds: list[Round]) -> bool:
    """Whether somebody who may write has yet to declare; whoever may not is told so when they try."""
    missing = undeclared(by=by, rounds=rounds)
    try:
        for round_ in missing:
            check_may_write(by=by, round_=round_)
    except WrongPerson:
        return False
    return bool(missing)


def _citation(claim: Claim, public_id: str) -> Citation | None:
    if not public_id:
        return None
    found = next((row for row in claim.citations.all() if str(row.public_id) == public_id), None)
    if found is None:
        raise BadInput("citation_of_another_claim", "This source is not cited here.", field="withdrawn_citation")
    return found


@desk_view
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, writeup_id: UUID) -> HttpResponse:
    """Approve a text and publish it, schedule it, or send it back. The decision itself cannot be changed here."""
    writeup = (
        Writeup.objects.select_related("claim", "round", "written_by", "withdrawn_citation__source")
        .filter(public_id=writeup_id)
        .first()
    )
    if writeup is None:
        raise NotFound("no_such_text", "There is no such text.")
    by, found = user_of(request), writeup.claim
    require(by, PUBLISHER, EDITOR)

    def act(post: QueryDict) -> tuple[str, str]:
        here = reverse("desk:approve", args=(writeup.public_id,))
        there = reverse("desk:claim", args=(found.public_id,))
        do = post.get("do", "")
        if do == "declare":
            declare_interest(
                by=by,
                round_=writeup.round,
                is_declared=declared_in(post),
                words=post.get("words", ""),
                capacity="publisher",
            )
            return here, "Declared."
        if do == "send_back":
            send_back(by=by, writeup=writeup, reason=post.get("reason", ""))
            return there, "Sent back to its writer."
        if do != "approve":
            raise BadInput("deed_unknown", "Choose what to do.")
        approve_text(by=by, writeup=writeup, publish_at=moment_typed(post.get("publish_at", ""), field="publish_at"))
        return there, "Approved."

    page = claim_page(found, by)
    context = {
        "page": page,
        "claim": found,
        "writeup": writeup,
        "reply_warning": deadline_warning(found),
        "has_declared": Interest.objects.filter(round=writeup.round, person=by).exists(),
        "comparisons": comparisons_of(writeup.round, for_person=by.pk) if may_see_ratings(by, writeup.round) else (),
    }
    return ask(request, "desk/approve.html", context, act, section="approve")


@desk_view
@require_http_methods(["GET", "POST"])
def correction(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Answer what a reader asked, in a sentence that is printed."""
    require(user_of(request), EDITOR, PUBLISHER)
    asked = CorrectionRequest.objects.select_related("claim").filter(public_id=request_id).first()
    if asked is None:
        raise NotFound("no_such_request", "There is no such request.")

    def act(post: QueryDict) -> tuple[str, str]:
        answer_correction(
            by=user_of(request), request=asked, outcome=post.get("outcome", ""), text=post.get("outcome_text", "")
        )
        return reverse("desk:queue"), "Answered."

    outcomes = [row for row in CorrectionOutcome if row is not CorrectionOutcome.OPEN]
    context = {"asked": asked, "claim": asked.claim, "outcomes": outcomes}
    return ask(request, "desk/correction.html", context, act, section="corrections")
