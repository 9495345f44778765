"""What belongs to a round beside rating it: interests, missing evidence, discussion, adjudication, the glass."""

from uuid import UUID

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from claims.desk.asking import ask
from claims.desk.entrance import desk_view, round_named, show, user_of
from claims.desk.past_verdicts import past_verdicts
from claims.desk.rating import BLIND, CONFERRING, sit
from claims.desk.rating_page import kept_words, rating_page
from claims.desk.ratings_view import comparisons_of
from claims.desk.visibility import may_see_ratings
from claims.domain.lifecycle import RoundState
from claims.models import (
    Assignment,
    AssignmentState,
    Capacity,
    EvidenceRequest,
    EvidenceRequestState,
    Interest,
    Rating,
    RatingStage,
    Round,
)
from claims.permissions import EDITOR, require
from claims.querysets import open_round_of
from claims.services.adjudicating import Settlement, check_may_adjudicate, settle
from claims.services.breaking_glass import break_glass
from claims.services.conferring import send_to_adjudication
from claims.services.declaring import accept_interest, declare_interest
from claims.services.lettering import letters_of
from claims.services.rating import check_may_rate
from claims.services.requesting_evidence import answer_evidence_request, has_new_version, request_evidence
from sources.domain.errors import BadInput, NotFound, WrongPerson


def declared_in(post: QueryDict) -> bool:
    """Whether one was declared; nothing is chosen beforehand. Raises ``BadInput`` (``declaration_missing``)."""
    answer = post.get("is_declared", "")
    if answer not in ("yes", "no"):
        raise BadInput("declaration_missing", "Choose one of the two: none, or an interest.", field="is_declared")
    return answer == "yes"


def _queue() -> str:
    return reverse("desk:queue")


@desk_view
@require_http_methods(["GET", "POST"])
def interests(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Interests first: the claim’s words and who is named in it, and nothing of the evidence."""
    round_ = round_named(round_id)
    by = user_of(request)
    capacity = request.POST.get("capacity") or request.GET.get("capacity") or "rater"
    if capacity == Capacity.RATER and request.method == "GET":
        given = Assignment.objects.filter(round=round_, person=by, capacity=Capacity.RATER).exists()
        if not given:
            raise WrongPerson("not_assigned", "This round was not given to you. Take the next one from the queue.")

    def act(post: QueryDict) -> tuple[str, str]:
        is_declared = declared_in(post)
        declare_interest(
            by=by, round_=round_, is_declared=is_declared, words=post.get("words", ""), capacity=capacity
        )
        if is_declared:
            return _queue(), "Thank you. You are passed over, and somebody else is drawn."
        after = {"rater": "rate", "adjudicator": "adjudicate"}.get(capacity)
        if after is None:
            return reverse("desk:claim", args=(round_.claim.public_id,)), "You declared that you have no interest."
        return reverse(f"desk:{after}", args=(round_.public_id,)), ""

    claim = round_.claim
    names = [
        str(link.speaker or link.source or link.unnamed) for link in claim.links.select_related("speaker", "source")
    ]
    earlier = Interest.objects.filter(person=by, round__claim=claim, round__number__lt=round_.number)
    known = capacity if capacity in Capacity.values else ""
    before = earlier.filter(capacity=known).order_by("-round__number").first()
    context = {"round": round_, "claim": claim, "names": names, "capacity": capacity, "before": before}
    return ask(request, "desk/interests.html", context, act)


@desk_view
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, interest_id: UUID) -> HttpResponse:
    """Accept somebody else's declared interest, with a reason that is printed."""
    interest = Interest.objects.select_related("round__claim", "person").filter(public_id=interest_id).first()
    if interest is None:
        raise NotFound("no_such_interest", "There is no such declaration.")

    def act(post: QueryDict) -> tuple[str, str]:
        accept_interest(by=user_of(request), interest=interest, reason=post.get("reason", ""))
        return _queue(), "Accepted. The reason will be printed."

    context = {"interest": interest, "claim": interest.round.claim}
    return ask(request, "desk/accept_interest.html", context, act, section="interests")


@desk_view
@require_http_methods(["GET"])
def round_(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Where a round stands for whoever took part: nothing of the others before the reveal."""
    found = round_named(round_id)
    by = user_of(request)
    own = (
        Rating.objects.filter(round=found, person=by)
        .prefetch_related("findings", "link_answers")
        .order_by("-pk")
        .first()
    )
    is_seen = may_see_ratings(by, found)
    if is_seen and found.state == RoundState.DIFFERING and own is not None:
        return redirect("desk:discuss", found.public_id)
    context = {
        "round": found,
        "claim": found.claim,
        "own": own,
        "kept": kept_words(by=by, round_=found),
        "again": _given_anew(by, found),
        "comparisons": comparisons_of(found, for_person=by.pk) if is_seen else (),
        "past": past_verdicts(found, by),
    }
    return show(request, "desk/round.html", context, section="waiting")


def _given_anew(by: User, round_: Round) -> Round | None:
    """The round that followed, where ``by`` was given it and has not handed in."""
    later = Assignment.objects.filter(
        person=by,
        round__claim=round_.claim_id,
        round__number__gt=round_.number,
        round__state=RoundState.OPEN,
        state=AssignmentState.GIVEN,
    )
    found = later.select_related("round").first()
    return found.round if found else None


@desk_view
@require_http_methods(["GET", "POST"])
def discuss(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """After the reveal: the ratings side by side, and one second rating each."""
    found = round_named(round_id)
    by = user_of(request)
    rated = Rating.objects.filter(round=found, person=by)
    if not rated.filter(stage=RatingStage.FIRST).exists() or not may_see_ratings(by, found):
        raise WrongPerson("did_not_rate", "Only those who rated this round see what was handed in, once all have.")
    has_second = rated.filter(stage=RatingStage.AFTER_DISCUSSION).exists()
    if found.state != RoundState.DIFFERING and request.method == "GET":
        context = {"round": found, "claim": found.claim, "comparisons": comparisons_of(found, for_person=by.pk)}
        return show(request, "desk/round.html", {**context, "past": past_verdicts(found, by)}, section="discuss")
    comparisons = comparisons_of(found, for_person=by.pk)
    seconds = found.ratings.filter(stage=RatingStage.AFTER_DISCUSSION).count()
    context = {
        "round": found,
        "comparisons": comparisons,
        "past": past_verdicts(found, by),
        "has_second": has_second,
        "letter": letters_of(found)[by.pk],
        "all_conferred": seconds >= found.quorum,
    }
    if has_second and request.method == "GET":
        return show(request, "desk/conferred.html", {**context, "claim": found.claim}, section="discuss")
    return sit(request, found, CONFERRING, **context)


@desk_view
@require_POST
def send(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """To an adjudicator."""
    found = send_to_adjudication(
        by=user_of(request), round_=round_named(round_id), reason=request.POST.get("reason", "")
    )
    return redirect("desk:claim", found.claim.public_id)


@desk_view
@require_http_methods(["GET", "POST"])
def adjudicate(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """The adjudicator's own blind rating first; then the ratings under letters, and the settlement."""
    found = round_named(round_id)
    by = user_of(request)
    own = Rating.objects.filter(round=found, person=by, stage=RatingStage.ADJUDICATOR).first()
    if own is None:
        return sit(request, found, BLIND)
    check_may_adjudicate(by=by, round_=found)
    return _settle(request, found)


def _settle(request: HttpRequest, found: Round) -> HttpResponse:
    by = user_of(request)

    def act(post: QueryDict) -> tuple[str, str]:
        settle(by=by, round_=found, settlement=_settlement(post, found))
        return reverse("desk:claim", args=(found.claim.public_id,)), "Settled. The ratings stay as they were."

    page = rating_page(by=by, round_=found, stage="adjudicator", draft=None, typed=request.POST.dict())
    context = {
        "round": found,
        "claim": found.claim,
        "page": page,
        "comparisons": comparisons_of(found, for_person=by.pk),
        "past": past_verdicts(found, by),
    }
    return ask(request, "desk/settle.html", context, act, section="adjudicate")


def _settlement(post: QueryDict, found: Round) -> Settlement:
    chosen = None
    if post.get("chosen"):
        chosen = next((row for row in found.ratings.all() if str(row.public_id) == post["chosen"]), None)
    return Settlement(
        kind=post.get("kind", ""),
        reasons=post.get("reasons", "").replace("\r\n", "\n"),
        chosen=chosen,
        attribution=post.get("attribution", ""),
        support=post.get("support", ""),
        confidence=post.get("confidence", ""),
    )


@desk_view
@require_http_methods(["GET", "POST"])
def evidence(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """A reviewer names evidence that is missing."""
    found = round_named(round_id)
    by = user_of(request)
    check_may_rate(by=by, round_=found)

    def act(post: QueryDict) -> tuple[str, str]:
        request_evidence(by=by, round_=found, wanted=post.get("wanted", "").replace("\r\n", "\n"))
        return reverse("desk:rate", args=(found.public_id,)), "The editors are asked. You may rate all the same."

    asked = EvidenceRequest.objects.filter(round=found, asked_by=by)
    return ask(
        request, "desk/evidence.html", {"round": found, "claim": found.claim, "asked": asked}, act, section="rate"
    )


@desk_view
@require_http_methods(["GET", "POST"])
def answer_evidence(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """An editor answers a request for other evidence; who asked is not said."""
    require(user_of(request), EDITOR)
    asked = EvidenceRequest.objects.select_related("round__claim").filter(public_id=request_id).first()
    if asked is None:
        raise NotFound("no_such_request", "There is no such request.")
    claim = asked.round.claim

    def act(post: QueryDict) -> tuple[str, str]:
        state = post.get("state", "")
        answer_evidence_request(
            by=user_of(request), request=asked, state=state, answer=post.get("answer", "").replace("\r\n", "\n")
        )
        if state == EvidenceRequestState.ADDED and open_round_of(claim) is None:
            return reverse("admin:claims_claim_open_review", args=(claim.pk,)), "Answered. Open the round again."
        return _queue(), "Answered."

    context = {
        "asked": asked,
        "claim": claim,
        "has_new_version": has_new_version(asked),
        "is_open_again": open_round_of(claim) is not None,
    }
    return ask(request, "desk/answer_evidence.html", context, act, section="evidence")


@desk_view
@require_http_methods(["GET", "POST"])
def glass(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Look at ratings before the reveal, on the record and at a price. They are shown once, in the answer itself."""
    found = round_named(round_id)
    if request.method == "POST":
        ratings = break_glass(by=user_of(request), round_=found, reason=request.POST.get("reason", ""))
        return show(
            request, "desk/glass.html", {"round": found, "claim": found.claim, "ratings": ratings, "is_broken": True}
        )
    return show(request, "desk/glass.html", {"round": found, "claim": found.claim, "is_broken": False})
