"""Sentences of the archive that quote something: a host, a status, the words of a page.

Each is kept as it was said, in English, in append-only rows and published records. A page in another language takes
it apart again and says it anew, with what was quoted as it stands. So each such sentence is made from one named here.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

URL_TOO_LONG: Final = "This address has more than {most} characters."
SCHEME_REFUSED: Final = "Only http and https are fetched, not “{scheme}”."
PORT_REFUSED: Final = "Port {port} is not one that is fetched from."
NAME_UNKNOWN: Final = "The name {host} is not known."
LEADS_INSIDE: Final = "{host} leads to an address that is not public."
NAME_INSIDE: Final = "“{host}” is a name within a network, not one on the public internet."
ENDING_INSIDE: Final = "Names ending in “.{ending}” are not on the public internet."

OWN_ERROR: Final = "The server answered {status} (an error of its own)."
NOT_TAKEN: Final = "The server answered {status} (it would not take the request)."
SHORT_SAYS: Final = "A short page says “{words}”."
SHORT_CALLED: Final = "A short page is called “{words}”."
LITTLE_ELSE_SAYS: Final = "A page of little else says “{words}”."
FIELD_SAYS: Final = "A short page with a password field says “{words}”."
LOGIN_SAYS: Final = "The address led to a log-in page that says “{words}”."
FEW_WORDS_SAY: Final = "A page of few words says “{words}”."
CALLED_MISSING: Final = "The page is called “{words}”, though the server answered as usual."
LED_TO_CONSENT: Final = "The address led to {host}, which asks for consent."
LED_HOME: Final = "The address led to the home page, {url}."
FEW_LETTERS: Final = "The text has {count} letters and digits."
NEEDS_SCRIPTS: Final = "The page shows nothing without scripts: “{words}”."

NO_READER: Final = "No text can be read from {media_type}."
PICTURES_ONLY: Final = "The PDF has no text layer: its {count} pages are pictures only."
DOCUMENT_TOO_LARGE: Final = "The document is too large to be read: at most {most} million bytes are."
MANY_CODINGS: Final = "The body has more than {most} content codings."
UNKNOWN_TRANSFER: Final = "The transfer coding “{coding}” is not known."
MANY_PARTS: Final = "The compressed body has more than {most} parts."
UNKNOWN_CODING: Final = "The content coding “{coding}” is not known."
NOT_COMPRESSED: Final = "The body is not compressed as it says, or damaged ({error})."

QUOTING: Final = tuple(text for name, text in list(globals().items()) if name.isupper() and isinstance(text, str))

_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Said:
    """A sentence taken apart: the one of :data:`QUOTING` that it was made from, and what it quotes."""

    sentence: str
    quoted: dict[str, str]


def taken_apart(said: str) -> Said | None:
    """What ``said`` was made from; ``None`` if from none of :data:`QUOTING`."""
    for sentence, pattern in _patterns():
        if match := pattern.fullmatch(said):
            return Said(sentence, match.groupdict())
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Those that begin with words of ours come first: a host may be called anything."""
    ordered = sorted(QUOTING, key=lambda sentence: -sentence.index("{"))
    return tuple((sentence, re.compile(_pattern(sentence), re.DOTALL)) for sentence in ordered)


def _pattern(sentence: str) -> str:
    literals = _FIELD.split(sentence)
    return "".join(f"(?P<{part}>.+)" if at % 2 else re.escape(part) for at, part in enumerate(literals))
