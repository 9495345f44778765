"""Where the marks of a chart stand."""

import pytest

from claims.desk.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Reading, line_chart


def test_higher_values_stand_higher_and_later_ones_further_right() -> None:
    chart = line_chart([Reading("2025 Q4", 0.2), Reading("2026 Q1", 0.8, 0.6, 0.9)])
    assert chart is not None
    early, late = chart.dots
    assert early.x < late.x
    assert early.y > late.y
    assert not early.has_whisker
    assert late.top < late.y < late.foot
    for dot in chart.dots:
        assert LEFT <= dot.x <= WIDTH - RIGHT
        assert TOP <= dot.top <= dot.foot <= HEIGHT - BOTTOM


def test_a_value_that_is_not_defined_breaks_the_line() -> None:
    names = ["2025 Q3", "2025 Q4", "2026 Q1", "2026 Q2", "2026 Q3"]
    values = [0.5, 0.6, None, 0.4, 0.3]
    chart = line_chart([Reading(name, value) for name, value in zip(names, values, strict=True)])
    assert chart is not None
    assert len(chart.dots) == 4
    assert [len(run.split()) for run in chart.runs] == [2, 2]
    assert [(tick.label, tick.under) for tick in chart.ticks[:3]] == [("Q3", "2025"), ("Q4", ""), ("Q1", "2026")]


@pytest.mark.parametrize(("lowest", "foot"), [(0.7, "0.0"), (-0.05, "−0.2"), (-0.61, "−0.8")])
def test_the_axis_goes_down_to_where_the_values_do(lowest: float, foot: str) -> None:
    chart = line_chart([Reading("2026 Q1", 0.9), Reading("2026 Q2", lowest)])
    assert chart is not None
    assert (chart.rules[0].label, chart.rules[-1].label) == (foot, "1.0")
    assert chart.rules[-1].y == TOP
    assert chart.rules[0].y == HEIGHT - BOTTOM


def test_one_value_is_no_chart() -> None:
    assert line_chart([Reading("2026 Q1", 0.9), Reading("2026 Q2", None)]) is None
    assert line_chart([]) is None
