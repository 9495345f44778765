"""What a reader typed, as terms that every engine understands."""

import re
from dataclasses import dataclass

from sources.domain.folding import fold

MOST_CHARACTERS = 300
MOST_TERMS = 12
_TERM = re.compile(r'(-?)"([^"]*)"|(-?)(\S+)')
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The folded words of ``text``: runs of letters and digits, whatever stands between them."""
    return _WORD.findall(fold(text))


def searchable(*texts: str) -> str:
    """``texts`` as one line of folded words: what is stored to be searched, alike for every engine."""
    return " ".join(word for text in texts for word in words_of(text))


@dataclass(frozen=True)
class Term:
    """Words that stand next to each other; ``is_prefix`` lets the last one go on."""

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True)
class Query:
    """Every one of ``wanted`` and none of ``unwanted``."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing in it can be looked for."""
        return not self.wanted and not self.unwanted

    def marks(self, word: str) -> bool:
        """Whether ``word``, folded, is one that was looked for."""
        return any(
            word == sought or (term.is_prefix and at == len(term.words) - 1 and word.startswith(sought))
            for term in self.wanted
            for at, sought in enumerate(term.words)
        )


def parse(typed: str) -> Query:
    """The query in ``typed``: words, “"phrases"”, and “-” before what is not wanted.

    Never raises: what cannot be searched for (signs, syntax of a database, lone surrogates) is no word. What is
    longer than ``MOST_CHARACTERS`` or ``MOST_TERMS`` is cut there. The last plain word also finds longer words.
    """
    wanted: list[Term] = []
    unwanted: list[Term] = []
    found = list(_TERM.finditer(typed[:MOST_CHARACTERS]))[:MOST_TERMS]
    for at, match in enumerate(found):
        phrase_minus, phrase, minus, plain = match.groups()
        words = tuple(words_of(phrase if plain is None else plain))
        if not words:
            continue
        is_last_plain = plain is not None and at == len(found) - 1 and len(words[-1]) > 1
        (unwanted if phrase_minus or minus else wanted).append(Term(words, is_prefix=is_last_plain and not minus))
    return Query(tuple(wanted), tuple(unwanted))
