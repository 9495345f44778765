"""Giving rounds to reviewers: by hand, or by drawing the next one fairly. Never more hands than the quorum."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from claims.domain import separation
from claims.domain.lifecycle import RoundState
from claims.models import Assignment, AssignmentState, Capacity, Interest, Round
from claims.permissions import EDITOR, PUBLISHER, REVIEWER, is_reviewer, require
from claims.querysets import CONTRIBUTING_ACTIONS, contributors_to, glass_breakers_of, raters_of
from sources.domain.errors import BadInput, WrongPerson, WrongState
from sources.models import Event
from sources.services.history import record_event

LATEST_YEAR = 2999
"""A time near the year 9999 cannot be told in every zone."""
HOLDING = (AssignmentState.GIVEN, AssignmentState.HANDED_IN)
"""Assignments that take one of the quorum's places, unless they were taken back."""


def holding() -> QuerySet[Assignment]:
    """The assignments that take a place, whether or not they are handed in."""
    return Assignment.objects.filter(capacity=Capacity.RATER, state__in=HOLDING, taken_back_at__isnull=True)


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
    """Give ``round_`` to a reviewer, also once more to one from whom it was taken back. An editor or a publisher may.

    Raises ``WrongState`` (``round_not_open``, ``round_superseded``, ``quorum_full``, ``assigned_already``),
    ``WrongPerson`` (``not_in_group``, and for the reviewer ``person_not_reviewer``, ``own_claim``, ``saw_ratings``)
    and ``BadInput`` (``due_in_past``, ``due_too_far``).
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
        if due_at is not None:
            check_due(due_at)
        standing = round_.assignments.filter(person=person).first()
        if standing is not None and standing.taken_back_at is None:
            raise WrongState("assigned_already", "This person was given this round already.")
        _check_room(round_)
        if standing is not None:
            return _give_again(standing, by=by, due_at=due_at)
        return give(round_=round_, person=person, by=by, due_at=due_at)


def check_due(due_at: datetime) -> None:
    """Raise ``BadInput`` (``due_in_past``, ``due_too_far``) for a time by which nobody can be done."""
    if due_at <= timezone.now():
        raise BadInput("due_in_past", "Choose a time that is still to come.", field="due_at")
    if due_at.year > LATEST_YEAR:
        raise BadInput("due_too_far", f"Choose a time before the year {LATEST_YEAR + 1}.", field="due_at")


def _give_again(standing: Assignment, *, by: User, due_at: datetime | None) -> Assignment:
    """Undo that it was taken back; who had handed in has handed in, and looks like everybody else."""
    now = timezone.now()
    if standing.state == AssignmentState.TAKEN_BACK:
        standing.state = AssignmentState.GIVEN
    standing.taken_back_at, standing.given_at, standing.given_by = None, now, by
    standing.due_at = due_at or now + timedelta(days=settings.REVIEW_DAYS)
    standing.save(update_fields=["state", "taken_back_at", "given_at", "given_by", "due_at"])
    record_event(by=by, action="round_assigned", subject=standing, after={"round": str(standing.round.public_id)})
    return standing


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


def check_room(round_: Round) -> None:
    """Raise ``WrongState`` (``quorum_full``) where every place of the quorum is taken."""
    _check_room(round_)


def _check_room(round_: Round) -> None:
    if _places_left(round_) <= 0:
        raise WrongState("quorum_full", "Every place on this round is taken. Take one back first.")


def _places_left(round_: Round) -> int:
    return round_.quorum - holding().filter(round=round_).count()


def _candidates(by: User) -> list[Round]:
    """Open rounds with room, not given to ``by`` before, oldest first.

    None of a claim that they had a hand in, or in which they declared an interest on whatever version of it.
    """
    own = Event.objects.filter(by=by, action__in=CONTRIBUTING_ACTIONS, subject_kind="claim").values("subject_id")
    declared = Interest.objects.filter(
        person=by, round__claim=OuterRef("claim"), is_declared=True, accepted_by__isnull=True
    )
    held = holding().filter(round=OuterRef("pk"))
    taken = Subquery(held.order_by().values("round").annotate(hands=Count("pk")).values("hands"))
    return list(
        Round.objects.filter(state=RoundState.OPEN, claim__hold_reason="")
        .annotate(taken=Coalesce(taken, 0))
        .filter(~Exists(declared), taken__lt=F("quorum"))
        .exclude(assignments__person=by)
        .exclude(claim__public_id__in=own)
        .order_by("opened_at", "pk")
    )
