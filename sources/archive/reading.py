"""Reading a capture's body back out of its WARC, from the place that its row names.

The body is taken from the block by the same framing that took it off the wire, so that what broke off or was cut
reads back as it was fetched.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from fastwarc.warc import ArchiveIterator, WarcRecord

from sources.archive import store
from sources.domain.http_messages import MOST_HEAD_BYTES, Head, NotHttp, end_of_head, framing_of, parse_head
from sources.domain.results import Held, whole
from sources.fetchers.decoding import decode

PIECE = 64 * 1024


class Unreadable(Exception):
    """There is no record at that place, or none that can be read."""


@dataclass(frozen=True)
class StoredBody:
    """``payload`` as it was sent (transfer coding undone), ``body`` with content codings undone as far as it went."""

    payload: bytes
    body: bytes


def read_body(warc_sha256: str, offset: int, *, max_bytes: int) -> StoredBody:
    """The body of the record at ``offset``: an answer's, or that of a file handed to us.

    Raises FileNotFoundError and :class:`Unreadable`.
    """
    with store.open_file(warc_sha256) as file:
        file.seek(offset)
        try:
            record = next(iter(ArchiveIterator(file, parse_http=False)))
            if record.headers.get("WARC-Type") != "response":
                payload = bytes(record.reader.read())
                return StoredBody(payload, payload)
            head, pieces = _head_of(record)
            payload = _in_one(_payload(head, pieces))
        except (StopIteration, RuntimeError, ValueError, OSError, NotHttp) as error:
            raise Unreadable(str(error)) from error
    held = Held(payload)
    body = decode(held, head.codings, max_bytes=max_bytes).body
    return StoredBody(payload, payload if body is held else whole(body))


def _in_one(pieces: Iterator[bytes]) -> bytes:
    """All of them, without a second copy beside the first: a buffer hands out what it holds."""
    buffer = io.BytesIO()
    for piece in pieces:
        buffer.write(piece)
    return buffer.getvalue()


def _head_of(record: WarcRecord) -> tuple[Head, Iterator[bytes]]:
    """The head of a stored answer, and the pieces that follow it."""
    buffer = b""
    pieces = iter(lambda: bytes(record.reader.read(PIECE)), b"")
    while (end := end_of_head(buffer)) < 0:
        piece = next(pieces, b"")
        if not piece or len(buffer) > MOST_HEAD_BYTES:
            raise NotHttp
        buffer += piece
    return parse_head(buffer[:end]), _from(buffer[end:], pieces)


def _from(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from pieces


def _payload(head: Head, pieces: Iterator[bytes]) -> Iterator[bytes]:
    framing, _ = framing_of(head)
    for piece in pieces:
        yield from framing.feed(piece, len(piece)).payload
