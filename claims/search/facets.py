"""By what a search is narrowed: each value is one token of the index, so that filters cost what words cost."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Final

from claims.domain.scales import SUPPORT_CODES
from sources.domain.errors import BadInput

ANY: Final = "all:"
"""The token of every row, for a query that only excludes."""

_IDS: Final = ("outlet", "source", "speaker", "attributed")
_ID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SLUG: Final = re.compile(r"[-a-zA-Z0-9_]{1,120}")
_DATE: Final = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; ``""`` means not.

    ``topic`` is a slug; ``outlet`` (who printed the claim), ``source`` (cited) and ``speaker`` (who is established to
    have said it) are ids in hexadecimal with hyphens; ``date`` is the year or the month of first publication.
    """

    support: str = ""
    topic: str = ""
    outlet: str = ""
    source: str = ""
    speaker: str = ""
    date: str = ""

    def tokens(self) -> tuple[str, ...]:
        """The tokens that every row found carries."""
        return tuple(token(name, value) for name, value in self.chosen().items())

    def chosen(self) -> dict[str, str]:
        """The filters that are set, by name, in the order of the fields."""
        return {one.name: str(getattr(self, one.name)) for one in fields(self) if getattr(self, one.name)}


FACETS: Final = tuple(one.name for one in fields(Filters))


def token(facet: str, value: str) -> str:
    """The token of one value of one facet. ``attributed`` is one that lists ask for and readers do not choose."""
    return f"{facet}:{value.replace('-', '').lower() if facet in _IDS else value.lower()}"


def facet_line(values: Iterable[tuple[str, str]]) -> str:
    """The facets of one claim as a line of tokens, each once."""
    return " ".join([ANY, *dict.fromkeys(token(facet, value) for facet, value in values)])


def counted(lines: Iterable[str]) -> Mapping[str, Counter[str]]:
    """How often each value of each facet stands in ``lines``."""
    every = Counter(one for line in lines for one in line.split(" "))
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    for one, count in every.items():
        facet, _, value = one.partition(":")
        if facet in counts:
            counts[facet][value] = count
    return counts


def read_filters(typed: Callable[[str], str]) -> Filters:
    """The filters in a query string, ``typed`` giving the text of a parameter or ``""``.

    Raises ``BadInput`` with a sentence for a value that no list gives out, and for a verdict together with a speaker:
    that would be a tally of a person's verdicts (DESIGN.md 5.13).
    """
    found = {name: typed(name) for name in FACETS}
    if found["support"] and found["support"] not in SUPPORT_CODES:
        raise BadInput("support_unknown", "There is no such verdict. Choose one from the list.")
    if found["topic"] and not _SLUG.fullmatch(found["topic"]):
        raise BadInput("topic_unknown", "There is no such topic. Choose one from the list.")
    if found["outlet"] and not _ID.fullmatch(found["outlet"]):
        raise BadInput("outlet_unknown", "There is no such outlet. Choose one from the list.")
    if found["source"] and not _ID.fullmatch(found["source"]):
        raise BadInput("source_unknown", "There is no such source. Choose one from the list.")
    if found["speaker"] and not _ID.fullmatch(found["speaker"]):
        raise BadInput("speaker_unknown", "There is no such speaker. Choose one from the list.")
    if found["date"] and not _DATE.fullmatch(found["date"]):
        raise BadInput("date_unknown", "Write the date as a year, 2026, or as a month, 2026-03.")
    if found["support"] and found["speaker"]:
        raise BadInput(
            "speaker_and_verdict",
            "A speaker’s claims are not sorted by verdict: we rate claims, never people. Choose one of the two.",
        )
    return Filters(**found)
