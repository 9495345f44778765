"""The address of a claim's page, made from its statement once, at first publication."""

import re
from collections.abc import Iterator
from typing import Final

from anyascii import anyascii

MAX_LENGTH: Final = 80
WITHOUT_WORDS: Final = "claim"


def slug_of(statement: str, *, max_length: int = MAX_LENGTH) -> str:
    """Lower-case ASCII words joined by hyphens, cut at a word's end where one fits within ``max_length``.

    Letters of other scripts are transliterated, apostrophes vanish, thousands keep together (``27,000`` is
    ``27000``). A statement without a letter or digit gives ``claim``. Never empty, no hyphen at either end.
    """
    plain = anyascii(statement).lower().replace("'", "")
    plain = re.sub(r"(?<=[0-9])[,.](?=[0-9]{3}\b)", "", plain)
    words: list[str] = re.findall(r"[a-z0-9]+", plain)
    if not words:
        return WITHOUT_WORDS
    slug = words[0][:max_length]
    for word in words[1:]:
        if len(slug) + 1 + len(word) > max_length:
            break
        slug = f"{slug}-{word}"
    return slug


def candidates(statement: str, *, max_length: int = MAX_LENGTH) -> Iterator[str]:
    """Without end: the slug, then the slug with ``-2``, ``-3`` … for when another page has the address."""
    slug = slug_of(statement, max_length=max_length)
    yield slug
    number = 2
    while True:
        tail = f"-{number}"
        yield slug[: max_length - len(tail)].rstrip("-") + tail
        number += 1
