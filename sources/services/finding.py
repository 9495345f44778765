"""Finding archived copies by the words of their texts.

The words of each text artefact are kept in a disposable row, after its capture was closed and never holding one up:
what has no row yet is a query, a worker is rung for it, and beat rings again. Each database narrows down by these
words; whether a copy holds what was typed is decided on the stored text (:mod:`sources.domain.finding`).
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from sources.domain.errors import BadInput, DeskError
from sources.domain.finding import Piece, Span, Wanted, distinct_words, excerpt, parse, spans_in
from sources.models import Artefact, Capture, Removal, TextWords
from sources.models.artefacts import READ
from sources.services.originals import read_artefact
from sources.services.text_words import keep_words

logger = logging.getLogger(__name__)

READ_TEXTS: Final = READ
RECENT: Final = timedelta(days=1)
MOST_LOOKED_INTO: Final = 200
"""So many texts are opened for one answer; the next page goes on from there."""

_MATCHING = {
    "sqlite": (
        "SELECT rowid FROM sources_textsearch WHERE sources_textsearch MATCH %s AND rowid < %s"
        " ORDER BY rowid DESC LIMIT %s"
    ),
    "postgresql": (
        "SELECT artefact_id FROM sources_textwords WHERE vector @@ %s::tsquery AND artefact_id < %s"
        " ORDER BY artefact_id DESC LIMIT %s"
    ),
}
_NO_KEY = (1 << 63) - 1


@dataclass(frozen=True)
class FoundCopy:
    """A copy that holds what was looked for, and the words around it."""

    capture: Capture
    excerpt: tuple[Piece, ...]
    is_by_ocr: bool = False


@dataclass(frozen=True)
class FoundCopies:
    """Copies, the newest text first. ``next_before`` names the text before which the next page begins, if any."""

    copies: tuple[FoundCopy, ...] = ()
    next_before: UUID | None = None
    is_cut: bool = False


def find_copies(typed: str, *, shows_protected: bool, before: UUID | None = None, limit: int = 20) -> FoundCopies:
    """The copies whose text holds what was ``typed``, each once, at most ``limit`` of them.

    Copies of protected sources are left out unless ``shows_protected``; removed ones have no words any more. What
    holds no word to look for finds nothing. Never raises for any words; :class:`BadInput` (``no_such_place``) for a
    ``before`` that names no text.
    """
    wanted = parse(typed)
    below = _key_of(before) if before is not None else _NO_KEY
    copies: dict[int, FoundCopy] = {}
    last = before
    for looked, artefact in enumerate(_candidates(wanted, below=below) if wanted.terms else ()):
        if len(copies) == limit or looked == MOST_LOOKED_INTO:
            return FoundCopies(tuple(copies.values()), last, wanted.is_cut)
        last = artefact.public_id
        capture = artefact.capture
        if capture.pk in copies or (capture.source.is_protected and not shows_protected):
            continue
        if pieces := _pieces(artefact, wanted):
            copies[capture.pk] = FoundCopy(capture, pieces, artefact.is_by_ocr)
    return FoundCopies(tuple(copies.values()), None, wanted.is_cut)


def sources_with(typed: str, *, limit: int = 1_000) -> list[int]:
    """The keys of sources of which one of the newest ``limit`` texts that hold the words typed is a copy.

    The words alone decide, not whether they stand side by side.
    """
    wanted = parse(typed)
    if not wanted.terms:
        return []
    found = _matching(wanted, below=_NO_KEY, limit=limit)
    return list(Artefact.objects.filter(pk__in=found).values_list("capture__source", flat=True).distinct())


def spans_to_mark(text: str, typed: str) -> tuple[Span, ...]:
    """Where in ``text`` stands what was ``typed``; empty if not all of it does."""
    wanted = parse(typed)
    return spans_in(text, wanted) if wanted.terms else ()


def learn_due(*, limit: int = 200, is_recent: bool = False) -> int:
    """Keep the words of up to ``limit`` texts that have none kept; returns of how many. The newest come first."""
    return sum(_learn(artefact) for artefact in unlearned(is_recent=is_recent).select_related("capture")[:limit])


def unlearned(*, is_recent: bool = False) -> QuerySet[Artefact]:
    """Texts whose words are not kept yet, the newest first; ``is_recent`` looks at those of the last day only."""
    kept = TextWords.objects.filter(artefact=OuterRef("pk"))
    removed = Removal.objects.filter(subject_id=OuterRef("capture__public_id"), field="", done_at__isnull=False)
    texts = Artefact.objects.filter(role__in=READ_TEXTS).exclude(Exists(kept)).exclude(Exists(removed))
    if is_recent:
        texts = texts.filter(created_at__gte=timezone.now() - RECENT)
    return texts.order_by("-pk")


def _key_of(text: UUID) -> int:
    found = Artefact.objects.filter(public_id=text).values_list("pk", flat=True).first()
    if found is None:
        raise BadInput("no_such_place", "The list does not go on from there. Search again.", field="before")
    return int(found)


def _learn(artefact: Artefact) -> bool:
    """Keep the words; none of a file that cannot be read, so that it is not tried for ever."""
    try:
        words = distinct_words(read_artefact(artefact).decode())
    except DeskError as error:
        logger.warning("A text is not found by its words, because it could not be read: %s", error)
        words = ""
    with transaction.atomic():
        capture = Capture.objects.select_for_update(of=("self",)).get(pk=artefact.capture_id)
        if Removal.objects.filter(subject_id=capture.public_id, field="", done_at__isnull=False).exists():
            return False
        return keep_words(artefact, words)


def _candidates(wanted: Wanted, *, below: int) -> Iterator[Artefact]:
    """Texts that hold all the words, newest first, read from the database some at a time."""
    step = 50
    while True:
        keys = _matching(wanted, below=below, limit=step)
        rows = Artefact.objects.select_related("capture__source").in_bulk(keys)
        yield from (rows[key] for key in keys if key in rows)
        if len(keys) < step:
            return
        below = keys[-1]


def _matching(wanted: Wanted, *, below: int, limit: int) -> list[int]:
    vendor = connection.vendor
    expression = _for_postgres(wanted) if vendor == "postgresql" else _for_sqlite(wanted)
    with connection.cursor() as cursor:
        cursor.execute(_MATCHING[vendor], [expression, below, limit])
        return [int(row[0]) for row in cursor.fetchall()]


def _for_sqlite(wanted: Wanted) -> str:
    """Words are letters and digits alone, so that nothing in them is syntax once they stand in quotes."""
    return " AND ".join(f'"{word}"{" *" if goes_on else ""}' for word, goes_on in _words_of(wanted))


def _for_postgres(wanted: Wanted) -> str:
    return " & ".join(f"'{word}'{':*' if goes_on else ''}" for word, goes_on in _words_of(wanted))


def _words_of(wanted: Wanted) -> Iterator[tuple[str, bool]]:
    for term in wanted.terms:
        yield from ((word, False) for word in term.words[:-1])
        yield term.words[-1], term.is_open


def _pieces(artefact: Artefact, wanted: Wanted) -> tuple[Piece, ...]:
    try:
        text = read_artefact(artefact).decode()
    except DeskError:
        return ()
    return excerpt(text, spans_in(text, wanted))
