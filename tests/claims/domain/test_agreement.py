"""Krippendorff's alpha against his own published tables, and against its definition written out in full."""

import random
from collections import Counter
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.domain.agreement import Level, Undefined, alpha, from_counts, observed_agreement, tally
from claims.domain.resampling import binomial, interval, multinomial, percentile

FOUR_CODERS = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""
"""Krippendorff 2011, example C: four observers, twelve units, missing data as points."""


def units_of(matrix: str) -> list[list[int]]:
    rows = [line.split() for line in matrix.strip().splitlines()]
    return [[int(value) for value in unit if value != "."] for unit in zip(*rows, strict=True)]


@pytest.mark.parametrize(
    ("level", "published"),
    [(Level.NOMINAL, 0.743), (Level.ORDINAL, 0.815), (Level.INTERVAL, 0.849), (Level.RATIO, 0.797)],
)
def test_comes_to_the_published_figures_of_the_four_coders(level: Level, published: float) -> None:
    table = tally(units_of(FOUR_CODERS), (1, 2, 3, 4, 5))
    assert (table.units, table.ratings) == (11, 40)
    value = alpha(table, level).value
    assert value is not None
    assert round(value, 3) == published


def test_comes_to_the_published_figure_of_two_coders_and_two_values() -> None:
    """Krippendorff 2011, example A: ten articles, .095."""
    one, other = "0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"
    value = alpha(tally(units_of(f"{one}\n{other}"), (0, 1)), Level.NOMINAL).value
    assert value is not None
    assert round(value, 3) == 0.095


def by_definition(units: list[list[int]], level: Level) -> Fraction | None:
    """Alpha over every pair of ratings one by one, in exact fractions: slow, and nothing shared with what is tested."""
    units = [unit for unit in units if len(unit) > 1]
    given_ = [value for unit in units for value in unit]
    counts = Counter(given_)
    if len(counts) < 2:
        return None

    def far(one: int, other: int) -> Fraction:
        if level is Level.NOMINAL:
            return Fraction(one != other)
        if level is Level.INTERVAL:
            return Fraction(one - other) ** 2
        if level is Level.RATIO:
            return Fraction(one - other, one + other) ** 2
        low, high = sorted((one, other))
        between = sum(count for value, count in counts.items() if low <= value <= high)
        return (between - Fraction(counts[one] + counts[other], 2)) ** 2 if one != other else Fraction(0)

    observed = sum(
        (far(one, other) / (len(unit) - 1) for unit in units for one, other in permutations(unit, 2)), Fraction(0)
    ) / len(given_)
    expected = sum((far(one, other) for one, other in permutations(given_, 2)), Fraction(0))
    expected /= len(given_) * (len(given_) - 1)
    return 1 - observed / expected


@given(st.lists(st.lists(st.integers(1, 5), max_size=4), max_size=10), st.sampled_from(list(Level)))
def test_agrees_with_the_definition_written_out(units: list[list[int]], level: Level) -> None:
    right = by_definition(units, level)
    came = alpha(tally(units, (1, 2, 3, 4, 5)), level)
    if right is None:
        assert came.value is None
        assert came.undefined is not None
    else:
        assert came.value == pytest.approx(float(right), abs=1e-9)


def test_says_why_it_is_not_defined() -> None:
    nobody = alpha(tally([[1], [2], []], (1, 2)), Level.NOMINAL)
    alike = alpha(tally([[1, 1], [1, 1, 1]], (1, 2)), Level.ORDINAL)
    assert (nobody.value, nobody.undefined) == (None, Undefined.NOTHING_PAIRS)
    assert (alike.value, alike.undefined) == (None, Undefined.ONE_VALUE_ONLY)
    assert observed_agreement(tally([[1], [2]], (1, 2))) is None
    assert observed_agreement(tally([[1, 1]], (1, 2))) == 1


def test_labels_off_the_scale_are_missing_from_the_ordinal_figure() -> None:
    table = tally([["a", "b"], ["a", "off"], ["b", "b", "off"]], ("a", "b"))
    assert table.units == 2
    assert table.distribution == (1, 3)


def test_raw_agreement_is_the_share_of_pairs_that_agree() -> None:
    table = tally([[1, 1], [1, 2], [2, 2], [2, 2]], (1, 2))
    assert observed_agreement(table) == pytest.approx(0.75)


def test_units_counted_elsewhere_give_the_same_tally() -> None:
    units = [[1, 2], [1, 2], [2, 2]]
    assert from_counts({(1, 1): 2, (0, 2): 1, (1, 0): 7}, (1, 2)) == tally(units, (1, 2))
    with pytest.raises(ValueError, match="one number"):
        from_counts({(1,): 1}, (1, 2))
    with pytest.raises(ValueError, match="nought"):
        from_counts({(3, -1): 1}, (1, 2))


def simulated(units: int) -> list[list[int]]:
    chance = random.Random(4)
    return [
        [value, value if chance.random() < 0.7 else chance.randint(1, 5)]
        for value in (chance.randint(1, 5) for _ in range(units))
    ]


def test_the_interval_is_the_same_each_time_and_holds_the_figure() -> None:
    table = tally(simulated(80), (1, 2, 3, 4, 5))
    value = alpha(table, Level.ORDINAL).value
    interval.cache_clear()
    first = interval(table, Level.ORDINAL)
    interval.cache_clear()
    assert interval(table, Level.ORDINAL) == first
    assert first is not None
    assert value is not None
    assert first.low < value < first.high
    assert 0.1 < first.high - first.low < 0.5


def test_the_interval_narrows_with_the_number_of_units() -> None:
    few, many = (interval(tally(simulated(n), (1, 2, 3, 4, 5)), Level.NOMINAL, draws=300) for n in (40, 4000))
    assert few is not None
    assert many is not None
    assert many.high - many.low < (few.high - few.low) / 4


def test_the_interval_is_that_of_drawing_units_one_by_one() -> None:
    """Drawn as rows and binomials, it comes to what drawing the units themselves comes to."""
    units = simulated(60)
    table = tally(units, (1, 2, 3, 4, 5))
    chance = random.Random(9)
    plain = []
    for _ in range(1500):
        value = alpha(tally(chance.choices(units, k=len(units)), (1, 2, 3, 4, 5)), Level.NOMINAL).value
        assert value is not None
        plain.append(value)
    plain.sort()
    ours = interval(table, Level.NOMINAL, draws=1500)
    assert ours is not None
    assert ours.low == pytest.approx(percentile(plain, 0.025), abs=0.04)
    assert ours.high == pytest.approx(percentile(plain, 0.975), abs=0.04)


def test_no_interval_where_none_can_be_given() -> None:
    assert interval(tally(simulated(9), (1, 2, 3, 4, 5)), Level.NOMINAL) is None
    assert interval(tally([[1, 1], [2, 2]] * 20, (1, 2)), Level.NOMINAL) is None, "perfect agreement has no width"
    nearly_all_alike = tally([[1, 1]] * 30 + [[1, 2]], (1, 2))
    assert alpha(nearly_all_alike, Level.NOMINAL).value is not None
    assert interval(nearly_all_alike, Level.NOMINAL) is None


@pytest.mark.parametrize(("n", "p"), [(40, 0.1), (40, 0.9), (1000, 0.3), (100_000, 0.5)])
def test_binomial_draws_have_the_right_middle_and_spread(n: int, p: float) -> None:
    chance = random.Random(1)
    drawn = [binomial(chance, n, p) for _ in range(4000)]
    mean = sum(drawn) / len(drawn)
    spread = sum((each - mean) ** 2 for each in drawn) / len(drawn)
    assert mean == pytest.approx(n * p, abs=5 * (n * p * (1 - p) / 4000) ** 0.5)
    assert spread == pytest.approx(n * p * (1 - p), rel=0.15)
    assert all(0 <= each <= n for each in drawn)


def test_multinomial_draws_add_up() -> None:
    chance = random.Random(2)
    for weights in ((1,), (3, 0, 5), (10, 1, 1, 400)):
        drawn = multinomial(chance, sum(weights), weights)
        assert sum(drawn) == sum(weights)
        assert all(came == 0 for came, weight in zip(drawn, weights, strict=True) if not weight)
