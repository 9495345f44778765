"""The sentences of notices that nobody writes by hand: what a later copy of a cited source showed.

A notice keeps its English sentence; readers of another language get it made anew from what it tells.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

SENTENCES: Final = {
    "source_gone": "Source {number} was gone when we looked on {day}.",
    "source_changed": "Source {number} read differently at a passage quoted here when we looked on {day}.",
}
"""By kind of notice."""

_READ: Final = {
    kind: re.compile(re.escape(text).replace(r"\{number\}", r"(\d{1,6})").replace(r"\{day\}", r"(\d{1,2} \w+ \d{4})"))
    for kind, text in SENTENCES.items()
}


@dataclass(frozen=True)
class Told:
    """What such a sentence tells: the number of the citation, and the day of the look."""

    number: int
    on: date


def sentence_of(kind: str, *, number: int, on: date) -> str:
    """The English sentence of a notice of that kind. Raises ``KeyError`` for a kind that people write."""
    return SENTENCES[kind].format(number=number, day=f"{on.day} {on:%B %Y}")


def read(kind: str, text: str) -> Told | None:
    """What ``text`` tells, if it is a sentence of :func:`sentence_of`; else ``None``."""
    found = _READ[kind].fullmatch(text) if kind in _READ else None
    if found is None:
        return None
    try:
        return Told(int(found[1]), datetime.strptime(found[2], "%d %B %Y").date())
    except ValueError:
        return None
