"""Dates of uncertain precision: the forms of EDTF (ISO 8601-2:2019, levels 0 and 1) that a desk meets.

Taken: ``2018``, ``2018-05``, ``2018-05-04``, seasons ``2018-21`` to ``2018-24``, unspecified digits ``199X``,
``19XX``, ``2018-XX``, ``2018-05-XX``, ``2018-XX-XX``, each with ``?`` (uncertain), ``~`` (approximate) or ``%``
(both); and intervals of two of those, where a side may be ``..`` (open) or empty (unknown). Years are 0001 to 9999.
Not taken: times of day, years of more digits, level 2. Why this is our own: docs/decisions/edtf.md.

Bounds are those of the digits: ``~`` and ``?`` do not widen them, since nobody can say by how much. A season has the
bounds of its year, since EDTF's seasons name no hemisphere.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from sources.domain.errors import BadInput

_SEASONS: Final = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FORM: Final = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX))?)?(?P<mark>[?~%]?)"
)
_LETTERLESS: Final = re.compile(r"[0-9xX./?~%-]*")
_HOW: Final = "Write it as 2018, 2018-05, 2018-05-04, 2011/2018, 1992~ (about) or 2018? (perhaps)."


@dataclass(frozen=True)
class EdtfDate:
    """A parsed date. ``earliest`` and ``latest`` are inclusive, ``None`` where that side is open or unknown."""

    text: str
    earliest: date | None
    latest: date | None
    approximate: bool = False
    uncertain: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known of it."""
        return not self.text


@dataclass(frozen=True)
class _Point:
    """One side of an interval, or a whole date. ``words`` prints it without its mark."""

    earliest: date
    latest: date
    words: str
    mark: str

    @property
    def display(self) -> str:
        return {"": "", "~": "about ", "?": "perhaps ", "%": "perhaps about "}[self.mark] + self.words


def parse(text: str, *, field: str = "") -> EdtfDate:
    """Read ``text``; the empty text is the unknown date.

    Raises ``BadInput`` (``date_invalid``) with a sentence that says what is wrong with it.
    """
    tidy = _tidy(text)
    if not tidy:
        return EdtfDate("", None, None)
    start, end = _sides(tidy, field)
    points = [point for point in (start, end) if point is not None]
    marks = "".join(point.mark for point in points)
    return EdtfDate(
        text=tidy,
        earliest=start.earliest if start else None,
        latest=end.latest if end else None,
        approximate="~" in marks or "%" in marks,
        uncertain="?" in marks or "%" in marks,
    )


def display(value: EdtfDate | str) -> str:
    """Words for readers, no more precise than the date: “4 May 2018”, “about 1992”, “between 2011 and 2018”."""
    return _words(value, "between {} and {}")


def display_period(value: EdtfDate | str) -> str:
    """As :func:`display`, for something that lasted, such as a role: “November 2012 to January 2016”."""
    return _words(value, "{} to {}")


def _words(value: EdtfDate | str, both: str) -> str:
    tidy = value.text if isinstance(value, EdtfDate) else _tidy(value)
    if not tidy:
        return "date unknown"
    start, end = _sides(tidy, "")
    if start is end and start is not None:
        return start.display
    if start is not None and end is not None:
        return both.format(start.display, end.display)
    if start is not None:
        return f"since {start.display}" + ("" if tidy.endswith("..") else ", end unknown")
    if end is not None:
        return f"until {end.display}" + ("" if tidy.startswith("..") else ", start unknown")
    raise AssertionError("an interval has a date")


def _tidy(text: str) -> str:
    bare = text.strip()
    return bare.upper() if _LETTERLESS.fullmatch(bare) else bare


def _sides(text: str, field: str) -> tuple[_Point | None, _Point | None]:
    """The two ends of ``text``; the same point twice where it is no interval."""
    if "/" not in text:
        point = _point(text, field)
        return point, point
    left, _, right = text.partition("/")
    start = None if left in ("", "..") else _point(left, field)
    end = None if right in ("", "..") else _point(right, field)
    if start is None and end is None:
        raise _invalid("An interval needs at least one date; leave the field empty if the date is unknown.", field)
    if start is not None and end is not None and start.earliest > end.latest:
        raise _invalid(f"“{text}” ends before it begins.", field)
    return start, end


def _point(text: str, field: str) -> _Point:
    found = _FORM.fullmatch(text)
    if found is None:
        raise _invalid(f"“{text[:60]}” is not a date that we can read. {_HOW}", field)
    year, month, day, mark = found["year"], found["month"], found["day"], found["mark"]
    if year == "0000":
        raise _invalid("There was no year 0; years run from 0001 to 9999.", field)
    if month is None:
        return _years(year, mark)
    if "X" in year or (month == "XX" and day not in (None, "XX")):
        raise _invalid(f"“{text}” leaves out the greater and names the lesser. {_HOW}", field)
    number = int(year)
    if month == "XX":
        return _Point(date(number, 1, 1), date(number, 12, 31), f"some day in {_plain(year)}", mark)
    try:
        return _in_month(number, int(month), day, mark)
    except ValueError as error:
        raise _invalid(f"{text.rstrip('?~%')} does not exist: {error}.", field) from None


def _years(year: str, mark: str) -> _Point:
    first, last = int(year.replace("X", "0")) or 1, int(year.replace("X", "9"))
    words = _plain(year)
    if "X" in year:
        # "the 2000s" could be a decade or a century, so only an unmistakable decade is named so.
        decade = year.endswith("X") and not year.endswith("XX") and year[2] != "0"
        words = f"the {_plain(year[:3] + '0')}s" if decade else f"some year from {first} to {last}"
    return _Point(date(first, 1, 1), date(last, 12, 31), words, mark)


def _in_month(year: int, month: int, day: str | None, mark: str) -> _Point:
    if month in _SEASONS and day is None:
        return _Point(date(year, 1, 1), date(year, 12, 31), f"{_SEASONS[month]} {year}", mark)
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    last = calendar.monthrange(year, month)[1]
    name = f"{_MONTHS[month - 1]} {year}"
    if day is None or day == "XX":
        words = name if day is None else f"some day in {name}"
        return _Point(date(year, month, 1), date(year, month, last), words, mark)
    if not 1 <= int(day) <= last:
        raise ValueError(f"{name} has {last} days" if int(day) else "days count from 1")
    exact = date(year, month, int(day))
    return _Point(exact, exact, f"{int(day)} {name}", mark)


def _plain(year: str) -> str:
    return year.lstrip("0")


def _invalid(sentence: str, field: str) -> BadInput:
    return BadInput("date_invalid", sentence, field=field)
