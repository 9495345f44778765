"""Reading the text of a stored capture, and pinning passages in it.

What is read is the very text artefact that passages point at, and its digest is recomputed each time: a bit flipped
on disk is found when the text is read. Pinning writes no Event: who pinned what stays a rater's own until the reveal,
and the passage's row, which is never changed, says who and when.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from sources.archive import store
from sources.domain.errors import BadInput, DeskError, Gone, NotFound, WrongPerson, WrongState
from sources.domain.quotes import Outcome, find_quote, passage_at
from sources.models import Artefact, Capture, CaptureState, Passage
from sources.models.artefacts import READ
from sources.services.remove import gone_by, refuse_if_removed, removals_of
from sources.services.texts import the_text

LONGEST = 10_000


@dataclass(frozen=True)
class Reading:
    """A text that was read and whose digest was found true."""

    artefact: Artefact
    text: str


def text_artefact(capture: Capture) -> Artefact:
    """The text of ``capture``: the newest of its own bytes, or else the newest that was read by OCR.

    Raises :class:`Gone` (``copy_removed``), :class:`WrongState` (``capture_not_stored``) and :class:`NotFound`
    (``no_text``).
    """
    refuse_if_removed(capture)
    if capture.state != CaptureState.STORED:
        raise WrongState("capture_not_stored", "Nothing of this capture is kept, so there is nothing to read.")
    artefact = the_text(capture.artefacts.filter(role__in=READ))
    if artefact is None:
        raise NotFound("no_text", "No text could be read from this copy.")
    return artefact


def text_of(artefact: Artefact) -> str:
    """The text of a text artefact.

    Raises :class:`Gone` (``copy_removed``) and :class:`WrongState` (``text_missing``, ``text_damaged``).
    """
    refuse_if_removed(artefact.capture)
    return _read(artefact)


def texts_of(artefacts: Sequence[Artefact]) -> list[str | DeskError]:
    """The text of each, in their order, or what :func:`text_of` would raise; one query whatever their number."""
    removed = removals_of(artefact.capture for artefact in artefacts)
    found: list[str | DeskError] = []
    for artefact in artefacts:
        try:
            found.append(gone_by(removed[artefact.capture_id]) if artefact.capture_id in removed else _read(artefact))
        except WrongState as error:
            found.append(error)
    return found


def _read(artefact: Artefact) -> str:
    try:
        raw = store.read(artefact.sha256)
    except FileNotFoundError:
        raise WrongState("text_missing", "The stored text is missing from the archive.") from None
    if hashlib.sha256(raw).hexdigest() != artefact.sha256:
        raise WrongState("text_damaged", "The stored text is not what was written: its digest differs.")
    return raw.decode()


def read_copy(capture: Capture) -> Reading:
    """The text of ``capture`` with the artefact it is; errors as in :func:`text_artefact` and :func:`text_of`."""
    artefact = text_artefact(capture)
    return Reading(artefact, text_of(artefact))


def reading_text(capture: Capture) -> str:
    """The text of ``capture``; errors as in :func:`read_copy`."""
    return read_copy(capture).text


def pin(*, by: User, capture: Capture, start: int, end: int, exact: str) -> Passage:
    """Pin the words ``exact``, which stand at ``[start, end)`` (code points) of the text of ``capture``.

    Raises :class:`BadInput` (``passage_outside``, ``passage_differs``, ``passage_too_long``) and the errors of
    :func:`read_copy`. The same span pinned twice by one person is one passage.
    """
    reading = read_copy(capture)
    _check_person(by)
    if not 0 <= start < end <= len(reading.text):
        raise BadInput("passage_outside", "This place is not in the text.", field="passage")
    if reading.text[start:end] != exact:
        raise BadInput("passage_differs", "Other words stand at this place of the text.", field="passage")
    return _write(by, reading, start, end)


def pin_quote(*, by: User, capture: Capture, exact: str, prefix: str = "", suffix: str = "") -> Passage:
    """Find the words ``exact`` in the text of ``capture`` and pin them where they stand.

    Typographic variants are the same words; the passage holds the words as they stand in the text. Raises
    :class:`BadInput` (``quote_empty``, ``quote_not_found``, ``quote_differs``, ``quote_ambiguous``) and the errors of
    :func:`read_copy`.
    """
    reading = read_copy(capture)
    _check_person(by)
    if not exact.strip():
        raise BadInput("quote_empty", "Type or select the words that you quote.", field="exact")
    found = find_quote(reading.text, exact, prefix, suffix)
    if found.outcome is Outcome.GONE:
        raise BadInput("quote_not_found", "These words do not stand in the archived text.", field="exact")
    if found.outcome is Outcome.ALTERED:
        raise BadInput("quote_differs", f"The archived text says something else: {found.reason}", field="exact")
    if found.times > 1:
        sentence = f"These words stand {found.times} times in the text: add the words before or after them."
        raise BadInput("quote_ambiguous", sentence, field="exact")
    return _write(by, reading, found.start, found.end)


def words_of(passage: Passage) -> str:
    """The words of a passage. Raises :class:`Gone` (``passage_removed``) where they were destroyed."""
    if not passage.exact:
        raise Gone("passage_removed", "The words of this passage were removed.")
    return passage.exact


def _check_person(by: User) -> None:
    if not by.is_active:
        raise WrongPerson("not_active", "This account is no longer in use.")


def _write(by: User, reading: Reading, start: int, end: int) -> Passage:
    exact, prefix, suffix = passage_at(reading.text, start, end)
    if not exact.strip():
        raise BadInput("passage_empty", "There are no words at this place.", field="passage")
    if len(exact) > LONGEST:
        raise BadInput("passage_too_long", f"A passage has at most {LONGEST:,} characters.", field="passage")
    with transaction.atomic():
        refuse_if_removed(Capture.objects.select_for_update(of=("self",)).get(pk=reading.artefact.capture_id))
        standing = Passage.objects.filter(artefact=reading.artefact, start=start, end=end, created_by=by)
        return standing.exclude(exact="").first() or Passage.objects.create(
            artefact=reading.artefact,
            text_sha256=reading.artefact.sha256,
            exact=exact,
            prefix=prefix,
            suffix=suffix,
            start=start,
            end=end,
            created_by=by,
            created_at=timezone.now(),
        )
