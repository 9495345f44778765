"""The words of a text, cut and folded alike for every database that looks for them."""

import re
from typing import Final

from sources.domain.folding import fold

MOST_LETTERS: Final = 40
"""A longer word is cut there, for the index and for the query alike."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD: Final = re.compile(rf"[{_UNSPACED}]|(?:[^\W_{_UNSPACED}][\u0300-\u036f]*)+")
"""A run of letters and digits; a single sign in scripts that put no space between words."""


def words_of(text: str) -> list[str]:
    """The folded words of ``text``, each at most :data:`MOST_LETTERS` long, whatever stands between them."""
    return [word[:MOST_LETTERS] for word in WORD.findall(fold(text))]
