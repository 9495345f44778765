"""How fast is Krippendorff's alpha over a million ratings, as a ratio to reading them once.

Run as ``python -m bench.agreement [--ratings N] [--rounds N]``. In one run, in turn:

- *floor*: every rating is looked at once, as the labels of its unit are counted into a dictionary;
- *tally*: the same ratings become counts per unit;
- *alpha*: nominal and ordinal from those counts;
- *interval*: a thousand draws for the 95 % interval.

Printed are milliseconds (the median of the rounds) and the ratio to the floor.
"""

import argparse
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable

from claims.domain.agreement import Level, alpha, tally
from claims.domain.resampling import interval

VALUES = (1, 2, 3, 4, 5)


def simulated(ratings: int) -> list[tuple[int, int]]:
    """Pairs of reviewers, who agree more often than not."""
    chance = random.Random(1)
    pairs = []
    for _ in range(ratings // 2):
        one = chance.randint(1, 5)
        pairs.append((one, one if chance.random() < 0.6 else chance.randint(1, 5)))
    return pairs


def timed(act: Callable[[], object], rounds: int) -> float:
    """The median of ``rounds``, in milliseconds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ratings", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    units = simulated(given.ratings)
    table = tally(units, VALUES)

    def both() -> None:
        alpha(table, Level.NOMINAL)
        alpha(table, Level.ORDINAL)

    def bootstrapped() -> None:
        interval.cache_clear()
        interval(table, Level.ORDINAL)

    ways: list[tuple[str, Callable[[], object]]] = [
        ("floor", lambda: Counter(units)),
        ("tally", lambda: tally(units, VALUES)),
        ("alpha", both),
        ("interval", bootstrapped),
    ]
    floor = 0.0
    for name, act in ways:
        took = timed(act, given.rounds)
        floor = floor or took
        sys.stdout.write(f"{name:10} {took:10.1f} ms   {took / floor:8.2f} of the floor\n")
    sys.stdout.write(f"{table.ratings:,} ratings, {len(table.rows)} different rows\n")


if __name__ == "__main__":
    main()
