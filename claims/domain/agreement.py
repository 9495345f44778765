"""Krippendorff's alpha: how far people who rated the same units, each by themselves, agree beyond chance.

Klaus Krippendorff, “Computing Krippendorff’s Alpha-Reliability” (2011), and *Content Analysis* (4th edition, 2018),
chapter 12. What is needed of a unit is only how often each value was given to it, so units with the same counts are
one row of a :class:`Tally`: a million ratings by pairs of reviewers come to a few dozen rows. A unit that fewer than
two people rated pairs with nothing and takes no part, so missing data needs no filling in.

Pure and without judgement: no threshold stands here, and nothing here is ever a gate on a single claim.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from operator import mul
from typing import TypeVar

Value = TypeVar("Value", bound=Hashable)
Counts = tuple[int, ...]
"""How often each value, in the order of the values, was given to one unit."""


class Level(StrEnum):
    """What may be done with the values: told apart, ordered, subtracted, divided."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


class Undefined(StrEnum):
    """Why there is no coefficient."""

    NOTHING_PAIRS = "nothing_pairs"
    ONE_VALUE_ONLY = "one_value_only"


@dataclass(frozen=True)
class Tally:
    """Ratings as counts: ``values`` in order, and ``rows`` of counts, each with how many units have them.

    Every unit has at least two ratings. Hashable and in one order, so that what is computed from it can be kept.
    """

    values: tuple[Hashable, ...]
    rows: tuple[tuple[Counts, int], ...]

    @property
    def units(self) -> int:
        """How many units were rated by two or more."""
        return sum(weight for _, weight in self.rows)

    @property
    def ratings(self) -> int:
        """How many ratings take part."""
        return sum(sum(counts) * weight for counts, weight in self.rows)

    @property
    def distribution(self) -> tuple[int, ...]:
        """How often each value was given, in the order of ``values``."""
        return tuple(sum(counts[at] * weight for counts, weight in self.rows) for at in range(len(self.values)))


@dataclass(frozen=True)
class Alpha:
    """The coefficient: 1 is perfect, 0 is chance, below 0 is worse. ``None`` where it is not defined, and why."""

    value: float | None
    undefined: Undefined | None = None


def tally(units: Iterable[Iterable[Value]], values: Sequence[Value]) -> Tally:
    """Count ``units``, each the values given to it. What is not among ``values`` counts as missing."""
    place = {value: at for at, value in enumerate(values)}
    found: Counter[Counts] = Counter()
    for unit, weight in Counter(map(tuple, units)).items():
        counts = [0] * len(values)
        for value in unit:
            at = place.get(value)
            if at is not None:
                counts[at] += 1
        found[tuple(counts)] += weight
    return from_counts(found, values)


def from_counts(found: Mapping[Counts, int], values: Sequence[Hashable]) -> Tally:
    """The tally of counts that somebody else counted, such as a database: counts of a unit → how many units.

    Raises ``ValueError`` for counts of another length than ``values``, or below nought.
    """
    for counts in found:
        if len(counts) != len(values) or min(counts, default=0) < 0:
            raise ValueError("a unit’s counts are one number, nought or more, for each value")
    rows = sorted((counts, weight) for counts, weight in found.items() if sum(counts) > 1 and weight > 0)
    return Tally(tuple(values), tuple(rows))


def alpha(table: Tally, level: Level) -> Alpha:
    """Krippendorff's alpha of ``table``. Interval and ratio take ``values`` as numbers.

    It is not defined where nobody rated the same unit, nor where all gave one and the same value throughout: without
    any difference there is nothing that chance could have been better or worse at.
    """
    pairs = Pairs(table)
    return pairs.alpha(pairs.weights, level)


def observed_agreement(table: Tally) -> float | None:
    """The share of pairs within units that agree: 1 − D_o for nominal data. ``None`` where nothing pairs."""
    pairs = Pairs(table)
    n = sum(pairs.marginals(pairs.weights))
    return 1 - sum(pairs.observed(pairs.weights).values()) / n if n else None


class Pairs:
    """What a tally comes to per row, worked out once, so that other weights on the same rows cost little.

    ``weights`` are numbers of units, one a row. Two different values of a unit coincide n_c · n_k / (m − 1) times,
    and as often in the other order.
    """

    def __init__(self, table: Tally) -> None:
        self.values = table.values
        self.weights = tuple(weight for _, weight in table.rows)
        counts = [row for row, _ in table.rows]
        self._columns = tuple(tuple(row[at] for row in counts) for at in range(len(table.values)))
        self._coincidences: dict[tuple[int, int], tuple[float, ...]] = {}
        for c, k in combinations(range(len(table.values)), 2):
            shares = tuple(2 * row[c] * row[k] / (sum(row) - 1) for row in counts)
            if any(shares):
                self._coincidences[(c, k)] = shares

    def marginals(self, weights: Sequence[int]) -> list[int]:
        """How often each value was given, under ``weights``."""
        return [sum(map(mul, column, weights)) for column in self._columns]

    def observed(self, weights: Sequence[int]) -> dict[tuple[int, int], float]:
        """The coincidences of each two different values, both orders together, under ``weights``."""
        return {pair: sum(map(mul, shares, weights)) for pair, shares in self._coincidences.items()}

    def alpha(self, weights: Sequence[int], level: Level) -> Alpha:
        """1 − D_o / D_e, under ``weights``."""
        marginals = self.marginals(weights)
        n = sum(marginals)
        if n < 2:
            return Alpha(None, Undefined.NOTHING_PAIRS)
        used = [at for at, count in enumerate(marginals) if count]
        if len(used) < 2:
            return Alpha(None, Undefined.ONE_VALUE_ONLY)
        distance = {pair: self._distance(*pair, marginals, level) for pair in combinations(used, 2)}
        expected = sum(2 * marginals[c] * marginals[k] * far for (c, k), far in distance.items())
        observed = sum(
            together * distance[pair] for pair, together in self.observed(weights).items() if pair in distance
        )
        if not expected:
            return Alpha(None, Undefined.ONE_VALUE_ONLY)
        return Alpha(1 - (n - 1) * observed / expected)

    def _distance(self, c: int, k: int, marginals: Sequence[int], level: Level) -> float:
        """The squared difference δ² of two values, ``c`` before ``k``."""
        if level is Level.NOMINAL:
            return 1.0
        if level is Level.ORDINAL:
            return (sum(marginals[c : k + 1]) - (marginals[c] + marginals[k]) / 2) ** 2
        one, other = float(str(self.values[c])), float(str(self.values[k]))
        if level is Level.INTERVAL:
            return (one - other) ** 2
        return ((one - other) / (one + other)) ** 2 if one + other else 0.0
