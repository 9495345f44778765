"""How well a row answers a query: whole numbers made from its own words alone, so that both engines rank alike.

No weight depends on the other rows (there is no inverse document frequency): all wanted words are in every row found,
and a score that no publication changes is one that a page of results can go on from.
"""

from collections.abc import Sequence
from typing import Final

from claims.search.query import Phrase, Query, Term

WEIGHTS: Final = (8, 4, 2, 1)
"""Statement and headline; quote, parts and speakers; summary and topics; source titles."""

WHOLE: Final = 2
"""A word as typed counts this often, one that only begins so once."""

TOGETHER: Final = 12
"""For all plain words next to each other in the first field, in the order typed."""


def score(words: Sequence[str], query: Query) -> int:
    """The score of a row with these fields (:data:`claims.search.engines.FIELDS`); more is better."""
    lines = [f" {line} " for line in words]
    total = sum(_of(term, lines) for term in query.wanted)
    if len(query.wanted) > 1 and any(f" {' '.join(one)} " in lines[0] for one in _in_a_row(query.wanted)):
        total += TOGETHER
    return total


def _of(term: Term, lines: Sequence[str]) -> int:
    total = 0
    for line, weight in zip(lines, WEIGHTS, strict=True):
        if any(f" {' '.join(phrase)} " in line for phrase in term.phrases):
            total += WHOLE * weight
        elif term.prefix and f" {' '.join(term.prefix)}" in line:
            total += weight
    return total


def _in_a_row(terms: Sequence[Term]) -> list[Phrase]:
    """The terms as one phrase, once for each language whose stems they are."""
    ways = max(len(term.phrases) for term in terms)
    return [
        tuple(word for term in terms for word in term.phrases[min(way, len(term.phrases) - 1)]) for way in range(ways)
    ]
