"""Leaving a name visibly out of a rating's published reasons; the original stays inside."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from claims.domain.lifecycle import RoundState
from claims.models import Rating, RatingStage, Redaction, Round
from claims.permissions import EDITOR, PUBLISHER, require
from sources.domain.errors import BadInput, WrongState
from sources.services.history import record_event

REDACTED = "[name left out]"


@dataclass(frozen=True)
class Words:
    """One published text of a rating: what it is, as written, and as it will be published."""

    title: str
    original: str
    published: str


def left_out_of(round_: Round) -> dict[int, list[str]]:
    """The words that are left out of whatever somebody wrote in ``round_``, by user."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in Redaction.objects.filter(rating__round=round_).select_related("rating").order_by("pk"):
        found[row.rating.person_id].append(row.exact)
    return dict(found)


def words_of(rating: Rating, *, besides: str = "") -> tuple[Words, ...]:
    """Every text of ``rating`` that is published, with what was left out so far and ``besides``.

    What is left out of one text of a person is left out of all that they wrote in the round. The reasons of an
    adjudication are published with the adjudicator's own rating, the notes on passages with the first ratings.
    """
    left_out = left_out_of(rating.round).get(rating.person_id, []) + ([besides] if besides else [])
    texts = [("Reasons", rating.reasons), ("Why changed or kept", rating.change_reason)]
    texts += [("A note on a source", finding.note) for finding in rating.findings.all()]
    if rating.stage == RatingStage.FIRST:
        pins = rating.round.pins.filter(person=rating.person_id).exclude(note="").order_by("pk")
        texts += [("A note on a passage", pin.note) for pin in pins]
    settlement = getattr(rating.round, "adjudication", None)
    if (
        settlement is not None
        and rating.stage == RatingStage.ADJUDICATOR
        and settlement.person_id == rating.person_id
    ):
        texts.append(("Reasons of the settlement", settlement.reasons))
    return tuple(Words(title, text, redacted(text, left_out)) for title, text in texts if text)


def check_redaction(*, by: User, rating: Rating, exact: str) -> str:
    """The words that can be left out, or raise.

    ``WrongState`` (``not_decided``, ``redacted_already``), ``WrongPerson`` (``not_in_group``) and ``BadInput``
    (``redaction_not_found``).
    """
    if rating.round.state != RoundState.DECIDED.value:
        raise WrongState("not_decided", "Reasons are prepared for publication once the round is decided.")
    require(by, EDITOR, PUBLISHER)
    words = exact.strip()
    if not words or not any(words in text.original for text in words_of(rating)):
        raise BadInput("redaction_not_found", "These words do not stand in what this person wrote.", field="exact")
    if not any(words in text.published for text in words_of(rating)):
        raise WrongState("redacted_already", "These words are left out already.")
    return words


def redact(*, by: User, rating: Rating, exact: str, reason: str) -> Redaction:
    """Leave ``exact`` out of what will be published of ``rating``: reasons, notes, the settlement's reasons.

    It cannot be taken back. Raises what :func:`check_redaction` raises, and ``BadInput`` (``reason_missing``).
    """
    with transaction.atomic():
        words = check_redaction(by=by, rating=rating, exact=exact)
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
