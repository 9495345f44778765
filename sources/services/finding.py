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
        "SELECT rowid FROM sources_textsearch WHERE sources_textsearch MATCH %s AND rowid < %s{shown}"
        " ORDER BY rowid DESC LIMIT %s",
        "sources_textsearch.rowid",
    ),
    "postgresql": (
        "SELECT artefact_id FROM sources_textwords WHERE vector @@ %s::tsquery AND artefact_id < %s{shown}"
        " ORDER BY artefact_id DESC LIMIT %s",
        "sources_textwords.artefact_id",
    ),
}
_OF_NO_PROTECTED = (
    " AND NOT EXISTS (SELECT 1 FROM sources_artefact AS a JOIN sources_capture AS c ON c.id = a.capture_id"
    " JOIN sources_source AS s ON s.id = c.source_id WHERE a.id = {key} AND s.is_protected)"
)
_NO_KEY = (1 << 63) - 1


@dataclass(frozen=True)
class FoundCopy:
    """A copy that holds what was looked for, and the words around it."""

    capture: Capture
    excerpt: tuple[Piece, ...]
    is_by_ocr: bool = False


@dataclass(frozen=True)
class FoundCopies:
    """Copies, the newest text first.

    ``next_before`` names the text before which the next page begins, if any: one that whoever asks may know of.
    """

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
    below = _key_of(before, shows_protected=shows_protected) if before is not None else _NO_KEY
    copies: dict[int, FoundCopy] = {}
    last = before
    found = _candidates(wanted, below=below, shows_protected=shows_protected) if wanted.terms else ()
    for looked, artefact in enumerate(found):
        if len(copies) == limit or looked == MOST_LOOKED_INTO:
            return FoundCopies(tuple(copies.values()), last, wanted.is_cut)
        last = artefact.public_id
        capture = artefact.capture
        if capture.pk not in copies and (pieces := _pieces(artefact, wanted)):
            copies[capture.pk] = FoundCopy(capture, pieces, artefact.is_by_ocr)
    return FoundCopies(tuple(copies.values()), None, wanted.is_cut)


def sources_with(typed: str, *, limit: int = 1_000) -> list[int]:
    """The keys of sources of which one of the newest ``limit`` texts that hold the words typed is a copy.

    The words alone decide, not whether they stand side by side.
    """
    wanted = parse(typed)
    if not wanted.terms:
        return []
    found = _matching(wanted, below=_NO_KEY, limit=limit, shows_protected=True)
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


def _key_of(text: UUID, *, shows_protected: bool) -> int:
    named = Artefact.objects.filter(public_id=text)
    if not shows_protected:
        named = named.filter(capture__source__is_protected=False)
    found = named.values_list("pk", flat=True).first()
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


def _candidates(wanted: Wanted, *, below: int, shows_protected: bool) -> Iterator[Artefact]:
    """Texts that hold all the words, newest first, read from the database some at a time."""
    step = 50
    while True:
        keys = _matching(wanted, below=below, limit=step, shows_protected=shows_protected)
        rows = Artefact.objects.select_related("capture__source").in_bulk(keys)
        yield from (rows[key] for key in keys if key in rows)
        if len(keys) < step:
            return
        below = keys[-1]


def _matching(wanted: Wanted, *, below: int, limit: int, shows_protected: bool) -> list[int]:
    vendor = connection.vendor
    expression = _for_postgres(wanted) if vendor == "postgresql" else _for_sqlite(wanted)
    query, key = _MATCHING[vendor]
    shown = "" if shows_protected else _OF_NO_PROTECTED.format(key=key)
    with connection.cursor() as cursor:
        cursor.execute(query.format(shown=shown), [expression, below, limit])
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
