from datetime import UTC, datetime

import pytest

from sources.domain.errors import BadInput
from sources.domain.moments import end_of


@pytest.mark.parametrize(
    ("typed", "year", "month", "day"),
    [("2018", 2018, 12, 31), ("2018-05", 2018, 5, 31), (" 2018-05-04 ", 2018, 5, 4), ("2011/2018~", 2018, 12, 31)],
)
def test_the_last_day_that_a_date_may_mean_ends_it(typed: str, year: int, month: int, day: int) -> None:
    assert end_of(typed) == datetime(year, month, day, 23, 59, 59, 999999, UTC)


def test_nothing_typed_is_no_moment() -> None:
    assert end_of("  ") is None


@pytest.mark.parametrize(
    ("typed", "code"), [("2018/..", "date_open"), ("May", "date_invalid"), ("9" * 999, "date_invalid")]
)
def test_what_has_no_end_is_refused_at_its_field(typed: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        end_of(typed, field="near")
    assert (refused.value.code, refused.value.field) == (code, "near")
