"""Two windows, two versions of one draft: the later one is set aside, not lost, until its owner chooses.

A draft is its owner's alone, so nothing here writes an Event: that somebody types, and when, is nobody's business
before the reveal (DESIGN 5.6).
"""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from claims.domain.lifecycle import RoundState
from claims.models import Assignment, Capacity, Rating, RatingDraft, RatingStage, Round
from claims.services.assigning import lock_round
from claims.services.rating import ELSEWHERE, check_may_draft, draft_text
from sources.domain.errors import NotFound, WrongState


def check_current(*, by: User, round_: Round, payload: Mapping[str, Any], revision: int | None) -> None:
    """Raise ``WrongState`` (``draft_saved_elsewhere``) where another window saved something else since ``revision``.

    ``None`` asks nothing: whoever has no page with a number on it has nothing to compare.
    """
    draft = RatingDraft.objects.filter(round=round_, person=by).first()
    if draft is None or revision is None or revision == draft.revision:
        return
    if json.loads(draft.payload) != dict(payload):
        raise WrongState("draft_saved_elsewhere", ELSEWHERE)


def set_aside(*, by: User, round_: Round, payload: Mapping[str, Any]) -> RatingDraft:
    """Keep ``payload`` beside the draft that another window saved; a later one from the same window replaces it.

    Raises what ``rating.save_draft`` raises, and ``NotFound`` (``no_draft``) where there is nothing to set it beside.
    """
    text = draft_text(payload)
    with transaction.atomic():
        round_ = lock_round(round_)
        check_may_draft(by=by, round_=round_)
        draft = _own(by, round_)
        if draft.payload != text:
            draft.aside, draft.aside_at = text, timezone.now()
            draft.save(update_fields=["aside", "aside_at"])
    return draft


def take_up_aside(*, by: User, round_: Round) -> RatingDraft:
    """Go on with the version that was set aside; the other one takes its place. Does nothing where none is."""
    with transaction.atomic():
        round_ = lock_round(round_)
        check_may_draft(by=by, round_=round_)
        draft = _own(by, round_)
        if draft.aside_at is not None:
            draft.payload, draft.aside = draft.aside, draft.payload
            draft.saved_at, draft.aside_at = draft.aside_at, draft.saved_at
            draft.revision += 1
            draft.save(update_fields=["payload", "aside", "saved_at", "aside_at", "revision"])
    return draft


def drop_aside(*, by: User, round_: Round) -> RatingDraft:
    """Let go of the version that was set aside."""
    with transaction.atomic():
        round_ = lock_round(round_)
        check_may_draft(by=by, round_=round_)
        draft = _own(by, round_)
        draft.aside, draft.aside_at = "", None
        draft.save(update_fields=["aside", "aside_at"])
    return draft


def keep_late(*, by: User, round_: Round, payload: Mapping[str, Any]) -> bool:
    """Keep what came in after an edit superseded the round, so that the next round begins with it. Whether it did.

    Only for somebody who was given the round and has not handed in. What their draft held before is set aside.
    """
    text = draft_text(payload)
    with transaction.atomic():
        round_ = lock_round(round_)
        given = Assignment.objects.filter(round=round_, person=by, capacity=Capacity.RATER)
        handed_in = Rating.objects.filter(round=round_, person=by, stage=RatingStage.FIRST)
        if round_.state != RoundState.SUPERSEDED or not given.exists() or handed_in.exists() or not payload:
            return False
        now = timezone.now()
        draft, is_new = RatingDraft.objects.select_for_update().get_or_create(
            round=round_, person=by, defaults={"payload": text, "saved_at": now}
        )
        if not is_new and draft.payload != text:
            draft.aside, draft.aside_at = draft.payload, draft.saved_at
            draft.payload, draft.saved_at = text, now
            draft.revision += 1
            draft.save(update_fields=["aside", "aside_at", "payload", "saved_at", "revision"])
    return True


def _own(by: User, round_: Round) -> RatingDraft:
    draft = RatingDraft.objects.select_for_update().filter(round=round_, person=by).first()
    if draft is None:
        raise NotFound("no_draft", "There is no draft of yours here.")
    return draft
