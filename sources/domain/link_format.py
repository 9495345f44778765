"""Links as headers and as documents: RFC 8288 and the link format of RFC 6690, as RFC 7089 (Memento) uses them.

The reader is lenient and linear: what is no link is passed over. The writer quotes every value.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

_LINK = re.compile(r"<([^<>]{0,4096})>([^<]{0,4096})")
_PARAMETER = re.compile(r';\s*([\w*-]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]+))')


@dataclass(frozen=True)
class Link:
    """One link: where it leads, and its parameters by lower-case name."""

    url: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def relations(self) -> frozenset[str]:
        """What the target is to the context."""
        return frozenset(self.parameters.get("rel", "").lower().split())

    @property
    def at(self) -> datetime | None:
        """The ``datetime`` of a memento, in UTC."""
        return read_date(self.parameters.get("datetime", ""))


def read_links(text: str) -> Iterator[Link]:
    """The links of a header or of a document, in their order."""
    for found in _LINK.finditer(text):
        parameters = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(found.group(2))}
        yield Link(found.group(1).strip(), parameters)


def write_links(links: Iterable[Link]) -> str:
    """A document of links, one a line."""
    return ",\n".join(write_link(link) for link in links) + "\n"


def write_link(link: Link) -> str:
    """One link. Raises ValueError for a value that cannot be quoted."""
    values = [link.url, *link.parameters.values()]
    if any(set(value) & set('"<>\r\n\\') for value in values):
        raise ValueError("a value that cannot stand in a link")
    return "; ".join([f"<{link.url}>", *(f'{name}="{value}"' for name, value in link.parameters.items())])


def read_date(text: str) -> datetime | None:
    """An HTTP date (RFC 9110, section 5.6.7) in UTC, ``None`` for what is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def write_date(moment: datetime) -> str:
    """``moment`` as an HTTP date."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def nearest_before(mementos: Iterable[Link], moment: datetime) -> Link | None:
    """Of ``mementos`` the last one up to ``moment``; where there is none, the first one after it."""
    dated = [(link.at, link) for link in mementos if link.at is not None]
    dated.sort(key=lambda pair: pair[0])
    before = [link for at, link in dated if at <= moment]
    if before:
        return before[-1]
    return dated[0][1] if dated else None
