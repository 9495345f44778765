"""HTTP/1.1 answers, read as leniently as browsers do and bounded everywhere (RFC 9112). No sockets here.

An archive keeps what a server sent, so a flaw in it is no reason to throw it away: :func:`parse_head` refuses only
what is no HTTP answer at all, and a body's :class:`Framing` says where it broke. The same framing reads a stored
answer back, so that what is read is what was fetched.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from sources.domain import sayings

MOST_HEAD_BYTES = 256 * 1024
_LONGEST_CHUNK_LINE = 4096
_MOST_TRAILER_BYTES = 64 * 1024
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/(\d\.\d) +(\d{3})(?: [^\r\n]*)?\r?$")
_CONTROL = dict.fromkeys([*range(9), *range(10, 32), 127], "\N{REPLACEMENT CHARACTER}")
_CHUNK_SIZE = re.compile(rb"\s*([0-9A-Fa-f]{1,15})\s*(?:;[^\r\n]*)?\r?\n")


class NotHttp(Exception):
    """These bytes are no HTTP answer."""


@dataclass(frozen=True)
class Head:
    """The status and the headers of an answer, names in lower case, in the order in which they came."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()

    def all(self, name: str) -> list[str]:
        """Every value of ``name`` (lower case)."""
        return [value for key, value in self.headers if key == name]

    def first(self, name: str) -> str:
        """The first value of ``name``, or ""."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def codings(self) -> str:
        """Content-Encoding, its fields joined (RFC 9110, section 8.4)."""
        return ", ".join(self.all("content-encoding"))


def end_of_head(data: bytes | bytearray, start: int = 0) -> int:
    """The offset at which the head in ``data`` is over, or -1 where it is not yet. Looks from ``start`` on."""
    found = _END_OF_HEAD.search(data, max(0, start - 3))
    return found.end() if found else -1


def parse_head(raw: bytes) -> Head:
    """Read a head, its empty line included. Raises :class:`NotHttp`.

    Header bytes are read as latin-1, and control characters in them as U+FFFD: no row takes a NUL.
    """
    lines = raw.split(b"\n")
    status_line = _STATUS_LINE.match(lines[0])
    if status_line is None:
        raise NotHttp
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        text = line.rstrip(b"\r").decode("latin-1").translate(_CONTROL)
        if text[:1] in (" ", "\t") and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {text.strip()}".strip())
            continue
        name, colon, value = text.partition(":")
        if colon:
            headers.append((name.strip().lower(), value.strip(" \t")))
    return Head(int(status_line[2]), tuple(headers))


@dataclass(frozen=True)
class Fed:
    """What became of some bytes: how many belong to the body, and the payload in them."""

    used: int
    payload: tuple[bytes, ...]


class Framing(Protocol):
    """Where a body ends.

    ``is_complete`` once it has, ``is_over_room`` where payload was left that had no room, ``flaw`` a sentence once
    the framing is broken: nothing that follows can be told from noise.
    """

    is_complete: bool
    is_over_room: bool
    flaw: str

    def feed(self, data: bytes, room: int) -> Fed:
        """Take bytes off the wire, at most ``room`` of them payload."""

    def end(self) -> bool:
        """The connection was closed: whether the body is complete that way."""


class NoBody:
    """An answer that has none: 1xx, 204, 304."""

    is_complete = True
    is_over_room = False
    flaw = ""

    def feed(self, data: bytes, room: int) -> Fed:
        return Fed(0, ())

    def end(self) -> bool:
        return True


class ByLength:
    """A body of a length that was promised. What comes after it is no part of the answer."""

    flaw = ""

    def __init__(self, length: int) -> None:
        self.left = length
        self.is_complete = length == 0
        self.is_over_room = False

    def feed(self, data: bytes, room: int) -> Fed:
        count = min(len(data), self.left)
        if count > room:
            count, self.is_over_room = room, True
        self.left -= count
        self.is_complete = self.left == 0
        return Fed(count, (data if count == len(data) else data[:count],) if count else ())

    def end(self) -> bool:
        return self.is_complete


class ByClose:
    """A body that ends with its connection."""

    flaw = ""

    def __init__(self) -> None:
        self.is_complete = False
        self.is_over_room = False

    def feed(self, data: bytes, room: int) -> Fed:
        count = len(data)
        if count > room:
            count, self.is_over_room = room, True
        return Fed(count, (data if count == len(data) else data[:count],) if count else ())

    def end(self) -> bool:
        self.is_complete = True
        return True


class ByChunks:
    """The chunked transfer coding (RFC 9112, section 7.1)."""

    def __init__(self) -> None:
        self.is_complete = False
        self.is_over_room = False
        self.flaw = ""
        self._line = bytearray()
        self._left = 0
        self._state = "size"
        self._trailer_bytes = 0

    def feed(self, data: bytes, room: int) -> Fed:
        position, payload = 0, []
        while position < len(data) and not (self.is_complete or self.flaw):
            if self._state == "data":
                count = min(len(data) - position, self._left, room)
                if count == 0:
                    self.is_over_room = True
                    break
                payload.append(data[position : position + count])
                position, room, self._left = position + count, room - count, self._left - count
                if self._left == 0:
                    self._state = "after"
                continue
            end = data.find(b"\n", position) + 1 or len(data)
            self._line += data[position:end]
            position = end
            if len(self._line) > _LONGEST_CHUNK_LINE:
                self.flaw = "The answer’s chunks are broken: a line between them has no end."
            elif self._line.endswith(b"\n"):
                self._take_line(bytes(self._line))
                self._line.clear()
        return Fed(position, tuple(payload))

    def end(self) -> bool:
        return self.is_complete

    def _take_line(self, line: bytes) -> None:
        if self._state == "size":
            size = _CHUNK_SIZE.fullmatch(line)
            if size is None:
                self.flaw = "The answer’s chunks are broken: one has no length."
                return
            self._left = int(size[1], 16)
            self._state = "data" if self._left else "trailer"
        elif self._state == "after":
            if line.strip():
                self.flaw = "The answer’s chunks are broken: one is longer than it says."
            self._state = "size"
        else:
            self._trailer_bytes += len(line)
            if self._trailer_bytes > _MOST_TRAILER_BYTES:
                self.flaw = "The answer’s chunks are followed by headers without end."
            self.is_complete = not line.strip()


def framing_of(head: Head) -> tuple[Framing, str]:
    """How the body of an answer to GET is framed (RFC 9112, section 6.3), and what is wrong with its framing, or "".

    A length that cannot be believed is not believed: the body then ends with the connection.
    """
    if head.status < 200 or head.status in (204, 304):
        return NoBody(), ""
    transfer = [word.strip().lower() for value in head.all("transfer-encoding") for word in value.split(",")]
    transfer = [word for word in transfer if word and word != "identity"]
    if transfer:
        odd = next((word for word in transfer if word != "chunked"), "")
        flaw = sayings.UNKNOWN_TRANSFER.format(coding=odd[:40]) if odd else ""
        return (ByChunks() if transfer[-1] == "chunked" else ByClose()), flaw
    lengths = {word.strip() for value in head.all("content-length") for word in value.split(",")}
    if not lengths:
        return ByClose(), ""
    if len(lengths) > 1:
        return ByClose(), "The answer names two lengths that differ."
    [length] = lengths
    if not (length.isascii() and length.isdigit() and len(length) <= 18):
        return ByClose(), f"The answer names a length that is none: “{length[:40]}”."
    return ByLength(int(length)), ""
