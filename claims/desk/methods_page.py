"""The desk's methods page: how far reviewers agree before they talk, over time; where they part; how long it takes.

About rounds and labels, never about persons: no figure here is of one reviewer, and none is a gate on a claim.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.utils import timezone

from claims.desk.charts import LineChart, Reading, line_chart
from claims.desk.methods_rows import CountedRound, counted_rounds, demonstrations_left_out
from claims.domain.agreement import Alpha, Level, Tally, Undefined, alpha, observed_agreement, tally
from claims.domain.outcomes import Settled
from claims.domain.resampling import Interval, interval, percentile
from claims.domain.scales import Label, Scale, scale, versions

MOST_QUARTERS = 12
SHADES = 6
WHY_UNDEFINED = {
    Undefined.NOTHING_PAIRS: "not defined: nothing was rated by two",
    Undefined.ONE_VALUE_ONLY: "not defined: one and the same label throughout",
}


@dataclass(frozen=True)
class Figure:
    """One coefficient with all that has to stand beside it."""

    name: str
    value: str
    interval: str
    agreement: str
    units: int
    ratings: int
    is_defined: bool


@dataclass(frozen=True)
class Share:
    """How many of all, and how many in a hundred."""

    name: str
    count: int
    of_all: str
    shape: str = ""
    tone: str = ""
    width: int = 0


@dataclass(frozen=True)
class Quarter:
    """What one quarter comes to."""

    name: str
    ordinal: Figure
    nominal: Figure
    attribution: Figure
    rounds: int
    to_reveal: str
    to_decision: str
    adjudicated: str


@dataclass(frozen=True)
class HeatCell:
    """How often two labels met on one round; ``shade`` is 0 (never) to ``SHADES`` (as often as any)."""

    count: str
    shade: int
    is_same: bool


@dataclass(frozen=True)
class HeatRow:
    """One label against all."""

    number: int
    label: Label
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class RubricPart:
    """Everything counted under one version of the rubric."""

    version: str
    figures: tuple[Figure, ...]
    labels: tuple[Share, ...]
    quarters: tuple[Quarter, ...]
    chart: LineChart | None
    heat: tuple[HeatRow, ...]
    outcomes: tuple[Share, ...]
    rounds: int


@dataclass(frozen=True)
class MethodsPage:
    """The page; ``left_out`` is how many demonstration rounds are not in it."""

    parts: tuple[RubricPart, ...]
    is_demonstration: bool
    left_out: int


OUTCOMES = (
    (Settled.AGREED, "Agreed at once, blind"),
    (Settled.AGREED_AFTER_DISCUSSION, "Agreed after one discussion"),
    (Settled.ADJUDICATED, "Settled by an adjudicator"),
    (Settled.REVIEWERS_DIFFER, "Reviewers differ, both shown"),
)


def methods_page(*, is_demonstration: bool = False) -> MethodsPage:
    """The page for the desk's own records, or, apart from them, for demonstration records alone."""
    rounds = counted_rounds(is_demonstration=is_demonstration)
    by_rubric: dict[str, list[CountedRound]] = defaultdict(list)
    for row in rounds:
        by_rubric[row.rubric].append(row)
    return MethodsPage(
        parts=tuple(_part(scale(name), by_rubric[name]) for name in reversed(versions()) if name in by_rubric),
        is_demonstration=is_demonstration,
        left_out=0 if is_demonstration else demonstrations_left_out(),
    )


def _part(rubric: Scale, rounds: list[CountedRound]) -> RubricPart:
    quarters = _quarters(rubric, rounds)
    given = tally([row.support for row in rounds], [label.code for label in rubric.support])
    readings = [_reading(rubric, name, rows) for name, rows in _by_quarter(rounds)]
    return RubricPart(
        version=rubric.version,
        figures=_figures(rubric, rounds),
        labels=_distribution(rubric, given),
        quarters=quarters,
        chart=line_chart(readings),
        heat=_heat(rubric, rounds),
        outcomes=_outcomes(rounds),
        rounds=len(rounds),
    )


def _ordinal(rubric: Scale, rounds: Iterable[CountedRound]) -> Tally:
    return tally([row.support for row in rounds], [label.code for label in rubric.ordered_support])


def _nominal(rubric: Scale, rounds: Iterable[CountedRound]) -> Tally:
    return tally([row.support for row in rounds], [label.code for label in rubric.support])


def _attribution(rubric: Scale, rounds: Iterable[CountedRound]) -> Tally:
    return tally([row.attribution for row in rounds], [label.code for label in rubric.rateable_attribution])


def _figures(rubric: Scale, rounds: list[CountedRound]) -> tuple[Figure, Figure, Figure]:
    ordered, every = len(rubric.ordered_support), len(rubric.support)
    return (
        _figure(f"Support, the {_word(ordered)} ordered labels (ordinal)", _ordinal(rubric, rounds), Level.ORDINAL),
        _figure(f"Support, all {_word(every)} labels (nominal)", _nominal(rubric, rounds), Level.NOMINAL),
        _figure("Did they say it? (nominal)", _attribution(rubric, rounds), Level.NOMINAL),
    )


def _word(number: int) -> str:
    return {4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}.get(number, str(number))


def _figure(name: str, table: Tally, level: Level) -> Figure:
    came: Alpha = alpha(table, level)
    around: Interval | None = interval(table, level) if came.value is not None else None
    agreed = observed_agreement(table)
    return Figure(
        name=name,
        value=_decimal(came.value) if came.undefined is None else WHY_UNDEFINED[came.undefined],
        interval=f"{_decimal(around.low)} to {_decimal(around.high)}" if around else "–",
        agreement=f"{agreed:.0%}" if agreed is not None else "–",
        units=table.units,
        ratings=table.ratings,
        is_defined=came.value is not None,
    )


def _decimal(value: float | None) -> str:
    """A coefficient to three places, as it is printed in the field; a true minus sign."""
    return "–" if value is None else f"{value:.3f}".replace("-", "−")


def _distribution(rubric: Scale, given: Tally) -> tuple[Share, ...]:
    counts = given.distribution
    most, every = max(counts, default=0), sum(counts)
    return tuple(
        Share(label.label, count, _percent(count, every), label.shape, label.tone, _width(count, most))
        for label, count in zip(rubric.support, counts, strict=True)
    )


def _width(count: int, most: int) -> int:
    """The length of a bar, of a hundred."""
    return round(100 * count / most) if most else 0


def _percent(count: int, every: int) -> str:
    return f"{count / every:.0%}" if every else "–"


def quarter_of(moment: datetime) -> str:
    """The quarter of the desk's own calendar, such as “2026 Q1”."""
    local = timezone.localtime(moment)
    return f"{local.year} Q{(local.month + 2) // 3}"


def _by_quarter(rounds: Iterable[CountedRound]) -> list[tuple[str, list[CountedRound]]]:
    """Rounds by the quarter of their reveal, oldest first, the last ``MOST_QUARTERS`` that have any."""
    found: dict[str, list[CountedRound]] = defaultdict(list)
    for row in rounds:
        found[quarter_of(row.revealed_at)].append(row)
    return sorted(found.items())[-MOST_QUARTERS:]


def _quarters(rubric: Scale, rounds: list[CountedRound]) -> tuple[Quarter, ...]:
    return tuple(_quarter(rubric, name, rows) for name, rows in _by_quarter(rounds))


def _quarter(rubric: Scale, name: str, rows: list[CountedRound]) -> Quarter:
    ordinal, nominal, attribution = _figures(rubric, rows)
    return Quarter(
        name=name,
        ordinal=ordinal,
        nominal=nominal,
        attribution=attribution,
        rounds=len(rows),
        to_reveal=_days(rows, lambda row: row.revealed_at),
        to_decision=_days(rows, lambda row: row.decided_at),
        adjudicated=_adjudicated(rows),
    )


def _reading(rubric: Scale, name: str, rows: list[CountedRound]) -> Reading:
    table = _ordinal(rubric, rows)
    around = interval(table, Level.ORDINAL)
    return Reading(
        name, alpha(table, Level.ORDINAL).value, around.low if around else None, around.high if around else None
    )


def _days(rows: Sequence[CountedRound], until: Callable[[CountedRound], datetime | None]) -> str:
    """The median and the ninth tenth of days from opening, such as “2.5 (9 in 10 within 6.0)”."""
    ends = [(row.opened_at, until(row)) for row in rows]
    days = sorted((end - begin).total_seconds() / 86_400 for begin, end in ends if end is not None)
    if not days:
        return "–"
    return f"{median(days):.1f} (9 in 10 within {percentile(days, 0.9):.1f})"


def _adjudicated(rows: Sequence[CountedRound]) -> str:
    decided = [row for row in rows if row.outcome]
    settled = sum(row.outcome == Settled.ADJUDICATED for row in decided)
    return f"{settled} of {len(decided)} ({_percent(settled, len(decided))})" if decided else "–"


def _outcomes(rounds: Sequence[CountedRound]) -> tuple[Share, ...]:
    decided = [row.outcome for row in rounds if row.outcome]
    most = max((decided.count(code.value) for code, _ in OUTCOMES), default=0)
    return tuple(
        Share(name, count, _percent(count, len(decided)), width=_width(count, most))
        for code, name in OUTCOMES
        for count in [decided.count(code.value)]
    )


def _heat(rubric: Scale, rounds: Iterable[CountedRound]) -> tuple[HeatRow, ...]:
    """Pairs of first ratings of one round, label against label; a pair of two labels stands in both its cells."""
    places = {label.code: at for at, label in enumerate(rubric.support)}
    size = len(places)
    counts = [[0] * size for _ in range(size)]
    for row in rounds:
        given = [places[code] for code in row.support]
        for at, one in enumerate(given):
            for other in given[at + 1 :]:
                counts[one][other] += 1
                if one != other:
                    counts[other][one] += 1
    most = max((count for line in counts for count in line), default=0)
    return tuple(
        HeatRow(
            at + 1,
            label,
            tuple(
                HeatCell(str(count) if count else "·", _shade(count, most), at == across)
                for across, count in enumerate(counts[at])
            ),
        )
        for at, label in enumerate(rubric.support)
    )


def _shade(count: int, most: int) -> int:
    return -(-count * SHADES // most) if most else 0
