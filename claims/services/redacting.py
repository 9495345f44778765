"""Leaving a name visibly out of a rating's published reasons; the original stays inside."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from claims.domain.lifecycle import RoundState
from claims.models import Rating, Redaction
from claims.permissions import EDITOR, PUBLISHER, require
from sources.domain.errors import BadInput, WrongState
from sources.services.history import record_event

REDACTED = "[name left out]"


def redact(*, by: User, rating: Rating, exact: str, reason: str) -> Redaction:
    """Leave ``exact`` out of what will be published of ``rating``'s reasons."""
    with transaction.atomic():
        if rating.round.state != RoundState.DECIDED.value:
            raise WrongState("not_decided", "Reasons are prepared for publication once the round is decided.")
        require(by, EDITOR, PUBLISHER)
        words = exact.strip()
        if not words or words not in rating.reasons + rating.change_reason:
            raise BadInput("redaction_not_found", "These words do not stand in the reasons.", field="exact")
        if not reason.strip():
            raise BadInput("reason_missing", "Say why they are left out.", field="reason")
        redaction = Redaction.objects.create(
            rating=rating, exact=words, reason=reason.strip(), made_by=by, made_at=timezone.now()
        )
        record_event(by=by, action="reasons_redacted", subject=redaction, reason=reason.strip())
    return redaction


def redacted(text: str, redactions: list[str]) -> str:
    """``text`` with each of the words left out replaced by a visible mark, longest first."""
    for words in sorted(redactions, key=len, reverse=True):
        text = text.replace(words, REDACTED)
    return text
