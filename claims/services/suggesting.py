"""A reader names a claim that should be checked, without an account; an editor takes it up or declines it."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.models import Claim, Suggestion, SuggestionState
from claims.permissions import EDITOR, require
from claims.services.drafting import save_claim
from claims.services.drafts import ClaimDraft, LinkDraft
from sources.domain.errors import BadInput, WrongState
from sources.domain.typed_text import check_typed
from sources.services.history import record_event

SHORTEST = 15
LONGEST = 2000
LONGEST_NAME = 300
MOST_AN_HOUR = 60
"""Suggestions in an hour from everybody together; what comes faster than that is a machine."""
ASKED_BY_A_READER = "A reader asked us to check it."
UNNAMED = "someone unnamed"


def suggest_claim(*, text: str, said_by: str = "", seen_at: str = "", note: str = "", email: str = "") -> Suggestion:
    """Keep what a reader asks to have checked, and return it.

    Raises ``BadInput`` if it says too little or too much, ``WrongState`` (``suggestions_too_many``) if too much
    came within the hour. The event says that there was one and repeats none of its words.
    """
    words = text.strip()
    if len(words) < SHORTEST:
        sentence = _("Say what was said in at least {count} characters.").format(count=SHORTEST)
        raise BadInput("suggestion_too_short", sentence, field="text")
    for field, typed in (("text", words), ("said_by", said_by), ("seen_at", seen_at), ("note", note)):
        most = LONGEST_NAME if field == "said_by" else LONGEST
        if len(typed) > most:
            sentence = _("Say it in at most {count} characters.").format(count=most)
            raise BadInput("suggestion_too_long", sentence, field=field)
        if check_typed(typed, field=field, what="", limit=most):
            raise BadInput("text_unprintable", "There is a character in this that cannot be printed.", field=field)
    now = timezone.now()
    with transaction.atomic():
        if Suggestion.objects.filter(received_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
            raise WrongState("suggestions_too_many", "Many suggestions came within the hour. Please try again later.")
        suggestion = Suggestion.objects.create(
            text=words,
            said_by=said_by.strip(),
            seen_at=seen_at.strip(),
            note=note.strip(),
            email=email.strip(),
            received_at=now,
        )
        record_event(by=None, action="claim_suggested", subject=suggestion)
    return suggestion


def accept_suggestion(*, by: User, suggestion: Suggestion, statement: str, language: str, said_by: str = "") -> Claim:
    """Enter a draft of the claim that a reader named, and return it; the rest is edited as with any other.

    ``said_by`` are the editor's words for who said it; nothing that the reader wrote enters the claim by itself.

    Raises ``WrongState`` (``suggestion_answered``), ``WrongPerson``, and what ``save_claim`` raises.
    """
    with transaction.atomic():
        current = _open(suggestion)
        require(by, EDITOR)
        attributed = LinkDraft(unnamed=said_by.strip() or UNNAMED, is_attributed=True)
        draft = ClaimDraft(statement=statement, language=language, why_chosen=ASKED_BY_A_READER, links=(attributed,))
        claim = save_claim(by=by, draft=draft)
        current.claim, current.state = claim, SuggestionState.ACCEPTED
        _answered(current, by)
        after = {"state": current.state, "claim": str(claim.public_id)}
        record_event(by=by, action="suggestion_accepted", subject=current, after=after)
    return claim


def decline_suggestion(*, by: User, suggestion: Suggestion, reason: str) -> Suggestion:
    """Close a suggestion that is not taken up, with the reason.

    Raises ``WrongState`` (``suggestion_answered``), ``WrongPerson``, ``BadInput`` (``reason_missing``).
    """
    with transaction.atomic():
        current = _open(suggestion)
        require(by, EDITOR)
        if not reason.strip():
            raise BadInput("reason_missing", "Say why it is not taken up.", field="reason")
        current.state, current.reason = SuggestionState.DECLINED, reason.strip()
        _answered(current, by)
        record_event(by=by, action="suggestion_declined", subject=current, reason=current.reason)
    return current


def _open(suggestion: Suggestion) -> Suggestion:
    current = Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
    if current.state != SuggestionState.OPEN:
        raise WrongState("suggestion_answered", "Somebody has answered this suggestion already.")
    return current


def _answered(current: Suggestion, by: User) -> None:
    current.email, current.answered_by, current.answered_at = "", by, timezone.now()
    current.save(update_fields=["state", "claim", "reason", "email", "answered_by", "answered_at"])
