"""Looking at ratings before their reveal: possible, on the record, and at a price."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from claims.models import Assignment, AssignmentState, Rating, Round
from claims.permissions import PUBLISHER, groups_of
from claims.services.assigning import lock_round
from sources.domain.errors import BadInput, WrongPerson, WrongState
from sources.domain.typed_text import check_typed
from sources.services.history import record_event

REASON_LIMIT = 2000


def break_glass(*, by: User, round_: Round, reason: str) -> list[Rating]:
    """Return the ratings of ``round_`` before their reveal, write an Event that everybody sees, and bar ``by``.

    An administrator or a publisher may. From then on ``by`` can neither rate nor adjudicate nor publish the round.
    Raises ``WrongState`` (``revealed_already``), ``WrongPerson`` (``may_not_break_glass``, ``rated_this_round``) and
    ``BadInput`` (``text_missing``).
    """
    with transaction.atomic():
        round_ = lock_round(round_)
        if round_.revealed_at is not None:
            raise WrongState("revealed_already", "These ratings are revealed already; there is no glass to break.")
        if not (by.is_active and by.is_superuser) and PUBLISHER not in groups_of(by):
            raise WrongPerson("may_not_break_glass", "Only an administrator or a publisher may do this.")
        if Rating.objects.filter(round=round_, person=by).exists():
            raise WrongPerson("rated_this_round", "You rated this round, so you wait for its reveal like the others.")
        errors = check_typed(reason, field="reason", what="The reason", limit=REASON_LIMIT, is_required=True)
        if errors:
            raise BadInput(errors[0].code, errors[0].sentence, field="reason")
        record_event(
            by=by,
            action="glass_broken",
            subject=round_,
            version=round_.claim_version,
            reason=reason.strip(),
            after={"claim": str(round_.claim.public_id)},
        )
        Assignment.objects.filter(round=round_, person=by, state=AssignmentState.GIVEN).update(
            state=AssignmentState.TAKEN_BACK, taken_back_at=timezone.now()
        )
        return list(Rating.objects.filter(round=round_).prefetch_related("findings", "link_answers"))
