"""Our tokens as the text of a PostgreSQL ``tsvector``, without asking its parser what a word is."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import Final

from claims.search.words import BREAK

BAND_BITS: Final = 10
"""A band is 1,024 keys."""

WIDE_BITS: Final = 15
"""A wide band is 32 bands."""

BETWEEN_FIELDS: Final = 2
"""Places left free between two fields, so that no phrase reaches from one into the next."""


def band(number: int) -> str:
    """The token of the band of that number: the keys whose upper bits it is."""
    return f"band:{number}"


def wide_band(number: int) -> str:
    """The token of a wide band."""
    return f"wide:{number}"


@lru_cache(maxsize=100_000)
def pair(first: str, second: str) -> str:
    """The token of two words side by side: 36 bits of a digest, so that it is short.

    GIN knows no places, so that a phrase of two common words alone would be looked for in every row that has both.
    Two pairs can share a token; whoever looks for a pair looks for its words in their places, too.
    """
    digest = blake2b(f"{first} {second}".encode(), digest_size=6).digest()
    return f"~{urlsafe_b64encode(digest)[:6].decode()}"


def vector_of(pk: int, fields: Iterable[str], facets: str) -> str:
    """The ``tsvector`` of one row: its words with their places, then without: facets, bands, words side by side."""
    pairs: dict[str, None] = {}
    places: dict[str, list[str]] = {}
    at = 0
    for field in fields:
        words = field.split()
        for word in words:
            at += 1
            places.setdefault(word, []).append(str(at))
        pairs |= {pair(*two): None for two in pairwise(words) if BREAK not in two[0] + two[1]}
        at += BETWEEN_FIELDS
    plain = [*facets.split(), band(pk >> BAND_BITS), wide_band(pk >> WIDE_BITS), *pairs]
    return " ".join(
        [*(f"'{word}':{','.join(where)}" for word, where in places.items()), *(f"'{one}'" for one in plain)]
    )
