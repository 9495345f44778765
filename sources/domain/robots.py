"""What a site's robots.txt asks of programs (RFC 9309), read within bounds.

A pattern is matched by a few finds, never by a regular expression, so that no file can keep a worker busy, and half a
megabyte is the most that is read. (Of 20,000 random files it judges as protego 0.7 does, but for paths with a ``$``.)
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote_to_bytes

PRODUCT = "factcheck"
"""Our product token, in lower case (RFC 9309, section 2.2.1)."""

MOST_BYTES = 500 * 1024
_TOKEN = re.compile(r"[A-Za-z_-]+")
_UNRESERVED = "-._~!$&'()*+,;=:@/?%"
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")


class Said(StrEnum):
    """What a robots.txt said of an address. No file (4xx) forbids nothing; one that cannot be had does."""

    ALLOWED = "allowed"
    DISALLOWED = "disallowed"
    NO_FILE = "no_file"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Rule:
    """One ``allow`` or ``disallow`` line: a path with ``*`` for anything and ``$`` for the end."""

    allows: bool
    pattern: str

    def matches(self, path: str) -> bool:
        """Whether it speaks about ``path``, which is normalised already."""
        pattern, is_anchored = self.pattern, self.pattern.endswith("$")
        first, *others = (pattern[:-1] if is_anchored else pattern).split("*")
        if not path.startswith(first):
            return False
        position = len(first)
        if not others:
            return not is_anchored or position == len(path)
        last = others.pop()
        for part in others:
            found = path.find(part, position)
            if found < 0:
                return False
            position = found + len(part)
        if is_anchored:
            return len(path) - len(last) >= position and path.endswith(last)
        return path.find(last, position) >= 0


def rules_for(text: bytes, product: str = PRODUCT) -> tuple[Rule, ...]:
    """The rules of the groups for ``product``; where no group names it, those for everybody (section 2.2.1)."""
    ours: list[Rule] = []
    everybodys: list[Rule] = []
    is_named = False
    agents: set[str] = set()
    is_in_rules = False
    for key, value in _lines(text):
        if key == "user-agent":
            if is_in_rules:
                agents, is_in_rules = set(), False
            token = _TOKEN.match(value)
            agents.add("*" if value.startswith("*") else token[0].lower() if token else "")
            is_named = is_named or product in agents
        elif key in ("allow", "disallow"):
            is_in_rules = True
            if value:
                rule = Rule(key == "allow", normalised(value))
                ours += [rule] if product in agents else []
                everybodys += [rule] if "*" in agents else []
    return tuple(ours if is_named else everybodys)


def allows(rules: Iterable[Rule], path: str) -> bool:
    """Whether ``path`` (with its query) may be fetched: the longest rule decides, ``allow`` where two are as long."""
    path = normalised(path)
    if path == "/robots.txt":
        return True
    best = max((rule for rule in rules if rule.matches(path)), key=_weight, default=None)
    return best is None or best.allows


def normalised(path: str) -> str:
    """A path as the standard compares it: octets outside ASCII percent-encoded, letters never (section 2.2.2)."""
    encoded = quote(path.encode("utf-8", "replace"), safe=_UNRESERVED)
    return _PERCENT.sub(_canonical, encoded)


def _canonical(match: re.Match[str]) -> str:
    octet = unquote_to_bytes(match[0])
    is_plain = octet.isalnum() or octet in (b"-", b".", b"_", b"~")
    return octet.decode("ascii") if is_plain else match[0].upper()


def _weight(rule: Rule) -> tuple[int, bool]:
    return len(rule.pattern), rule.allows


def _lines(text: bytes) -> Iterable[tuple[str, str]]:
    for line in text[:MOST_BYTES].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()
