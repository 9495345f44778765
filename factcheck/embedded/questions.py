"""What ``bin/start --empty`` asks, in a terminal or from lines on standard input."""

import getpass
import sys
from collections.abc import Callable

from factcheck.embedded.guards import CannotStart


def _line(question: str) -> str:
    try:
        return input(question).strip()
    except EOFError as error:
        raise CannotStart(
            "The empty desk asks for its name and its first administrator. Run bin/start --empty in a terminal."
        ) from error


def desk_name(given: str, say: Callable[[str], None]) -> str:
    """The desk's name; the one in ``DESK_NAME`` is not asked for again."""
    while not given:
        given = _line("The desk's name: ")
        if not given:
            say("A desk needs a name; it stands on every page.")
    return given


def administrator(say: Callable[[str], None]) -> tuple[str, str]:
    """A log-in name and a password, typed twice where it is not seen."""
    username = ""
    while not username:
        username = _line("The first administrator's log-in name: ")
    if not sys.stdin.isatty():
        return username, _line("Password: ")
    while True:
        password = getpass.getpass("Password (at least 10 characters): ")
        if password == getpass.getpass("The same again: "):
            return username, password
        say("Those two were not the same.")
