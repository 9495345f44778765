"""Reading a WARC or a WACZ that somebody hands us: bounded, in memory of no name that it contains.

A WACZ (https://specs.webrecorder.net/wacz/1.1.1/) is a zip with WARCs under ``archive/``. Nothing is unpacked to a
path that the file names: its WARCs go one after the other into a scratch file of ours, and only so many bytes.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from sources.archive.warc import Place, WarcWriter, Written, content_sha256
from sources.domain.results import Held

MOST_RECORDS = 20_000
MOST_MEMBERS = 5_000
PIECE = 1 << 18
_KEPT_HEADERS = ("WARC-Target-URI", "WARC-Date", "WARC-IP-Address", "WARC-Record-ID")


class BundleRefused(Exception):
    """The file cannot be used; ``code`` is stable, its text a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Answer:
    """One answer in the file: where its record begins in the scratch file, and what it says of itself."""

    url: str
    date: str
    status: int
    location: str
    offset: int
    declared: str = ""


def is_bundle(body: bytes) -> bool:
    """Whether the bytes are a WARC, packed or not, or a WACZ."""
    if body.startswith(b"WARC/1."):
        return True
    if body.startswith(b"\x1f\x8b"):
        try:
            return zlib.decompressobj(31).decompress(body[:PIECE], 16).startswith(b"WARC/1.")
        except zlib.error:
            return False
    if not body.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return any(_is_warc(name) for name in packed.namelist()[:MOST_MEMBERS])
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def unpack(body: bytes, file: IO[bytes], *, most: int) -> None:
    """Write the WARC records of ``body`` to ``file``, unpacked. Raises :class:`BundleRefused`.

    ``bundle_too_large`` where they would be more than ``most`` bytes, ``bundle_unreadable`` where they do not unpack.
    """
    room = most
    try:
        for part in _parts(body):
            for piece in _unpacked(part):
                room -= len(piece)
                if room < 0:
                    raise BundleRefused(
                        "bundle_too_large", f"Unpacked, this file has more than {most // 1_000_000} million bytes."
                    )
                file.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise BundleRefused("bundle_unreadable", "This archive file is damaged: it does not unpack.") from error
    file.flush()


def answers_in(file: IO[bytes]) -> list[Answer]:
    """Every answer in a scratch file that :func:`unpack` wrote. Raises :class:`BundleRefused`."""
    found = []
    file.seek(0)
    try:
        for number, record in enumerate(ArchiveIterator(file, record_types=WarcRecordType.response)):
            if number >= MOST_RECORDS:
                raise BundleRefused("bundle_too_large", f"This file has more than {MOST_RECORDS} records.")
            if record.http_headers is None:
                continue
            found.append(
                Answer(
                    url=_header(record, "WARC-Target-URI").strip("<>"),
                    date=_header(record, "WARC-Date"),
                    status=int(record.http_headers.status_code or 0),
                    location=str(record.http_headers.get("Location") or ""),
                    offset=record.stream_pos,
                    declared=str(record.http_headers.get("Content-Type") or ""),
                )
            )
    except (RuntimeError, ValueError, OSError) as error:
        raise BundleRefused("bundle_unreadable", "This archive file is damaged: its records do not read.") from error
    return found


def write_again(file: IO[bytes], picked: Answer, writer: WarcWriter) -> Written:
    """Write every answer of ``file`` through ``writer``, its block as it is; ``picked`` is the capture's body."""
    page: Place | None = None
    places = []
    file.seek(0)
    for record in ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=False):
        headers = {"WARC-Type": "response", "Content-Type": "application/http;msgtype=response"}
        headers |= {name: _header(record, name) for name in _KEPT_HEADERS if _header(record, name)}
        headers.setdefault("WARC-Date", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        block = Held(bytes(record.reader.read()))
        headers["WARC-Payload-Digest"] = f"sha256:{content_sha256(block)}"
        place = writer.record(headers, block)
        places.append(place)
        if record.stream_pos == picked.offset:
            page = place
    return Written(writer.hash.hexdigest(), writer.offset, tuple(places), page)


def _header(record: WarcRecord, name: str) -> str:
    return str(record.headers.get(name) or "").replace("\r", " ").replace("\n", " ").strip()


def _parts(body: bytes) -> Iterator[IO[bytes]]:
    if not body.startswith(b"PK\x03\x04"):
        yield io.BytesIO(body)
        return
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        members = packed.infolist()
        if len(members) > MOST_MEMBERS:
            raise BundleRefused("bundle_too_large", f"This file has more than {MOST_MEMBERS} parts.")
        for member in members:
            if _is_warc(member.filename):
                with packed.open(member) as part:
                    yield part


def _is_warc(name: str) -> bool:
    return name.startswith("archive/") and name.lower().endswith((".warc", ".warc.gz"))


def _unpacked(part: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a WARC, gzip members undone piece by piece."""
    data = part.read(PIECE)
    if not data.startswith(b"\x1f\x8b"):
        while data:
            yield data
            data = part.read(PIECE)
        return
    while data:
        engine = zlib.decompressobj(31)
        while not engine.eof:
            piece = engine.decompress(data, PIECE)
            data = engine.unconsumed_tail
            if piece:
                yield piece
            if engine.eof:
                break
            if not data:
                data = part.read(PIECE)
                if not data:
                    raise EOFError("a member breaks off")
        data = engine.unused_data or part.read(PIECE)
        if data and not data.startswith(b"\x1f"):
            raise ValueError("junk between members")
