"""Taking a round back from a reviewer, giving it to another, and giving more time.

All of it works alike whether or not the reviewer has handed in, so that whoever asks learns nothing (DESIGN 5.6). A
rating that was handed in is kept and counts; its place is freed all the same. See docs/decisions/taking-back.md.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from claims.models import Assignment, AssignmentState, Capacity, Round
from claims.permissions import EDITOR, PUBLISHER, require
from claims.services.assigning import assign, check_being_rated, check_due, lock_round
from sources.domain.errors import Several, WrongState
from sources.domain.typed_text import check_typed
from sources.services.history import record_event

REASON_LIMIT = 2000


def take_back(*, by: User, assignment: Assignment, reason: str) -> Assignment:
    """Free the place of a reviewer for somebody else. An editor or a publisher may.

    Raises ``WrongState`` (``round_not_open``, ``round_superseded``, ``not_to_be_taken_back`` where it was taken back
    or passed over already), ``WrongPerson`` (``not_in_group``) and ``Several`` (``text_missing`` …).
    """
    with transaction.atomic():
        round_, assignment = _locked(assignment)
        if not _stands(assignment):
            raise WrongState("not_to_be_taken_back", "This is no longer in this person’s hands.")
        require(by, EDITOR, PUBLISHER)
        errors = check_typed(
            reason, field="reason", what="The reason why it is taken back", limit=REASON_LIMIT, is_required=True
        )
        if errors:
            raise Several(errors)
        assignment.taken_back_at = timezone.now()
        if assignment.state == AssignmentState.GIVEN:
            assignment.state = AssignmentState.TAKEN_BACK
        assignment.save(update_fields=["state", "taken_back_at"])
        record_event(
            by=by,
            action="assignment_taken_back",
            subject=assignment,
            reason=reason.strip(),
            after={"round": str(round_.public_id)},
        )
    return assignment


def reassign(
    *, by: User, assignment: Assignment, person: User, reason: str, due_at: datetime | None = None
) -> Assignment:
    """Take a round back from one reviewer and give it to ``person``, or do neither.

    Raises what :func:`take_back` and ``assigning.assign`` raise.
    """
    with transaction.atomic():
        take_back(by=by, assignment=assignment, reason=reason)
        return assign(by=by, round_=assignment.round, person=person, due_at=due_at)


def extend(*, by: User, assignment: Assignment, due_at: datetime) -> Assignment:
    """Give more time, or less. An editor or a publisher may.

    Raises ``WrongState`` (as :func:`take_back`, ``not_to_be_extended``), ``WrongPerson`` and ``BadInput``
    (``due_in_past``, ``due_too_far``).
    """
    with transaction.atomic():
        _, assignment = _locked(assignment)
        if not _stands(assignment):
            raise WrongState("not_to_be_extended", "This is no longer in this person’s hands.")
        require(by, EDITOR, PUBLISHER)
        check_due(due_at)
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


def _locked(assignment: Assignment) -> tuple[Round, Assignment]:
    round_ = lock_round(assignment.round)
    check_being_rated(round_)
    return round_, Assignment.objects.select_related("person", "round").get(pk=assignment.pk)


def _stands(assignment: Assignment) -> bool:
    """Whether it is in somebody's hands, as everybody may know: given or handed in are not told apart."""
    is_held = assignment.state in (AssignmentState.GIVEN, AssignmentState.HANDED_IN)
    return is_held and assignment.taken_back_at is None and assignment.capacity == Capacity.RATER
