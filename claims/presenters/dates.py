"""A record's date in the language of the page.

The record keeps EDTF and the words that English readers see; other languages are made from the EDTF, and fall back to
the record's words for a form that is not known here.
"""

import re

from django.utils.dates import MONTHS
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from claims.domain.record_parts import RecordDate

UNKNOWN = ("", "date unknown")
_POINT = re.compile(r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2}))?)?(?P<mark>[~?%]?)")


def shown_date(date: RecordDate) -> str:
    """The date with its real precision, such as “May 2018” or “between 2011 and 2018”; empty if it is unknown."""
    if date.display in UNKNOWN:
        return ""
    if (get_language() or "en").startswith("en") or not date.edtf:
        return date.display
    return _words(date.edtf, is_period=" to " in date.display) or date.display


def _words(edtf: str, *, is_period: bool) -> str:
    """Words for ``edtf``, or empty where a part of it is of another form than a year, month or day."""
    start, slash, end = edtf.partition("/")
    first, last = _point(start), _point(end)
    if not slash:
        return first
    if start in ("", ".."):
        return _("until {date}").format(date=last) if last else ""
    if end in ("", ".."):
        return _("since {date}").format(date=first) if first else ""
    if not first or not last:
        return ""
    both = _("{start} to {end}") if is_period else _("between {start} and {end}")
    return both.format(start=first, end=last)


def _point(edtf: str) -> str:
    found = _POINT.fullmatch(edtf)
    if found is None:
        return ""
    year = found["year"].lstrip("0")
    month = MONTHS.get(int(found["month"] or 0))
    if found["month"] and month is None:
        return ""
    if found["day"]:
        words = _("{day} {month} {year}").format(day=int(found["day"]), month=month, year=year)
    elif month:
        words = _("{month} {year}").format(month=month, year=year)
    else:
        words = year
    marks = {"~": _("about {date}"), "?": _("perhaps {date}"), "%": _("perhaps about {date}")}
    return marks[found["mark"]].format(date=words) if found["mark"] else words
