"""Putting a claim on hold and letting it go on."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from claims.models import Claim
from claims.permissions import EDITOR, PUBLISHER, require
from claims.services.drafting_checks import NOTE_LIMIT
from sources.domain.errors import BadInput, DeskError, Several, WrongState
from sources.domain.typed_text import check_typed
from sources.services.history import record_event


def hold(*, by: User, claim: Claim, reason: str, until: datetime | None = None) -> Claim:
    """Stop ``claim`` from being published, saying why and, if known, until when.

    Raises ``WrongState`` (``held_already``), ``WrongPerson`` and ``Several`` (``text_missing``, ``hold_over``).
    """
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=claim.pk)
        if claim.hold_reason:
            raise WrongState("held_already", f"This claim is on hold already: {claim.hold_reason}")
        require(by, EDITOR, PUBLISHER)
        errors: list[DeskError] = check_typed(
            reason, field="reason", what="The reason", limit=NOTE_LIMIT, is_required=True
        )
        if until is not None and until <= timezone.now():
            errors.append(BadInput("hold_over", "A hold ends in the future.", field="until"))
        if errors:
            raise Several(errors)
        claim.hold_reason, claim.hold_by, claim.hold_until = reason.strip(), by, until
        claim.save(update_fields=["hold_reason", "hold_by", "hold_until", "updated_at"])
        record_event(
            by=by,
            action="claim_held",
            subject=claim,
            version=claim.version,
            reason=claim.hold_reason,
            after={"until": until.isoformat() if until else ""},
        )
    return claim


def release(*, by: User, claim: Claim, reason: str = "") -> Claim:
    """Take ``claim`` off hold. Raises ``WrongState`` (``not_held``) and ``WrongPerson``."""
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=claim.pk)
        if not claim.hold_reason:
            raise WrongState("not_held", "This claim is not on hold.")
        require(by, EDITOR, PUBLISHER)
        before = {"reason": claim.hold_reason, "until": claim.hold_until.isoformat() if claim.hold_until else ""}
        claim.hold_reason, claim.hold_by, claim.hold_until = "", None, None
        claim.save(update_fields=["hold_reason", "hold_by", "hold_until", "updated_at"])
        record_event(
            by=by, action="claim_released", subject=claim, version=claim.version, reason=reason.strip(), before=before
        )
    return claim
