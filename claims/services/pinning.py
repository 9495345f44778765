"""Passages that a rater chooses while rating: theirs alone until the reveal, and no part of the dossier."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from claims.domain.answers import NOTE_LIMIT, parts_asked
from claims.domain.dossier_v1 import DossierCitation
from claims.models import Pin, RatingStage, Round
from claims.querysets import dossier_of
from claims.services.adjudicating import check_may_adjudicate
from claims.services.assigning import lock_round
from claims.services.handing_in import check_not_handed_in
from claims.services.rating import check_may_rate
from sources.domain.errors import BadInput, WrongPerson, WrongState
from sources.domain.typed_text import check_typed
from sources.models import Capture, Passage
from sources.services import quote

MOST_PINS = 200


def pin(
    *,
    by: User,
    round_: Round,
    citation_id: str,
    exact: str,
    prefix: str = "",
    suffix: str = "",
    start: int | None = None,
    part: str = "",
    note: str = "",
) -> Pin:
    """Pin the words ``exact`` in the frozen copy of a citation; ``start`` is their offset in its text, if known.

    Raises what ``rating.check_may_rate`` raises, ``BadInput`` (``citation_not_in_dossier``, ``part_not_asked``, and
    those of ``sources.services.quote``) and ``WrongState`` (``no_copy``, ``text_renewed``, ``pinned_already``).
    The file is read before the transaction begins.
    """
    _check_may_pin(by=by, round_=round_)
    citation = _citation(round_, citation_id, part)
    faults = check_typed(note, field="note", what="The note", limit=NOTE_LIMIT)
    if faults:
        raise faults[0]
    passage = _passage(by=by, citation=citation, exact=exact, prefix=prefix, suffix=suffix, start=start)
    with transaction.atomic():
        round_ = lock_round(round_)
        _check_may_pin(by=by, round_=round_)
        own = Pin.objects.filter(round=round_, person=by)
        if own.filter(citation_id=citation.id, passage=passage).exists():
            raise WrongState("pinned_already", "You have pinned this passage already.")
        if own.count() >= MOST_PINS:
            raise WrongState("too_many_pins", f"You have pinned {MOST_PINS} passages. Take one out first.")
        return Pin.objects.create(
            round=round_,
            person=by,
            citation_id=citation.id,
            part=part,
            passage=passage,
            note=note.strip(),
            pinned_at=timezone.now(),
        )


def unpin(*, by: User, pin: Pin) -> None:
    """Take a pin of one's own out again, before handing in. Raises ``WrongPerson`` (``not_your_pin``)."""
    if pin.person_id != by.pk:
        raise WrongPerson("not_your_pin", "This is not a passage of yours.")
    with transaction.atomic():
        round_ = lock_round(pin.round)
        _check_may_pin(by=by, round_=round_)
        Pin.objects.filter(pk=pin.pk).delete()


def _check_may_pin(*, by: User, round_: Round) -> None:
    if round_.state == "in_adjudication":
        check_not_handed_in(by=by, round_=round_, stage=RatingStage.ADJUDICATOR)
        check_may_adjudicate(by=by, round_=round_)
    else:
        check_may_rate(by=by, round_=round_)


def _citation(round_: Round, citation_id: str, part: str) -> DossierCitation:
    dossier = dossier_of(round_)
    try:
        citation = dossier.citation(citation_id)
    except KeyError:
        raise BadInput("citation_not_in_dossier", "This source is not cited here.", field="citation") from None
    if part and part not in parts_asked(dossier, citation):
        raise BadInput("part_not_asked", f"Source {citation.number} is not about that part.", field="part")
    return citation


def _passage(
    *, by: User, citation: DossierCitation, exact: str, prefix: str, suffix: str, start: int | None
) -> Passage:
    if citation.capture is None:
        raise WrongState("no_copy", f"We hold no copy of source {citation.number}, so that nothing can be pinned.")
    capture = Capture.objects.get(public_id=citation.capture.id)
    if start is not None:
        passage = quote.pin(by=by, capture=capture, start=start, end=start + len(exact), exact=exact)
    else:
        passage = quote.pin_quote(by=by, capture=capture, exact=exact, prefix=prefix, suffix=suffix)
    if passage.text_sha256 != citation.capture.text_sha256:
        raise WrongState("text_renewed", "The text of this copy was read anew since the round was opened.")
    return passage
