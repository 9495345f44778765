"""Our tokens as the text of a PostgreSQL ``tsvector``, without asking its parser what a word is."""

from collections.abc import Iterable
from typing import Final

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


def vector_of(pk: int, fields: Iterable[str], facets: str) -> str:
    """The ``tsvector`` of one row: its words with their places, then its facets and bands without."""
    places: dict[str, list[str]] = {}
    at = 0
    for field in fields:
        for word in field.split():
            at += 1
            places.setdefault(word, []).append(str(at))
        at += BETWEEN_FIELDS
    plain = [*facets.split(), band(pk >> BAND_BITS), wide_band(pk >> WIDE_BITS)]
    return " ".join(
        [*(f"'{word}':{','.join(where)}" for word, where in places.items()), *(f"'{one}'" for one in plain)]
    )
