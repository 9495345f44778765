"""Marking what was looked for in a text that is shown."""

import re
from dataclasses import dataclass

from claims.search.query import Query
from sources.domain.folding import fold

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Piece:
    """A run of text that is marked or not."""

    text: str
    is_match: bool


def marked(text: str, query: Query) -> tuple[Piece, ...]:
    """``text`` in pieces, those that ``query`` looked for marked; joined they are ``text`` again."""
    pieces: list[Piece] = []
    end = 0
    for word in _WORD.finditer(text):
        if query.marks(fold(word.group())):
            if word.start() > end:
                pieces.append(Piece(text[end : word.start()], False))
            pieces.append(Piece(word.group(), True))
            end = word.end()
    if end < len(text):
        pieces.append(Piece(text[end:], False))
    return tuple(pieces)
