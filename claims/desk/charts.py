"""Charts drawn on the server: where each mark of an SVG stands. Templates only write the numbers down."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 14, 46


@dataclass(frozen=True)
class Reading:
    """One value over time, with its interval if there is one; ``None`` where it is not defined."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Rule:
    """A line across, with its number."""

    y: float
    label: str


@dataclass(frozen=True)
class Dot:
    """One value: its place, and the top and foot of its whisker (equal where there is no interval)."""

    x: float
    y: float
    top: float
    foot: float

    @property
    def has_whisker(self) -> bool:
        """Whether there is an interval to draw."""
        return self.top != self.foot


@dataclass(frozen=True)
class Tick:
    """A name below the axis, in two lines."""

    x: float
    label: str
    under: str


@dataclass(frozen=True)
class LineChart:
    """All marks of a line chart; ``runs`` are polylines, broken where a value is not defined."""

    rules: tuple[Rule, ...]
    ticks: tuple[Tick, ...]
    dots: tuple[Dot, ...]
    runs: tuple[str, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def line_chart(readings: Sequence[Reading]) -> LineChart | None:
    """A chart of ``readings`` in their order, or ``None`` where fewer than two are defined. 1 is always on top."""
    values = [reading.value if reading.low is None else reading.low for reading in readings]
    defined = [value for value in values if value is not None]
    if len(defined) < 2:
        return None
    floor = min(0.0, math.floor(min(defined) * 5) / 5)
    step = (WIDTH - LEFT - RIGHT) / len(readings)

    def x(at: int) -> float:
        return round(LEFT + step * (at + 0.5), 1)

    def y(value: float) -> float:
        return round(TOP + (1 - value) / (1 - floor) * (HEIGHT - TOP - BOTTOM), 1)

    marks = [(at, reading) for at, reading in enumerate(readings) if reading.value is not None]
    dots = tuple(_dot(x(at), reading, y) for at, reading in marks)
    return LineChart(
        rules=tuple(Rule(y(value), f"{value:.1f}".replace("-", "−")) for value in _fifths(floor)),
        ticks=_ticks(readings, x),
        dots=dots,
        runs=_runs(marks, dots),
    )


def _dot(x: float, reading: Reading, y: Callable[[float], float]) -> Dot:
    value = reading.value or 0.0
    return Dot(
        x,
        y(value),
        y(value if reading.high is None else reading.high),
        y(value if reading.low is None else reading.low),
    )


def _fifths(floor: float) -> list[float]:
    return [round(floor + 0.2 * at, 1) for at in range(round((1 - floor) * 5) + 1)]


def _ticks(readings: Sequence[Reading], x: Callable[[int], float]) -> tuple[Tick, ...]:
    """Each quarter; its year under the first of the year that is shown."""
    ticks, year_before = [], ""
    for at, reading in enumerate(readings):
        year, _, quarter = reading.name.partition(" ")
        ticks.append(Tick(x(at), quarter, year if year != year_before else ""))
        year_before = year
    return tuple(ticks)


def _runs(marks: list[tuple[int, Reading]], dots: tuple[Dot, ...]) -> tuple[str, ...]:
    runs: list[list[str]] = []
    before = None
    for (at, _), dot in zip(marks, dots, strict=True):
        if before is None or at != before + 1:
            runs.append([])
        runs[-1].append(f"{dot.x},{dot.y}")
        before = at
    return tuple(" ".join(run) for run in runs if len(run) > 1)
