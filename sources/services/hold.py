"""Legal holds: what is under one cannot be destroyed until it is lifted."""

import uuid
from typing import Protocol

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from sources.domain.errors import BadInput, WrongState
from sources.models import LegalHold
from sources.permissions import require
from sources.services.history import kind_of, record_event


class Holdable(Protocol):
    """Anything with a public id."""

    @property
    def public_id(self) -> uuid.UUID: ...


def place_hold(*, by: User, subject: Holdable, reason: str) -> LegalHold:
    """Keep ``subject`` from being destroyed.

    Raises ``WrongState`` (``held_already``), ``WrongPerson`` and ``BadInput``.
    """
    with transaction.atomic():
        if (
            LegalHold.objects.select_for_update()
            .filter(subject_id=subject.public_id, lifted_at__isnull=True)
            .exists()
        ):
            raise WrongState("held_already", "There is a legal hold on this already.")
        require(by, "add_legalhold")
        if not reason.strip():
            raise BadInput("hold_reason_missing", "Say why it must be kept.", field="reason")
        hold = LegalHold.objects.create(
            subject_kind=kind_of(subject),
            subject_id=subject.public_id,
            reason=reason.strip(),
            placed_by=by,
            placed_at=timezone.now(),
        )
        record_event(by=by, action="legal_hold_placed", subject=hold, reason=hold.reason)
    return hold


def lift_hold(*, by: User, hold: LegalHold, reason: str) -> LegalHold:
    """Lift a hold. Raises ``WrongState`` (``hold_lifted``), ``WrongPerson`` and ``BadInput``."""
    with transaction.atomic():
        current = LegalHold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
        if current.lifted_at is not None:
            raise WrongState("hold_lifted", "This hold was lifted already.")
        require(by, "change_legalhold")
        if not reason.strip():
            raise BadInput("hold_reason_missing", "Say why it need not be kept any longer.", field="reason")
        current.lifted_by, current.lifted_at = by, timezone.now()
        current.save(update_fields=["lifted_by", "lifted_at"])
        record_event(by=by, action="legal_hold_lifted", subject=current, reason=reason.strip())
    return current
