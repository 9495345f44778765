"""Interests, declared before any evidence is shown. One passes its owner over, unless somebody else accepts it."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from claims.domain import separation
from claims.domain.lifecycle import CLOSED_ROUND_STATES, RoundState
from claims.models import Assignment, AssignmentState, Capacity, Interest, Round
from claims.permissions import ADJUDICATOR, EDITOR, PUBLISHER, REVIEWER, groups_of, require
from claims.services.assigning import check_being_rated, check_room, lock_round
from sources.domain.errors import BadInput, DeskError, Several, WrongPerson, WrongState
from sources.domain.typed_text import check_typed
from sources.services.history import record_event

GROUP_OF = {
    Capacity.RATER: REVIEWER,
    Capacity.ADJUDICATOR: ADJUDICATOR,
    Capacity.EDITOR: EDITOR,
    Capacity.PUBLISHER: PUBLISHER,
}
WORDS_LIMIT = 2000


def declare_interest(
    *, by: User, round_: Round, is_declared: bool, words: str = "", capacity: str = Capacity.RATER.value
) -> Interest:
    """Write down what ``by`` declares for ``round_``: none, or an interest in ``words``.

    A reviewer who declares one is passed over, and the next reviewer can draw the place. Raises ``WrongState``
    (``interest_declared_already``, ``round_not_open``, ``round_superseded``, ``round_closed``), ``WrongPerson``
    (``not_in_group``, ``not_assigned``) and ``BadInput`` (``text_missing``).
    """
    as_ = _known(capacity)
    with transaction.atomic():
        round_ = lock_round(round_)
        if Interest.objects.filter(round=round_, person=by, capacity=as_).exists():
            raise WrongState("interest_declared_already", "You have declared your interests for this round already.")
        _check_state(round_, as_)
        require(by, GROUP_OF[as_])
        assignment = _assignment(round_, by) if as_ is Capacity.RATER else None
        errors = check_typed(
            words, field="words", what="What the interest is", limit=WORDS_LIMIT, is_required=is_declared
        )
        if errors:
            raise Several(errors)
        interest = Interest.objects.create(
            round=round_,
            person=by,
            capacity=as_,
            is_declared=is_declared,
            words=words.strip() if is_declared else "",
            declared_at=timezone.now(),
        )
        if assignment is not None and is_declared:
            assignment.state = AssignmentState.PASSED_OVER
            assignment.save(update_fields=["state"])
        record_event(
            by=by,
            action="interest_declared",
            subject=interest,
            after={"round": str(round_.public_id), "capacity": as_.value, "is_declared": is_declared},
        )
    return interest


def accept_interest(*, by: User, interest: Interest, reason: str) -> Interest:
    """Let somebody take part in spite of a declared interest, with a ``reason`` that is printed.

    An editor or a publisher who declared no interest in the round may. Raises ``WrongState`` (``no_interest``,
    ``interest_accepted_already``, ``quorum_full`` where the place was drawn meanwhile), ``WrongPerson``
    (``not_in_group``, ``same_person``, ``has_interest``) and ``BadInput`` (``text_missing``).
    """
    with transaction.atomic():
        round_ = lock_round(interest.round)
        interest = Interest.objects.get(pk=interest.pk)
        if not interest.is_declared:
            raise WrongState("no_interest", "No interest was declared here.")
        if interest.accepted_by_id is not None:
            raise WrongState("interest_accepted_already", "This interest was accepted already.")
        require(by, EDITOR, PUBLISHER)
        declared = Interest.objects.filter(round=round_, is_declared=True).values_list("person_id", flat=True)
        separation.may_accept_interest(by.pk, owner=interest.person_id, declared=set(declared))
        errors: list[DeskError] = check_typed(
            reason, field="reason", what="The reason", limit=WORDS_LIMIT, is_required=True
        )
        if errors:
            raise Several(errors)
        if interest.capacity == Capacity.RATER:
            _take_up_again(round_, interest)
        interest.accepted_by, interest.accepted_at, interest.accepted_reason = by, timezone.now(), reason.strip()
        interest.save(update_fields=["accepted_by", "accepted_at", "accepted_reason"])
        record_event(
            by=by,
            action="interest_accepted",
            subject=interest,
            reason=interest.accepted_reason,
            after={"round": str(round_.public_id)},
        )
    return interest


def check_declared(*, by: User, round_: Round, capacity: Capacity) -> None:
    """Raise unless ``by`` declared for ``round_`` and nothing declared stands in the way.

    ``WrongState`` (``interest_missing``) or ``WrongPerson`` (``interest_declared``).
    """
    _check(list(Interest.objects.filter(round=round_, person=by)), capacity)


def check_nothing_stands(*, by: User, round_: Round) -> None:
    """Raise unless ``by`` declared for ``round_`` in whatever capacity, and no interest of theirs waits.

    ``WrongState`` (``interest_missing``) or ``WrongPerson`` (``interest_declared``).
    """
    _check(list(Interest.objects.filter(round=round_, person=by)))


def writing_capacity(by: User) -> Capacity:
    """In which capacity ``by`` declares before writing a text: a publisher who is no editor as a publisher."""
    groups = groups_of(by)
    return Capacity.PUBLISHER if PUBLISHER in groups and EDITOR not in groups else Capacity.EDITOR


def declare_for_writing(*, by: User, rounds: Iterable[Round], is_declared: bool, words: str = "") -> None:
    """Declare once, before writing, for each of ``rounds`` for which ``by`` has not yet. Raises as declaring does."""
    with transaction.atomic():
        for round_ in undeclared(by=by, rounds=rounds):
            declare_interest(
                by=by, round_=round_, is_declared=is_declared, words=words, capacity=writing_capacity(by).value
            )


def undeclared(*, by: User, rounds: Iterable[Round]) -> list[Round]:
    """Those of ``rounds`` for which ``by`` has declared nothing in whatever capacity, in the order of their keys."""
    asked = sorted(rounds, key=lambda round_: round_.pk)
    told = set(Interest.objects.filter(round__in=asked, person=by).values_list("round_id", flat=True))
    return [round_ for round_ in asked if round_.pk not in told]


def _check(interests: list[Interest], capacity: Capacity | None = None) -> None:
    if not any(capacity in (None, row.capacity) for row in interests):
        raise WrongState("interest_missing", "Declare your interests in this claim first, even if you have none.")
    if any(row.is_declared and row.accepted_by_id is None for row in interests):
        raise WrongPerson(
            "interest_declared",
            "You declared an interest in this claim. Somebody without one can accept it, with a printed reason.",
        )


def _known(capacity: str) -> Capacity:
    try:
        return Capacity(capacity)
    except ValueError:
        raise BadInput("capacity_unknown", "Say in which capacity you take part.", field="capacity") from None


def _check_state(round_: Round, as_: Capacity) -> None:
    if as_ is Capacity.RATER:
        check_being_rated(round_)
    elif round_.state in CLOSED_ROUND_STATES and round_.state != RoundState.DECIDED:
        raise WrongState("round_closed", "This round is closed.")


def _assignment(round_: Round, person: User) -> Assignment:
    found = Assignment.objects.filter(
        round=round_, person=person, capacity=Capacity.RATER, state=AssignmentState.GIVEN
    ).first()
    if found is None:
        raise WrongPerson("not_assigned", "This round was not given to you. Take the next one from the queue.")
    return found


def _take_up_again(round_: Round, interest: Interest) -> None:
    check_being_rated(round_)
    check_room(round_)
    Assignment.objects.filter(
        round=round_, person=interest.person, capacity=Capacity.RATER, state=AssignmentState.PASSED_OVER
    ).update(state=AssignmentState.GIVEN)
