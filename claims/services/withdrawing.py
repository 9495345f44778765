"""Withdrawing a claim that was never published."""

from django.contrib.auth.models import User
from django.db import transaction

from claims.models import Claim, WriteupState
from claims.querysets import open_round_of
from claims.services.opening import supersede_open_round
from claims.services.publication_moves import check_move, lock_claim, set_state
from sources.domain.errors import BadInput
from sources.services.history import record_event


def withdraw(*, by: User, claim: Claim, reason: str) -> Claim:
    """Put a claim aside for good, with a reason; only if it was never published. Its open round is superseded."""
    with transaction.atomic():
        current = lock_claim(claim.public_id)
        target = check_move(name="withdraw", claim=current, by=by)
        if not reason.strip():
            raise BadInput("reason_missing", "Say why the claim is withdrawn.", field="reason")
        if open_round_of(current) is not None:
            supersede_open_round(claim=current, by=by, reason=reason)
        current.writeups.filter(state=WriteupState.WRITTEN).update(
            state=WriteupState.SENT_BACK, answer=reason.strip()
        )
        before, after = set_state(current, target)
        record_event(
            by=by, action="claim_withdrawn", subject=current, reason=reason.strip(), before=before, after=after
        )
    return current
