"""Text as words that both databases search alike: folded, apart by spaces, stemmed by one stemmer of ours.

The databases' own parsers and dictionaries differ (``docs/decisions/search.md``), so neither is asked: what is stored
are finished tokens, and what is looked for are finished tokens.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

import snowballstemmer

from sources.domain.folding import fold
from sources.domain.words import WORD, words_of

MOST_WORDS: Final = 4000
"""Words of one field of one claim that are searched; PostgreSQL counts places in a text up to 16,383."""

BREAK: Final = "="
"""A token between two texts of one field, so that no phrase reaches from one into the other."""

_STEMMERS: Final = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "cs": "czech", "da": "danish", "nl": "dutch",
    "en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german",
    "el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "nb": "norwegian", "nn": "norwegian", "no": "norwegian", "fa": "persian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho",
    "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


def language_of(tag: str) -> str:
    """The primary subtag of a BCP 47 ``tag``, in lower case."""
    return tag.partition("-")[0].lower()


@lru_cache(maxsize=50_000)
def stem(language: str, word: str) -> str:
    """The stem of a folded ``word`` by Snowball's algorithm for ``language``, folded; the word itself without one.

    Words are folded before they are stemmed, so that a reader who types no accents finds the same stems.
    """
    name = _STEMMERS.get(language)
    if name is None or not word.isalpha():
        return word
    stemmed = WORD.search(fold(snowballstemmer.stemmer(name).stemWord(word)))
    return stemmed.group() if stemmed else word


def tokens_of(texts: Iterable[str], language: str) -> str:
    """``texts`` as one line of tokens: the stems in their order, then each longer form once, marked with ``=``.

    A form is what a prefix finds where the stem is shorter than what was typed: ``governm…`` finds ``government=``.
    """
    tokens: list[str] = []
    forms: dict[str, None] = {}
    for word in islice(_with_breaks(texts), MOST_WORDS):
        stemmed = word if word == BREAK else stem(language, word)
        tokens.append(stemmed)
        if stemmed != word:
            forms[f"{word}{BREAK}"] = None
    return " ".join([*tokens, *forms])


def _with_breaks(texts: Iterable[str]) -> Iterator[str]:
    is_first = True
    for text in texts:
        words = words_of(text)
        if words and not is_first:
            yield BREAK
        yield from words
        is_first = is_first and not words
