"""Marking what was looked for in a text that is shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from claims.search.query import Query
from sources.domain.folding import fold
from sources.domain.words import MOST_LETTERS, WORD

LONGEST_EXCERPT = 240
BEFORE = 80
ELLIPSIS = "…"


@dataclass(frozen=True)
class Piece:
    """A run of text that is marked or not."""

    text: str
    is_match: bool


def marked(text: str, query: Query, language: str = "en") -> tuple[Piece, ...]:
    """``text`` in pieces, those that ``query`` looked for marked; joined they are ``text`` again."""
    pieces: list[Piece] = []
    end = 0
    for start, stop in _matches(text, query, language):
        if start > end:
            pieces.append(Piece(text[end:start], False))
        pieces.append(Piece(text[start:stop], True))
        end = stop
    if end < len(text):
        pieces.append(Piece(text[end:], False))
    return tuple(pieces)


def excerpt(texts: Iterable[str], query: Query, language: str = "en") -> tuple[Piece, ...]:
    """The first of ``texts`` in which something was found, marked, cut around it at words' ends; empty if none."""
    for text in texts:
        first = next(iter(_matches(text, query, language)), None)
        if first is not None:
            return marked(_cut(text, first[0]), query, language)
    return ()


def _matches(text: str, query: Query, language: str) -> Iterable[tuple[int, int]]:
    if query.wanted:
        for word in WORD.finditer(text):
            if query.marks(fold(word.group())[:MOST_LETTERS], language):
                yield word.span()


def _cut(text: str, at: int) -> str:
    if len(text) <= LONGEST_EXCERPT:
        return text
    start = max(0, min(at - BEFORE, len(text) - LONGEST_EXCERPT))
    stop = min(len(text), start + LONGEST_EXCERPT)
    if start:
        space = text.find(" ", start, at)
        start = space + 1 if space >= 0 else start
    if stop < len(text):
        space = text.rfind(" ", at, stop)
        stop = space if space > at else stop
    return (ELLIPSIS if start else "") + text[start:stop] + (ELLIPSIS if stop < len(text) else "")
