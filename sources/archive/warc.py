"""WARC 1.1 (ISO 28500:2017), one file a capture, the bytes as they went over the wire.

Each record is a gzip member of its own, so that a reader can begin at any offset. Digests are SHA-256. A capture
stands alone: no revisit records point into another file, so that one can be removed or handed on by itself.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from isal import isal_zlib

from sources.domain.results import ExchangeResult, Held, Rendered, Spooled, Taken, whole

LEVEL = 1
GZIP_WINDOW = 31
ORIGIN = "Factcheck-Origin"
"""A field of our own (WARC 1.1 allows them): what the bytes of a ``resource`` are and by which call they were had."""

DOM_ORIGIN = "the document as the browser held it; DOM.getOuterHTML of DevTools"
_ONE_LINE = re.compile(r"[\x00-\x1f\x7f]+")
SMALL = 16 * 1024
"""A block of up to so many bytes is compressed with its head at once."""

_END = b"\r\n\r\n"
_END_OF_HEADERS = re.compile(rb"\n\r?\n")


@dataclass(frozen=True)
class Place:
    """Where a record stands in the file: offset and length of its gzip member, in bytes."""

    offset: int
    length: int


@dataclass(frozen=True)
class Written:
    """What was written: digest and size of the file, the place of each exchange's answer, and of a rendered page."""

    sha256: str
    bytes: int
    answers: tuple[Place, ...]
    page: Place | None = None

    @property
    def body(self) -> Place:
        """The record of what is the capture's body: the page that a browser made, else the last answer."""
        return self.page or self.answers[-1]


class WarcWriter:
    """Writes records to an open binary file, counting and hashing what it writes."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.offset = 0
        self.hash = hashlib.sha256()

    def record(self, headers: Mapping[str, str], block: Spooled) -> Place:
        """Write one record as one gzip member, piece by piece. ``headers`` lack version, length and block digest.

        Raises ValueError for a header that would begin another one.
        """
        if any("\r" in value or "\n" in value for value in headers.values()):
            raise ValueError("a line break in a WARC header")
        lines = ["WARC/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        lines += [f"WARC-Block-Digest: sha256:{_sha256(block)}", f"Content-Length: {len(block)}"]
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        offset = self.offset
        if isinstance(block, Held) and len(block) <= SMALL:
            self._write(isal_zlib.compress(b"".join((head, block.data, _END)), LEVEL, GZIP_WINDOW))
            return Place(offset, self.offset - offset)
        engine = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, GZIP_WINDOW)
        self._write(engine.compress(head))
        for piece in block.chunks():
            self._write(engine.compress(piece))
        self._write(engine.compress(_END) + engine.flush())
        return Place(offset, self.offset - offset)

    def info(self, software: str) -> str:
        """Begin the file with who made it; returns the id that other records name it by."""
        made = datetime.now(UTC)
        info = {"software": software, "format": "WARC File Format 1.1", "conformsTo": "ISO 28500:2017"}
        fields = "".join(f"{name}: {value}\r\n" for name, value in info.items()).encode()
        headers = {**_common("warcinfo", made), "Content-Type": "application/warc-fields"}
        self.record(headers, Held(fields))
        return headers["WARC-Record-ID"]

    def _write(self, packed: bytes) -> None:
        if packed:
            self.file.write(packed)
            self.hash.update(packed)
            self.offset += len(packed)


def write_capture(
    file: IO[bytes],
    exchanges: tuple[ExchangeResult, ...],
    *,
    software: str,
    about: Mapping[str, object],
    rendered: Rendered | None = None,
) -> Written:
    """Write a capture's file: who made it, each request with its answer, and ``about`` as a metadata record.

    What a browser made of the page is a ``resource`` record after the answers, and so is each thing that it handed
    over of what stood in the page: a ``resource`` and no ``response``, since its bytes are none of the wire.
    """
    writer = WarcWriter(file)
    made = datetime.now(UTC)
    file_id = {"WARC-Warcinfo-ID": writer.info(software)}
    answers, answer_id = [], ""
    for exchange in exchanges:
        answer_id = _record_id()
        request = {**_common("request", exchange.started_at, exchange), **file_id, "WARC-Concurrent-To": answer_id}
        writer.record({**request, "Content-Type": "application/http;msgtype=request"}, Held(exchange.sent))
        block = without_interim(exchange.received)
        answer = {**_common("response", exchange.started_at, exchange), **file_id, "WARC-Record-ID": answer_id}
        answer["Content-Type"] = "application/http;msgtype=response"
        answer["WARC-Payload-Digest"] = f"sha256:{exchange.content_sha256 or content_sha256(block)}"
        if exchange.truncated:
            answer["WARC-Truncated"] = exchange.truncated
        answers.append(writer.record(answer, block))
    page = _write_page(writer, rendered, file_id) if rendered is not None else None
    for taken in rendered.beside if rendered is not None else ():
        _write_taken(writer, taken, file_id)
    body = json.dumps(dict(about), ensure_ascii=False, sort_keys=True, indent=1).encode()
    last = exchanges[-1] if exchanges else None
    metadata = {**_common("metadata", made, last), **file_id, "Content-Type": "application/json"}
    metadata.pop("WARC-IP-Address", None)
    if answer_id:
        metadata["WARC-Concurrent-To"] = answer_id
    writer.record(metadata, Held(body))
    return Written(writer.hash.hexdigest(), writer.offset, tuple(answers), page)


def _write_page(writer: WarcWriter, rendered: Rendered, file_id: Mapping[str, str]) -> Place:
    headers = {
        **_common("resource", datetime.now(UTC)),
        **file_id,
        "WARC-Target-URI": rendered.url,
        "Content-Type": "text/html; charset=utf-8",
        "WARC-Payload-Digest": f"sha256:{_sha256(rendered.dom)}",
        ORIGIN: DOM_ORIGIN,
    }
    return writer.record(headers, rendered.dom)


def _write_taken(writer: WarcWriter, taken: Taken, file_id: Mapping[str, str]) -> None:
    headers = {
        **_common("resource", taken.at),
        **file_id,
        "WARC-Target-URI": taken.url,
        "Content-Type": taken.media_type,
        "WARC-Payload-Digest": f"sha256:{_sha256(taken.data)}",
        ORIGIN: taken.origin,
    }
    writer.record({name: _ONE_LINE.sub(" ", value) for name, value in headers.items()}, taken.data)


def write_resource(
    file: IO[bytes], body: bytes | Spooled, *, uri: str, media_type: str, software: str, about: Mapping[str, object]
) -> Written:
    """Write the file of something that was handed to us: the bytes as a ``resource`` record."""
    writer = WarcWriter(file)
    made = datetime.now(UTC)
    fields = f"software: {software}\r\nformat: WARC File Format 1.1\r\n".encode()
    writer.record({**_common("warcinfo", made), "Content-Type": "application/warc-fields"}, Held(fields))
    block: Spooled = Held(body) if isinstance(body, bytes) else body
    headers = {
        **_common("resource", made),
        "WARC-Target-URI": uri,
        "Content-Type": media_type,
        "WARC-Payload-Digest": f"sha256:{_sha256(block)}",
    }
    place = writer.record(headers, block)
    text = json.dumps(dict(about), ensure_ascii=False, sort_keys=True, indent=1).encode()
    writer.record(
        {**_common("metadata", made), "WARC-Target-URI": uri, "Content-Type": "application/json"}, Held(text)
    )
    return Written(writer.hash.hexdigest(), writer.offset, (place,))


def without_interim(received: Spooled) -> Spooled:
    """An answer without the 1xx answers before it, which would be read as the answer itself."""
    first = next(received.chunks(), b"")
    if first[:10] not in (b"HTTP/1.1 1", b"HTTP/1.0 1"):
        return received
    rest = whole(received)
    while rest[:10] in (b"HTTP/1.1 1", b"HTTP/1.0 1"):
        end = rest.find(b"\r\n\r\n")
        if end < 0 or not rest.startswith(b"HTTP/", end + 4):
            break
        rest = rest[end + 4 :]
    return Held(rest)


def content_sha256(block: Spooled) -> str:
    """The digest of the body as it was sent, chunk sizes included: what warcio and FastWARC take for the payload."""
    digest, head, is_past = hashlib.sha256(), b"", False
    for piece in block.chunks():
        if is_past:
            digest.update(piece)
            continue
        head += piece
        end = _END_OF_HEADERS.search(head)
        if end:
            is_past = True
            digest.update(head[end.end() :])
    return digest.hexdigest()


def _sha256(block: Spooled) -> str:
    digest = hashlib.sha256()
    for piece in block.chunks():
        digest.update(piece)
    return digest.hexdigest()


def _record_id() -> str:
    """A random UUID (RFC 9562, version 4), as :func:`uuid.uuid4` makes it, in a quarter of the time."""
    drawn = bytearray(os.urandom(16))
    drawn[6], drawn[8] = drawn[6] & 0x0F | 0x40, drawn[8] & 0x3F | 0x80
    text = drawn.hex()
    return f"<urn:uuid:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}>"


def _common(kind: str, moment: datetime, exchange: ExchangeResult | None = None) -> dict[str, str]:
    headers = {
        "WARC-Type": kind,
        "WARC-Record-ID": _record_id(),
        "WARC-Date": moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z",
    }
    if exchange is not None:
        headers["WARC-Target-URI"] = exchange.url
        if exchange.address:
            headers["WARC-IP-Address"] = exchange.address
    return headers
