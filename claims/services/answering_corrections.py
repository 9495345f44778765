"""The outcome of a reader's request for a correction, told in our words."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from claims.models import CorrectionOutcome, CorrectionRequest
from claims.permissions import EDITOR, PUBLISHER, require
from sources.domain.errors import BadInput, WrongState
from sources.services.history import record_event


def answer_correction(*, by: User, request: CorrectionRequest, outcome: str, text: str) -> CorrectionRequest:
    """Close a request with an outcome and a sentence that is printed; the reader's address goes with it."""
    with transaction.atomic():
        current = CorrectionRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if current.outcome != CorrectionOutcome.OPEN:
            raise WrongState("request_answered", "This request has its outcome already.")
        require(by, EDITOR, PUBLISHER)
        if outcome not in CorrectionOutcome.values or outcome == CorrectionOutcome.OPEN:
            raise BadInput("outcome_unknown", "Choose the outcome.", field="outcome")
        if not text.strip():
            raise BadInput("outcome_text_missing", "Tell the outcome in a sentence; it is printed.", field="text")
        current.outcome, current.outcome_text = outcome, text.strip()
        current.answered_by, current.answered_at = by, timezone.now()
        current.email = ""
        current.save(update_fields=["outcome", "outcome_text", "answered_by", "answered_at", "email"])
        record_event(by=by, action="correction_answered", subject=current, after={"outcome": outcome})
    return current
