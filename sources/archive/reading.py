"""Reading a capture's body back out of its WARC, from the place that its row names."""

import io
from dataclasses import dataclass

from fastwarc.warc import ArchiveIterator

from sources.archive import store
from sources.fetchers.decoding import Damaged, decode


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
        raw = file.read()
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(raw), parse_http=False)))
        is_answer = record.headers.get("WARC-Type") == "response"
        if is_answer:
            record.parse_http(auto_decode="transfer")
        payload = bytes(record.reader.read())
        codings = str(record.http_headers.get("Content-Encoding") or "") if is_answer and record.http_headers else ""
    except (StopIteration, RuntimeError, ValueError, OSError) as error:
        raise Unreadable(str(error)) from error
    try:
        body, _ = decode(payload, codings, max_bytes=max_bytes)
    except Damaged as damage:
        body = damage.partial
    return StoredBody(payload, body)
