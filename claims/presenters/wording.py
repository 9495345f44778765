"""Small sentences that several presenters need: days, digests, lists; in the language of the page."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.dates import MONTHS
from django.utils.translation import gettext

from sources.domain.sayings import taken_apart


def moment(value: str | datetime) -> datetime:
    """The moment that ``value`` (ISO 8601 with an offset, or a datetime) names, in the desk's zone."""
    parsed = parse_datetime(value) if isinstance(value, str) else value
    if parsed is None:
        raise ValueError(f"no moment: {value!r}")
    return timezone.localtime(parsed)


def day(value: str | datetime | date) -> str:
    """The day in words, such as “9 November 2026”."""
    on = value if isinstance(value, date) and not isinstance(value, datetime) else moment(value).date()
    return gettext("{day} {month} {year}").format(day=on.day, month=MONTHS[on.month], year=on.year)


def term(label: object) -> str:
    """A word of the scale, of a model's choices or of a table of moves, in the language of the page."""
    return gettext(str(label)) if str(label) else ""


def from_archive(said: str) -> str:
    """A sentence that the archive keeps in English, in the language of the page; ``""`` if it is none that we know.

    What it quotes stands as it was. A sentence that quotes nothing is told from one that a person typed by being in
    the catalogue, so that ``""`` comes back for it where the page is in English.
    """
    parts = taken_apart(said)
    if parts is not None:
        return gettext(parts.sentence).format(**parts.quoted)
    known = gettext(said) if said else ""
    return known if known != said else ""


def short_digest(sha256: str) -> str:
    """A digest as people compare it: its first twelve digits, in fours."""
    return " ".join(sha256[at : at + 4] for at in range(0, 12, 4)) + " …" if sha256 else ""


def listed(words: list[str]) -> str:
    """“a”, “a and b”, “a, b and c”."""
    if len(words) < 2:
        return "".join(words)
    return gettext("{most} and {last}").format(most=", ".join(words[:-1]), last=words[-1])


def sentence(text: str) -> str:
    """``text`` with a capital first letter; the rest, with its names, is left alone."""
    return text[:1].upper() + text[1:]


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of ``text``, which stand apart by empty lines."""
    return tuple(block.strip() for block in text.replace("\r\n", "\n").split("\n\n") if block.strip())
