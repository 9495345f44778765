"""What a browser's run left in its notes, as sentences for the people who look at the copy.

The notes are the WARC's metadata record. They quote what a page asked for, so every piece of them is cut.
"""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

MOST_HOSTS = 5
_LONGEST_HOST = 80
_REASONS = {
    "address_private": "is not on the public internet",
    "host_refused": "is no public name",
    "port_refused": "is on a port that is not allowed",
    "scheme_refused": "is no web address",
    "credentials_refused": "carries a password",
    "host_unknown": "has no address",
}


def run_told(notes: Mapping[str, object]) -> tuple[str, ...]:
    """The sentences, in a fixed order; none where the notes are not those of a browser or nothing is to be told."""
    return (*_refused(notes), *_counted(notes))


def _refused(notes: Mapping[str, object]) -> Iterator[str]:
    """One sentence a reason: how often, and which hosts."""
    hosts: dict[str, list[str]] = {}
    for line in _list(notes, "refused"):
        url, _, code = str(line).rpartition(" ")
        hosts.setdefault(code, []).append(_host_of(url))
    for code, named in hosts.items():
        unique = list(dict.fromkeys(named))
        shown = ", ".join(unique[:MOST_HOSTS]) + (" and others" if len(unique) > MOST_HOSTS else "")
        reason = _REASONS.get(code, "may not be asked")
        times = "once" if len(named) == 1 else f"{len(named)} times"
        yield f"The page asked {times} for something that {reason} ({shown}): nothing was connected to."


def _counted(notes: Mapping[str, object]) -> Iterator[str]:
    if picture := str(notes.get("picture") or "")[:300]:
        yield picture
    if kept := _number(notes, "frames_kept"):
        yield f"{_many(kept, 'frame')} of the page {_is(kept)} kept, with {_its(kept)} words."
    if left := _number(notes, "frames_left_out"):
        yield f"{_many(left, 'frame')} {_is(left)} not kept: too many, too large, or gone when asked."
    if left := _number(notes, "taken_left_out"):
        yield f"{_many(left, 'picture or style sheet', 'pictures and style sheets')} {_is(left)} not kept."
    if loading := _number(notes, "still_loading"):
        yield f"When the page was taken, {_many(loading, 'answer')} {_is(loading)} still on the way."
    if notes.get("is_scrolled_to_its_end") is False:
        yield "The page was not scrolled to its end: what waits to be seen may be missing."
    if dialogs := _list(notes, "dialogs_dismissed"):
        yield f"The page opened {_many(len(dialogs), 'dialog')}, which {_is(len(dialogs))} dismissed."
    if tabs := _list(notes, "tabs_closed"):
        yield f"The page opened {_many(len(tabs), 'tab')}, which {_is(len(tabs))} closed."


def _host_of(url: str) -> str:
    try:
        host = urlsplit(url).netloc or urlsplit(f"//{url}").netloc
    except ValueError:
        host = ""
    return (host or url)[:_LONGEST_HOST]


def _list(notes: Mapping[str, object], name: str) -> list[object]:
    found = notes.get(name)
    return found if isinstance(found, list) else []


def _number(notes: Mapping[str, object], name: str) -> int:
    found = notes.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else 0


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"


def _is(number: int) -> str:
    return "was" if number == 1 else "were"


def _its(number: int) -> str:
    return "its" if number == 1 else "their"
