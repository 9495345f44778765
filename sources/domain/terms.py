"""What somebody typed to search for, cut into terms: words, “"phrases"”, and “-” before what is not wanted.

One reading for the desk's archive and for readers' search; what a term may stand for is each search's own affair.
"""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sources.domain.words import words_of

MOST_CHARACTERS: Final = 300
MOST_TERMS: Final = 12
SHORTEST_BEGINNING: Final = 3
"""A word of fewer letters is looked for as it is; a longer one may stand for every word that begins with it."""

_TERM = re.compile(r'(-?)"([^"]*)"|(-?)(\S+)')


@dataclass(frozen=True)
class TypedTerm:
    """Folded words, at least one, that stand next to each other.

    ``may_go_on``: it is wanted, was typed without quotation marks, and its last word is long enough to go on.
    ``is_last``: nothing was typed after it.
    """

    words: tuple[str, ...]
    is_unwanted: bool
    may_go_on: bool
    is_last: bool


@dataclass(frozen=True)
class TypedTerms:
    """The terms in the order typed; ``is_cut`` where more was typed than is looked for."""

    terms: tuple[TypedTerm, ...] = ()
    is_cut: bool = False


def terms_in(typed: str) -> TypedTerms:
    """The terms of ``typed``. Never raises.

    What holds no letter or digit (signs, syntax of a database, lone surrogates) is no term. Something typed in one
    run that is several words (``27,000``, signs of scripts without spaces) is a phrase. What is longer than
    :data:`MOST_CHARACTERS` or :data:`MOST_TERMS` is cut there.
    """
    found = list(islice(_TERM.finditer(typed[:MOST_CHARACTERS]), MOST_TERMS + 1))
    terms = []
    for at, match in enumerate(found[:MOST_TERMS]):
        phrase_minus, phrase, minus, plain = match.groups()
        words = tuple(words_of(phrase if plain is None else plain))
        if not words:
            continue
        is_unwanted = bool(phrase_minus or minus)
        may_go_on = plain is not None and not is_unwanted and len(words[-1]) >= SHORTEST_BEGINNING
        terms.append(TypedTerm(words, is_unwanted, may_go_on, is_last=at == len(found) - 1))
    return TypedTerms(tuple(terms), len(found) > MOST_TERMS or len(typed) > MOST_CHARACTERS)
