"""Dates as typed (EDTF) to their checked days."""

from collections.abc import Iterator
from datetime import date

from claims.domain.edtf import parse
from sources.domain.errors import BadInput, DeskError


def date_errors(typed: str, *, field: str) -> Iterator[DeskError]:
    """What is wrong with a date; nothing is wrong with none. Codes are those of ``claims.domain.edtf``."""
    text = typed.strip()
    if not text:
        return
    if len(text) > 60:
        yield BadInput("date_invalid", "That is no date. Write 2018, 2018-05, 2018-05-04 or 2011/2018.", field=field)
        return
    try:
        parse(text, field=field)
    except DeskError as error:
        yield error


def days_of(typed: str) -> tuple[date | None, date | None]:
    """The earliest and the latest day of a checked date; ``None`` where an end is open or unknown."""
    text = typed.strip()
    if not text:
        return None, None
    read = parse(text)
    return read.earliest, read.latest
