"""What a reader typed, as terms that every engine understands."""

from collections.abc import Iterable
from dataclasses import dataclass

from claims.search.words import language_of, stem
from sources.domain.terms import terms_in

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
    """The query in ``typed``, read as :func:`sources.domain.terms.terms_in` reads it. Never raises.

    A word stands for its stems in each of ``languages`` (those of the published claims), and the last plain word, if
    it is long enough, for every word that begins with it.
    """
    spoken = sorted({language_of(language) for language in languages})
    found = terms_in(typed)
    return Query(
        wanted=tuple(
            _term(one.words, spoken, goes_on=one.may_go_on and one.is_last)
            for one in found.terms
            if not one.is_unwanted
        ),
        unwanted=tuple(_term(one.words, spoken, goes_on=False) for one in found.terms if one.is_unwanted),
        is_cut=found.is_cut,
    )


def _term(words: Phrase, languages: list[str], *, goes_on: bool) -> Term:
    stems = {tuple(stem(language, word) for word in words): None for language in languages} or {words: None}
    return Term(tuple(stems), words if goes_on else ())
