"""A 95 % interval around alpha by resampling units, the same for the same data on every machine.

The percentile bootstrap over units: as many units are drawn with replacement as there are, alpha is computed anew,
and the 2.5th and 97.5th percentiles of all draws are the interval (Efron and Tibshirani, *An Introduction to the
Bootstrap*, 1993, chapter 13; recommended for Krippendorff's alpha over the method of drawing single disagreements by
Zapf, Castell, Morawietz and Karch, “Measuring inter-rater reliability for nominal data”, BMC Medical Research
Methodology 16:93, 2016).

Units with equal counts are one row of a tally, so that drawing units is drawing how often each row comes up: a
multinomial, drawn as one binomial after another. The cost depends on the number of different rows, not of units.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Final

from claims.domain.agreement import Level, Pairs, Tally

DRAWS: Final = 1000
SEED: Final = 20260324
FEWEST_UNITS: Final = 10
MOST_UNDEFINED: Final = 0.05
_FEW: Final = 10


@dataclass(frozen=True)
class Interval:
    """From ``low`` to ``high``, of ``draws`` draws in which alpha was defined."""

    low: float
    high: float
    draws: int


@lru_cache(maxsize=512)
def interval(table: Tally, level: Level, *, draws: int = DRAWS, seed: int = SEED) -> Interval | None:
    """The 95 % interval of alpha, or ``None`` where none can be given.

    None is given for fewer than ``FEWEST_UNITS`` units; nor where alpha is undefined in more than one draw in twenty,
    since what is left would speak of the lucky draws alone; nor where every draw comes to the same, as after perfect
    agreement: an interval without width would claim a certainty that so few units cannot give.
    """
    if table.units < FEWEST_UNITS:
        return None
    pairs, chance = Pairs(table), Random(seed)  # noqa: S311 - statistics, no secret
    found: list[float] = []
    for _ in range(draws):
        value = pairs.alpha(multinomial(chance, table.units, pairs.weights), level).value
        if value is not None:
            found.append(value)
    if len(found) < draws * (1 - MOST_UNDEFINED):
        return None
    found.sort()
    if found[0] == found[-1]:
        return None
    return Interval(percentile(found, 0.025), percentile(found, 0.975), len(found))


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which ``share`` of ``ordered`` lies, between neighbours in a straight line."""
    at = share * (len(ordered) - 1)
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)


def multinomial(chance: Random, n: int, weights: Sequence[int]) -> list[int]:
    """How often each row comes up in ``n`` draws, each in proportion to its weight."""
    left, room = n, sum(weights)
    drawn: list[int] = []
    for weight in weights:
        came = binomial(chance, left, weight / room) if weight < room else left
        drawn.append(came)
        left -= came
        room -= weight
    return drawn


def binomial(chance: Random, n: int, p: float) -> int:
    """How many of ``n`` trials with chance ``p`` come off.

    With few expected: the gaps between successes are geometric, and are added up (Devroye, *Non-Uniform Random
    Variate Generation*, 1986, page 525). With many: transformed rejection, algorithm BTRS (Hörmann, “The generation
    of binomial random variates”, Journal of Statistical Computation and Simulation 46, 1993).
    """
    if n <= 0 or p <= 0:
        return 0
    if p >= 1:
        return n
    if p > 0.5:
        return n - binomial(chance, n, 1 - p)
    if n * p < _FEW:
        return _by_gaps(chance, n, p)
    return _by_rejection(chance, n, p)


def _by_gaps(chance: Random, n: int, p: float) -> int:
    log_q, at, came = math.log1p(-p), 0, 0
    while True:
        at += math.floor(math.log(1 - chance.random()) / log_q) + 1
        if at > n:
            return came
        came += 1


def _by_rejection(chance: Random, n: int, p: float) -> int:
    spread = math.sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    c = n * p + 0.5
    v_r = 0.92 - 4.2 / b
    alpha_ = (2.83 + 5.1 / b) * spread
    odds, mode = math.log(p / (1 - p)), math.floor((n + 1) * p)
    top = math.lgamma(mode + 1) + math.lgamma(n - mode + 1)
    while True:
        u, v = chance.random() - 0.5, chance.random()
        us = 0.5 - abs(u)
        if us <= 0:
            continue
        k = math.floor((2 * a / us + b) * u + c)
        if not 0 <= k <= n:
            continue
        if us >= 0.07 and v <= v_r:
            return k
        v = v * alpha_ / (a / (us * us) + b)
        if v <= 0 or math.log(v) <= top - math.lgamma(k + 1) - math.lgamma(n - k + 1) + (k - mode) * odds:
            return k
