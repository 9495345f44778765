"""Rounds of review: opened by the editor, rated blind by two, talked over, settled by a third where they differ."""

from claims.models import Claim, Rating, RatingStage, Round
from claims.services.adjudicating import Settlement, rate_blind, settle
from claims.services.assigning import assign
from claims.services.conferring import confer, send_to_adjudication
from claims.services.opening import NotReady, open_round
from claims.services.rating import hand_in
from claims.services.withdrawing import withdraw
from seeds.runner.answers import after_discussion, form_of, pin_passages
from seeds.runner.declaring import declare_none
from seeds.runner.desk import Desk
from seeds.runner.plan import AdjudicationPlan, ReviewPlan
from sources.domain.errors import DeskError

REVIEWED = ("in_review", "one_rating", "differing", "published")
RATERS = ("reviewer-a", "reviewer-b")


def open_rounds(desk: Desk) -> None:
    """Open a first round of every claim that is to be reviewed and never was."""
    for plan in desk.plan.claims.values():
        claim = desk.claim(plan.number)
        if claim is None or plan.stage not in REVIEWED or claim.rounds.exists():
            continue
        try:
            round_ = open_round(by=desk.editor, claim=claim)
            declare_none(by=desk.editor, round_=round_, capacity="editor")
        except NotReady as refusal:
            desk.miss(f"Claim {plan.number} is not ready for review", refusal)
        except DeskError as refusal:
            desk.miss(f"Claim {plan.number} could not go into review", refusal)


def rate(desk: Desk) -> None:
    """Take every first round as far as the data says: ratings, discussion, adjudication."""
    for review in desk.plan.reviews.values():
        claim = desk.claim(review.claim)
        if claim is None:
            continue
        try:
            _review(desk, review, claim)
        except DeskError as refusal:
            desk.miss(f"Claim {review.claim} could not be rated", refusal)


def _review(desk: Desk, review: ReviewPlan, claim: Claim) -> None:
    if review.withdrawal:
        if claim.publication_state == "never":
            withdraw(by=desk.editor, claim=claim, reason=review.withdrawal)
        return
    round_ = claim.rounds.order_by("number").first()
    if round_ is None:
        return
    if round_.state == "open":
        _rate_blind(desk, review, round_)
        round_.refresh_from_db()
    if round_.state == "differing" and review.discussion:
        _confer(desk, review, round_)
        round_.refresh_from_db()
    if round_.state == "differing" and review.adjudication:
        send_to_adjudication(by=desk.editor, round_=round_)
        round_.refresh_from_db()
    if round_.state == "in_adjudication" and review.adjudication:
        _settle(desk, review.adjudication, round_)


def _rate_blind(desk: Desk, review: ReviewPlan, round_: Round) -> None:
    for name, rating in review.ratings.items():
        person = desk.people[name]
        if _rated(round_, name, desk, RatingStage.FIRST):
            continue
        if not round_.assignments.filter(person=person).exists():
            assign(by=desk.editor, round_=round_, person=person)
        declare_none(by=person, round_=round_, capacity="rater")
        pin_passages(desk, rating, by=person, round_=round_)
        hand_in(by=person, round_=round_, form=form_of(desk, rating, round_=round_))


def _confer(desk: Desk, review: ReviewPlan, round_: Round) -> None:
    for name, second in review.discussion.items():
        if not _rated(round_, name, desk, RatingStage.AFTER_DISCUSSION):
            answer = after_discussion(review.ratings[name], second)
            form = form_of(desk, answer, round_=round_, change_reason=second.change_reason)
            confer(by=desk.people[name], round_=round_, form=form)


def _settle(desk: Desk, settled: AdjudicationPlan, round_: Round) -> None:
    adjudicator = desk.people["adjudicator"]
    declare_none(by=adjudicator, round_=round_, capacity="adjudicator")
    if not _rated(round_, "adjudicator", desk, RatingStage.ADJUDICATOR):
        pin_passages(desk, settled.blind, by=adjudicator, round_=round_)
        rate_blind(by=adjudicator, round_=round_, form=form_of(desk, settled.blind, round_=round_))
    chosen = None
    if settled.chosen:
        chosen = Rating.objects.get(
            round=round_, person=desk.people[settled.chosen], stage=RatingStage.AFTER_DISCUSSION
        )
    settle(
        by=adjudicator,
        round_=round_,
        settlement=Settlement(kind=settled.kind, reasons=settled.reasons.strip(), chosen=chosen),
    )


def _rated(round_: Round, name: str, desk: Desk, stage: RatingStage) -> bool:
    return Rating.objects.filter(round=round_, person=desk.people[name], stage=stage).exists()
