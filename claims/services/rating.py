"""Rating a round: keeping a draft, and handing in, once and for good."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from claims.domain import separation
from claims.domain.answers import RatingForm
from claims.models import Assignment, AssignmentState, Capacity, Rating, RatingDraft, RatingStage, Round
from claims.permissions import ADJUDICATOR, REVIEWER, groups_of, require
from claims.services.assigning import check_being_rated, history_of, lock_round
from claims.services.declaring import check_declared
from claims.services.handing_in import check_form, check_not_handed_in, reveal_if_complete, write_rating
from sources.domain.errors import BadInput, WrongPerson, WrongState

DRAFT_LIMIT = 400_000
ELSEWHERE = (
    "A newer draft of yours was saved in another window. What you typed here is kept beside it: load the page again "
    "to compare the two."
)


def check_may_rate(*, by: User, round_: Round) -> None:
    """Raise unless ``by`` may see the evidence of ``round_`` and rate it now.

    ``WrongState``: ``handed_in_already``, ``round_not_open``, ``round_superseded``, ``interest_missing``.
    ``WrongPerson``: ``not_in_group``, ``not_assigned``, ``interest_declared``, ``own_claim``, ``saw_ratings``.
    """
    check_not_handed_in(by=by, round_=round_, stage=RatingStage.FIRST)
    check_being_rated(round_)
    require(by, REVIEWER)
    separation.may_rate(by.pk, history_of(round_))
    assignment = Assignment.objects.filter(round=round_, person=by, capacity=Capacity.RATER).first()
    if assignment is not None and assignment.state == AssignmentState.PASSED_OVER:
        check_declared(by=by, round_=round_, capacity=Capacity.RATER)
    if assignment is None or assignment.state != AssignmentState.GIVEN:
        raise WrongPerson("not_assigned", "This round was not given to you. Take the next one from the queue.")
    check_declared(by=by, round_=round_, capacity=Capacity.RATER)


def save_draft(*, by: User, round_: Round, payload: Mapping[str, Any], revision: int | None = None) -> RatingDraft:
    """Keep the form of ``by`` as it is typed, unchecked. A draft is its owner's alone and outlives the round.

    ``revision`` is the one that ``payload`` was typed on, 0 for the first; ``None`` saves whatever else was saved.
    Raises ``WrongState`` (``draft_saved_elsewhere``, ``handed_in_already``), ``WrongPerson`` and ``BadInput``
    (``draft_too_long``). A closed round takes drafts no more (``round_not_open``, ``round_superseded``).
    """
    text = draft_text(payload)
    with transaction.atomic():
        round_ = lock_round(round_)
        check_may_draft(by=by, round_=round_)
        draft = RatingDraft.objects.select_for_update().filter(round=round_, person=by).first()
        if draft is None:
            return RatingDraft.objects.create(round=round_, person=by, payload=text, saved_at=timezone.now())
        if draft.payload == text:
            return draft
        if revision is not None and revision != draft.revision:
            raise WrongState("draft_saved_elsewhere", ELSEWHERE)
        draft.payload, draft.revision, draft.saved_at = text, draft.revision + 1, timezone.now()
        draft.save(update_fields=["payload", "revision", "saved_at"])
    return draft


def draft_text(payload: Mapping[str, Any]) -> str:
    """A draft as it is stored. Raises ``BadInput`` (``draft_too_long``)."""
    text = json.dumps(dict(payload), ensure_ascii=False, sort_keys=True)
    if len(text) > DRAFT_LIMIT:
        raise BadInput("draft_too_long", f"A draft has room for {DRAFT_LIMIT:,} characters.", field="reasons")
    return text


def draft_of(*, by: User, round_: Round) -> RatingDraft | None:
    """The draft of ``by``, nobody else's."""
    return RatingDraft.objects.filter(round=round_, person=by).first()


def hand_in(*, by: User, round_: Round, form: RatingForm) -> Rating:
    """Hand in the first, blind rating. It is final; at the quorum the ratings are revealed to the raters.

    Raises what :func:`check_may_rate` raises, and ``Several`` with everything that is missing or does not belong.
    """
    with transaction.atomic():
        round_ = lock_round(round_)
        check_may_rate(by=by, round_=round_)
        check_form(round_=round_, form=form)
        rating = write_rating(by=by, round_=round_, form=form, stage=RatingStage.FIRST)
        Assignment.objects.filter(round=round_, person=by).update(state=AssignmentState.HANDED_IN)
        reveal_if_complete(by=by, round_=round_)
    return rating


def check_may_draft(*, by: User, round_: Round) -> None:
    """Raise unless ``by`` may keep a draft: a rater, one who confers, or an adjudicator, before they hand in."""
    if round_.state == "open":
        check_may_rate(by=by, round_=round_)
    elif round_.state == "differing" and round_.ratings.filter(person=by, stage=RatingStage.FIRST).exists():
        check_not_handed_in(by=by, round_=round_, stage=RatingStage.AFTER_DISCUSSION)
    elif round_.state == "in_adjudication" and ADJUDICATOR in groups_of(by):
        separation.may_adjudicate(by.pk, history_of(round_))
        check_declared(by=by, round_=round_, capacity=Capacity.ADJUDICATOR)
    else:
        check_may_rate(by=by, round_=round_)
