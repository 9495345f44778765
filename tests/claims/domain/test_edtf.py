"""Dates: as precise as they are, and no more."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.domain.edtf import EdtfDate, display, display_period, parse
from sources.domain.errors import BadInput

READ = [
    ("2016", date(2016, 1, 1), date(2016, 12, 31), "2016"),
    ("0987", date(987, 1, 1), date(987, 12, 31), "987"),
    ("2018-05", date(2018, 5, 1), date(2018, 5, 31), "May 2018"),
    ("2016-02", date(2016, 2, 1), date(2016, 2, 29), "February 2016"),
    ("1900-02", date(1900, 2, 1), date(1900, 2, 28), "February 1900"),
    ("2018-05-04", date(2018, 5, 4), date(2018, 5, 4), "4 May 2018"),
    ("2016-02-29", date(2016, 2, 29), date(2016, 2, 29), "29 February 2016"),
    ("2011/2018", date(2011, 1, 1), date(2018, 12, 31), "between 2011 and 2018"),
    ("2018-05/2018-06-03", date(2018, 5, 1), date(2018, 6, 3), "between May 2018 and 3 June 2018"),
    ("../2018", None, date(2018, 12, 31), "until 2018"),
    ("2018/..", date(2018, 1, 1), None, "since 2018"),
    ("/2018", None, date(2018, 12, 31), "until 2018, start unknown"),
    ("2018/", date(2018, 1, 1), None, "since 2018, end unknown"),
    ("1992~", date(1992, 1, 1), date(1992, 12, 31), "about 1992"),
    ("2018?", date(2018, 1, 1), date(2018, 12, 31), "perhaps 2018"),
    ("2018-05%", date(2018, 5, 1), date(2018, 5, 31), "perhaps about May 2018"),
    ("1992~/1994?", date(1992, 1, 1), date(1994, 12, 31), "between about 1992 and perhaps 1994"),
    ("199X", date(1990, 1, 1), date(1999, 12, 31), "the 1990s"),
    ("199x", date(1990, 1, 1), date(1999, 12, 31), "the 1990s"),
    ("200X", date(2000, 1, 1), date(2009, 12, 31), "some year from 2000 to 2009"),
    ("19XX", date(1900, 1, 1), date(1999, 12, 31), "some year from 1900 to 1999"),
    ("000X", date(1, 1, 1), date(9, 12, 31), "some year from 1 to 9"),
    ("2018-22", date(2018, 1, 1), date(2018, 12, 31), "summer 2018"),
    ("2018-XX", date(2018, 1, 1), date(2018, 12, 31), "some day in 2018"),
    ("2018-XX-XX", date(2018, 1, 1), date(2018, 12, 31), "some day in 2018"),
    ("2018-05-XX", date(2018, 5, 1), date(2018, 5, 31), "some day in May 2018"),
    ("", None, None, "date unknown"),
    ("  2016 ", date(2016, 1, 1), date(2016, 12, 31), "2016"),
]
REFUSED = [
    ("2018-02-30", "2018-02-30 does not exist: February 2018 has 28 days."),
    ("2018-02-30~", "2018-02-30 does not exist: February 2018 has 28 days."),
    ("1900-02-29", "1900-02-29 does not exist: February 1900 has 28 days."),
    ("2018-04-31", "2018-04-31 does not exist: April 2018 has 30 days."),
    ("2018-04-00", "2018-04-00 does not exist: days count from 1."),
    ("2018-13", "2018-13 does not exist: there is no month 13."),
    ("2018-00", "2018-00 does not exist: there is no month 0."),
    ("2018-22-04", "2018-22-04 does not exist: there is no month 22."),
    ("0000", "There was no year 0; years run from 0001 to 9999."),
    ("2019/2018", "“2019/2018” ends before it begins."),
    ("/", "An interval needs at least one date; leave the field empty if the date is unknown."),
    ("../..", "An interval needs at least one date; leave the field empty if the date is unknown."),
    ("2011/2012/2013", None),
    ("2018-XX-03", None),
    ("199X-05", None),
    ("May 2018", None),
    ("unknown", None),
    ("4/5/2018", None),
    ("2018-5-4", None),
    ("2018-05-04T10:00", None),
    ("Y12018", None),
    ("-0044", None),
    ("2018??", None),
    ("٢٠١٨", None),
    ("9" * 8000, None),
]

points = st.dates().flatmap(
    lambda day: st.sampled_from(
        [day.isoformat(), f"{day.year:04}", f"{day.year:04}-{day.month:02}", f"{day.year:04}-XX", f"{day.year:04}-21"]
    )
)
marked = st.builds(str.__add__, points, st.sampled_from(["", "?", "~", "%"]))


@pytest.mark.parametrize(("text", "earliest", "latest", "words"), READ, ids=[row[0] or "empty" for row in READ])
def test_reads_a_date_and_prints_it(text: str, earliest: date | None, latest: date | None, words: str) -> None:
    parsed = parse(text)
    assert (parsed.earliest, parsed.latest) == (earliest, latest)
    assert display(parsed) == display(text) == words


@pytest.mark.parametrize(("text", "sentence"), REFUSED, ids=[row[0][:20] for row in REFUSED])
def test_refuses_what_is_no_date_with_a_sentence(text: str, sentence: str | None) -> None:
    with pytest.raises(BadInput) as refused:
        parse(text, field="date_edtf")
    assert (refused.value.code, refused.value.field) == ("date_invalid", "date_edtf")
    assert refused.value.sentence.endswith(".")
    assert len(refused.value.sentence) < 250
    if sentence is not None:
        assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [
        ("1992", False, False),
        ("1992~", True, False),
        ("1992?", False, True),
        ("1992%", True, True),
        ("1992~/1994?", True, True),
    ],
)
def test_knows_about_from_perhaps(text: str, approximate: bool, uncertain: bool) -> None:
    parsed = parse(text)
    assert (parsed.approximate, parsed.uncertain) == (approximate, uncertain)


def test_the_text_is_kept_tidy_and_empty_means_unknown() -> None:
    assert parse(" 199x ").text == "199X"
    assert parse("").is_unknown
    assert not parse("2018").is_unknown


@pytest.mark.parametrize(
    ("text", "words"),
    [("2012-11/2016-01", "November 2012 to January 2016"), ("2015/..", "since 2015"), ("2018", "2018")],
)
def test_what_lasted_is_printed_as_a_period(text: str, words: str) -> None:
    assert display_period(text) == words


@given(marked)
def test_every_date_has_ordered_bounds_and_reads_back(text: str) -> None:
    parsed = parse(text)
    assert parsed.earliest is not None and parsed.latest is not None
    assert parsed.earliest <= parsed.latest
    assert parse(parsed.text) == parsed
    assert str(parsed.earliest.year) in display(parsed)


@given(marked, marked)
def test_an_interval_spans_both_its_dates_or_is_refused(left: str, right: str) -> None:
    start, end = parse(left), parse(right)
    assert start.earliest is not None and end.latest is not None
    if start.earliest > end.latest:
        with pytest.raises(BadInput):
            parse(f"{left}/{right}")
        return
    whole = parse(f"{left}/{right}")
    assert (whole.earliest, whole.latest) == (start.earliest, end.latest)


@given(st.text(st.sampled_from("0123456789X-/.?~% T"), max_size=24))
def test_anything_typed_is_a_date_or_a_sentence(text: str) -> None:
    try:
        parsed = parse(text)
    except BadInput as refused:
        assert refused.code == "date_invalid"
    else:
        assert isinstance(parsed, EdtfDate)
        assert display(parsed)
        assert len(parsed.text) <= 60
