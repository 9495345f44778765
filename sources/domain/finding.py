"""Looking for words in archived texts: what was typed, where it stands in a text, and an excerpt around it.

Pure. The databases only narrow down which texts may hold the words; whether one does, phrases included, is decided
here on the text itself, so that both databases give the same answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sources.domain.terms import terms_in
from sources.domain.words import MOST_LETTERS, WORD, words_of

MOST_MARKS: Final = 500
MOST_BYTES: Final = 400_000
"""PostgreSQL holds a ``tsvector`` of at most 1 MB."""

LONGEST_EXCERPT: Final = 240
BEFORE: Final = 80
ELLIPSIS: Final = "…"

Words = tuple[str, ...]
Span = tuple[int, int]


@dataclass(frozen=True)
class Term:
    """Folded words that stand next to each other; the last goes on where ``is_open``."""

    words: Words
    is_open: bool


@dataclass(frozen=True)
class Wanted:
    """Every one of ``terms`` and none of ``unwanted``; ``is_cut`` where more was typed than is looked for."""

    terms: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    is_cut: bool = False


@dataclass(frozen=True)
class Piece:
    """A run of text that is marked or not."""

    text: str
    is_match: bool


def parse(typed: str) -> Wanted:
    """What is looked for (:func:`sources.domain.terms.terms_in`); a plain word finds all that begin with it."""
    found = terms_in(typed)
    return Wanted(
        terms=tuple(Term(one.words, one.may_go_on) for one in found.terms if not one.is_unwanted),
        unwanted=tuple(Term(one.words, is_open=False) for one in found.terms if one.is_unwanted),
        is_cut=found.is_cut,
    )


def distinct_words(text: str) -> str:
    """The distinct folded words of ``text``, apart by spaces, in the order in which they first stand.

    At most :data:`MOST_BYTES` of UTF-8; what comes after is not found by its words.
    """
    kept: dict[str, None] = {}
    room = MOST_BYTES
    for _, word in _cut_into_words(text):
        if word in kept:
            continue
        room -= len(word.encode()) + 1
        if room < 0:
            break
        kept[word] = None
    return " ".join(kept)


def spans_in(text: str, wanted: Wanted) -> tuple[Span, ...]:
    """Where the terms stand in ``text`` (code points, ``[start, end)``), at most :data:`MOST_MARKS` of them.

    Empty where a term is missing or an unwanted one is there.
    """
    places: list[Span] = []
    words: list[str] = []
    index: dict[str, list[int]] = {}
    for place, word in _cut_into_words(text):
        index.setdefault(word, []).append(len(words))
        places.append(place)
        words.append(word)
    if any(_places_of(term, words, index) for term in wanted.unwanted):
        return ()
    spans: set[Span] = set()
    for term in wanted.terms:
        here = _places_of(term, words, index)
        if not here:
            return ()
        spans.update((places[at][0], places[at + len(term.words) - 1][1]) for at in here)
    return tuple(sorted(spans)[:MOST_MARKS])


def excerpt(text: str, spans: tuple[Span, ...]) -> tuple[Piece, ...]:
    """A piece of ``text`` around the first of ``spans``, cut at the ends of words, with the spans in it marked."""
    if not spans:
        return ()
    first, end = spans[0]
    start = max(0, min(first - BEFORE, len(text) - LONGEST_EXCERPT))
    stop = max(end, min(len(text), start + LONGEST_EXCERPT))
    if start and (space := text.find(" ", start, first)) >= 0:
        start = space + 1
    if stop < len(text) and (space := text.rfind(" ", end, stop)) > 0:
        stop = space
    pieces = [Piece(ELLIPSIS, False)] if start else []
    at = start
    for left, right in spans:
        if left < at or right > stop:
            continue
        pieces += [Piece(text[at:left], False)] if left > at else []
        pieces.append(Piece(text[left:right], True))
        at = right
    return (*pieces, Piece(text[at:stop] + (ELLIPSIS if stop < len(text) else ""), False))


def _cut_into_words(text: str) -> Iterator[tuple[Span, str]]:
    """Each word with its place. A sign that folds into several words (a ligature, a fraction) is cut as they are."""
    folded: dict[str, list[str]] = {}
    for match in WORD.finditer(text):
        word = match.group()
        words = folded.get(word)
        if words is None:
            words = folded[word] = [each[:MOST_LETTERS] for each in words_of(word)]
        for each in words:
            yield match.span(), each


def _places_of(term: Term, words: list[str], index: dict[str, list[int]]) -> list[int]:
    """Where ``term`` begins in ``words``, of which ``index`` tells each word's places."""
    *before, last = term.words
    if not before:
        if not term.is_open:
            return index.get(last, [])
        return [at for word, here in index.items() if word.startswith(last) for at in here]
    return [at for at in index.get(before[0], []) if _follows(words[at + 1 : at + len(term.words)], term)]


def _follows(found: list[str], term: Term) -> bool:
    """Whether ``found`` are the words of ``term`` after its first."""
    *between, last = term.words[1:]
    if len(found) != len(between) + 1 or found[:-1] != between:
        return False
    return found[-1].startswith(last) if term.is_open else found[-1] == last
