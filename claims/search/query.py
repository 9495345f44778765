"""What a reader typed, as terms that every engine understands."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from claims.search.words import language_of, stem
from sources.domain.words import words_of

MOST_CHARACTERS = 300
MOST_TERMS = 12
SHORTEST_PREFIX = 3
_TERM = re.compile(r'(-?)"([^"]*)"|(-?)(\S+)')

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """Words that stand next to each other: any one of ``phrases``, or ``prefix`` with its last word going on."""

    phrases: tuple[Phrase, ...]
    prefix: Phrase = ()


@dataclass(frozen=True)
class Query:
    """Every one of ``wanted`` and none of ``unwanted``; ``is_cut`` where more was typed than is looked for."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    is_cut: bool = False

    @property
    def is_empty(self) -> bool:
        """Nothing in it can be looked for."""
        return not self.wanted and not self.unwanted

    def marks(self, word: str, language: str) -> bool:
        """Whether ``word``, folded, is one that was looked for in a text of ``language``."""
        stemmed = stem(language_of(language), word)
        return any(
            any(stemmed in phrase for phrase in term.phrases)
            or (bool(term.prefix) and (word.startswith(term.prefix[-1]) or word in term.prefix[:-1]))
            for term in self.wanted
        )


def parse(typed: str, languages: Iterable[str] = ("en",)) -> Query:
    """The query in ``typed``: words, “"phrases"”, and “-” before what is not wanted.

    A word stands for its stems in each of ``languages`` (those of the published claims), and the last plain word of
    at least ``SHORTEST_PREFIX`` letters for every word that begins with it. Never raises: what cannot be searched for
    (signs, syntax of a database, lone surrogates) is no word. What is longer than ``MOST_CHARACTERS`` or
    ``MOST_TERMS`` is cut there.
    """
    spoken = sorted({language_of(language) for language in languages})
    wanted: list[Term] = []
    unwanted: list[Term] = []
    found = list(islice(_TERM.finditer(typed[:MOST_CHARACTERS]), MOST_TERMS + 1))
    for at, match in enumerate(found[:MOST_TERMS]):
        phrase_minus, phrase, minus, plain = match.groups()
        words = tuple(words_of(phrase if plain is None else plain))
        if not words:
            continue
        is_unwanted = bool(phrase_minus or minus)
        goes_on = plain is not None and not is_unwanted and at == len(found) - 1 and len(words[-1]) >= SHORTEST_PREFIX
        (unwanted if is_unwanted else wanted).append(_term(words, spoken, goes_on=goes_on))
    return Query(tuple(wanted), tuple(unwanted), len(found) > MOST_TERMS or len(typed) > MOST_CHARACTERS)


def _term(words: Phrase, languages: list[str], *, goes_on: bool) -> Term:
    stems = {tuple(stem(language, word) for word in words): None for language in languages} or {words: None}
    return Term(tuple(stems), words if goes_on else ())
