"""Giving rounds to reviewers: by hand, or by drawing the next one fairly. Never more hands than the quorum."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from claims.domain import separation
from claims.domain.lifecycle import RoundState
from claims.models import Assignment, AssignmentState, Capacity, Round
from claims.permissions import EDITOR, PUBLISHER, REVIEWER, is_reviewer, require
from claims.querysets import CONTRIBUTING_ACTIONS, contributors_to, glass_breakers_of, raters_of
from sources.domain.errors import BadInput, WrongPerson, WrongState
from sources.models import Event
from sources.services.history import record_event

HOLDING = (AssignmentState.GIVEN, AssignmentState.HANDED_IN)
"""Assignments that take one of the quorum's places."""


def history_of(round_: Round) -> separation.History:
    """Everybody who had a hand in a round, for the tests of ``claims.domain.separation``."""
    return separation.History(
        contributors=frozenset(contributors_to(round_.claim, up_to_version=round_.claim_version)),
        raters=frozenset(raters_of(round_)),
        glass_breakers=frozenset(glass_breakers_of(round_)),
        adjudicator=round_.ratings.filter(stage="adjudicator").values_list("person_id", flat=True).first(),
    )


def lock_round(round_: Round) -> Round:
    """The round's row, locked until the transaction ends: who takes, hands in or settles comes one by one."""
    return Round.objects.select_for_update(of=("self",)).select_related("claim", "dossier").get(pk=round_.pk)


def check_being_rated(round_: Round) -> None:
    """Raise ``WrongState`` unless ratings are being taken: ``round_superseded``, ``round_not_open``."""
    if round_.state == RoundState.SUPERSEDED:
        raise WrongState(
            "round_superseded",
            "The claim was edited meanwhile, so that this round was closed. What you wrote is kept as your draft.",
        )
    if round_.state != RoundState.OPEN:
        raise WrongState("round_not_open", "This round is not being rated any more.")


def may_be_given(person: User, round_: Round) -> bool:
    """Whether ``person`` is a reviewer whom nothing bars from rating ``round_``."""
    if not is_reviewer(person):
        return False
    try:
        separation.may_rate(person.pk, history_of(round_))
    except WrongPerson:
        return False
    return True


def give(*, round_: Round, person: User, by: User | None, due_at: datetime | None = None) -> Assignment:
    """Write the assignment and its event; the caller has the lock and has checked everything."""
    now = timezone.now()
    assignment = Assignment.objects.create(
        round=round_,
        person=person,
        capacity=Capacity.RATER,
        given_at=now,
        given_by=by,
        due_at=due_at or now + timedelta(days=settings.REVIEW_DAYS),
    )
    record_event(by=by, action="round_assigned", subject=assignment, after={"round": str(round_.public_id)})
    return assignment


def assign(*, by: User, round_: Round, person: User, due_at: datetime | None = None) -> Assignment:
    """Give ``round_`` to a reviewer. An editor or a publisher may.

    Raises ``WrongState`` (``round_not_open``, ``round_superseded``, ``quorum_full``, ``assigned_already``),
    ``WrongPerson`` (``not_in_group``, and for the reviewer ``person_not_reviewer``, ``own_claim``, ``saw_ratings``).
    """
    with transaction.atomic():
        round_ = lock_round(round_)
        check_being_rated(round_)
        require(by, EDITOR, PUBLISHER)
        if not is_reviewer(person):
            raise WrongPerson("person_not_reviewer", "Only a reviewer can be given a claim to rate.")
        if person.pk in history_of(round_).contributors:
            raise WrongPerson("own_claim", "This person entered or edited the claim or chose its evidence.")
        if person.pk in glass_breakers_of(round_):
            raise WrongPerson("saw_ratings", "This person looked at ratings before the reveal.")
        if round_.assignments.filter(person=person).exists():
            raise WrongState("assigned_already", "This person was given this round already.")
        _check_room(round_)
        return give(round_=round_, person=person, by=by, due_at=due_at)


def take_next(*, by: User) -> Assignment:
    """Draw the oldest open round that ``by`` may rate and that still lacks a reviewer.

    Two people drawing at once come one after the other at each round's row, so that no round ever has more hands
    than its quorum; a round that is looked at and passed by is let go before the next. Raises ``WrongPerson``
    (``not_in_group``) and ``WrongState`` (``nothing_to_take``).
    """
    require(by, REVIEWER)
    for candidate in _candidates(by):
        with transaction.atomic():
            round_ = lock_round(candidate)
            if round_.state == RoundState.OPEN and _places_left(round_) > 0 and may_be_given(by, round_):
                return give(round_=round_, person=by, by=by)
    raise WrongState("nothing_to_take", "There is nothing for you to take just now.")


def take_back(*, by: User, assignment: Assignment, reason: str) -> Assignment:
    """Free the place of a reviewer who does not get to it, for somebody else. An editor or a publisher may."""
    with transaction.atomic():
        round_ = lock_round(assignment.round)
        assignment = Assignment.objects.select_related("person").get(pk=assignment.pk)
        check_being_rated(round_)
        if assignment.state != AssignmentState.GIVEN or assignment.capacity != Capacity.RATER:
            raise WrongState("not_to_be_taken_back", "This can no longer be taken back.")
        require(by, EDITOR, PUBLISHER)
        if not reason.strip():
            raise BadInput("reason_missing", "Say why it is taken back.", field="reason")
        assignment.state = AssignmentState.TAKEN_BACK
        assignment.save(update_fields=["state"])
        record_event(by=by, action="assignment_taken_back", subject=assignment, reason=reason.strip())
    return assignment


def extend(*, by: User, assignment: Assignment, due_at: datetime) -> Assignment:
    """Give more time. An editor or a publisher may."""
    with transaction.atomic():
        round_ = lock_round(assignment.round)
        check_being_rated(round_)
        assignment = Assignment.objects.get(pk=assignment.pk)
        if assignment.state != AssignmentState.GIVEN:
            raise WrongState("not_to_be_extended", "Nobody is waiting for this any more.")
        require(by, EDITOR, PUBLISHER)
        if due_at <= timezone.now():
            raise BadInput("due_in_past", "Choose a time that is still to come.", field="due_at")
        before, assignment.due_at = assignment.due_at, due_at
        assignment.save(update_fields=["due_at"])
        record_event(
            by=by,
            action="assignment_extended",
            subject=assignment,
            before={"due_at": before.isoformat() if before else ""},
            after={"due_at": due_at.isoformat()},
        )
    return assignment


def check_room(round_: Round) -> None:
    """Raise ``WrongState`` (``quorum_full``) where every place of the quorum is taken."""
    _check_room(round_)


def _check_room(round_: Round) -> None:
    if _places_left(round_) <= 0:
        raise WrongState("quorum_full", "Every place on this round is taken. Take one back first.")


def _places_left(round_: Round) -> int:
    taken = Assignment.objects.filter(round=round_, capacity=Capacity.RATER, state__in=HOLDING).count()
    return round_.quorum - taken


def _candidates(by: User) -> list[Round]:
    """Open rounds with room, not given to ``by`` before and not of a claim they had a hand in, oldest first."""
    own = Event.objects.filter(by=by, action__in=CONTRIBUTING_ACTIONS, subject_kind="claim").values("subject_id")
    held = Assignment.objects.filter(round=OuterRef("pk"), capacity=Capacity.RATER, state__in=HOLDING)
    taken = Subquery(held.order_by().values("round").annotate(hands=Count("pk")).values("hands"))
    return list(
        Round.objects.filter(state=RoundState.OPEN, claim__hold_reason="")
        .annotate(taken=Coalesce(taken, 0))
        .filter(taken__lt=F("quorum"))
        .exclude(assignments__person=by)
        .exclude(claim__public_id__in=own)
        .order_by("opened_at", "pk")
    )
