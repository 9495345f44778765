"""Writing a capture as a WACZ, which replay programs open as one file (https://specs.webrecorder.net/wacz/1.1.1/).

A WACZ is a zip: the WARC as it is, an index of it, its page, and a package file that holds the digest of each.
Nothing is packed anew, nothing is held in memory but the index, and no clock is asked: the same capture gives the
same bytes.
"""

import hashlib
import io
import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO
from urllib.parse import urlsplit

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

PIECE = 1 << 18
MOST_BYTES = (1 << 32) - (1 << 20)
"""Without the extensions of the format for larger files (Zip64)."""

WARC_PATH = "archive/data.warc.gz"
_INDEX_PATH = "indexes/index.cdx"
_PAGES_PATH = "pages/pages.jsonl"
_PACKAGE_PATH = "datapackage.json"
_DIGEST_PATH = "datapackage-digest.json"
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_DAY_ZERO = (1980 - 1980) << 9 | 1 << 5 | 1
_UTF8 = 0x800
_KINDS = WarcRecordType.response | WarcRecordType.resource


class TooLarge(Exception):
    """The WARC is larger than a zip file without extensions may be."""


@dataclass(frozen=True)
class About:
    """What the package says of the capture; ``at`` is when it was made."""

    id: str
    url: str
    title: str
    at: datetime
    software: str


@dataclass(frozen=True)
class Wacz:
    """A package that is ready to be sent: its size in bytes, the digest that commits to all of it, and its pieces."""

    size: int
    sha256: str
    pieces: "Pieces"


@dataclass(frozen=True)
class _Member:
    path: str
    size: int
    crc: int
    sha256: str
    data: bytes | None


def wacz_of(warc: IO[bytes], about: About) -> Wacz:
    """The package of an open WARC, which is closed with the last piece. Raises :class:`TooLarge` and OSError."""
    whole = _measured(WARC_PATH, warc)
    if whole.size > MOST_BYTES:
        raise TooLarge
    pages = [
        {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"},
        {"id": about.id, "url": about.url, "ts": _time(about.at), "title": about.title},
    ]
    members = [
        whole,
        _held(_INDEX_PATH, "".join(sorted(_index(warc))).encode()),
        _held(_PAGES_PATH, "".join(f"{_json(page)}\n" for page in pages).encode()),
    ]
    package = _held(_PACKAGE_PATH, _package(about, members))
    digest = _held(_DIGEST_PATH, _json({"path": _PACKAGE_PATH, "hash": f"sha256:{package.sha256}"}).encode())
    members += [package, digest]
    size = _END.size + sum(_LOCAL.size + _CENTRAL.size + 2 * len(each.path) + each.size for each in members)
    return Wacz(size, package.sha256, Pieces(warc, members))


def _measured(path: str, file: IO[bytes]) -> _Member:
    file.seek(0)
    size, crc, digest = 0, 0, hashlib.sha256()
    while piece := file.read(PIECE):
        size, crc = size + len(piece), zlib.crc32(piece, crc)
        digest.update(piece)
    return _Member(path, size, crc, digest.hexdigest(), None)


def _held(path: str, data: bytes) -> _Member:
    return _Member(path, len(data), zlib.crc32(data), hashlib.sha256(data).hexdigest(), data)


def _package(about: About, members: list[_Member]) -> bytes:
    resources = [
        {"name": each.path.rpartition("/")[2], "path": each.path, "hash": f"sha256:{each.sha256}", "bytes": each.size}
        for each in members
    ]
    fields = {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": about.title,
        "software": about.software,
        "created": _time(about.at),
        "mainPageUrl": about.url,
        "mainPageDate": _time(about.at),
        "resources": resources,
    }
    return json.dumps(fields, ensure_ascii=False, indent=2).encode()


def _index(warc: IO[bytes]) -> Iterator[str]:
    """A line of CDXJ for each answer: key, time, and where its record stands. What breaks off ends the index."""
    warc.seek(0)
    last: _Entry | None = None
    for record in ArchiveIterator(warc, parse_http=False):
        if last is not None:
            yield last.line(record.stream_pos)
        last = _entry(record) if record.record_type & _KINDS else None
    if last is not None:
        yield last.line(warc.seek(0, io.SEEK_END))


@dataclass(frozen=True)
class _Entry:
    """What the index says of one record; its length is known when the next one begins."""

    begins: int
    head: str
    fields: dict[str, str]

    def line(self, ends: int) -> str:
        where = {"length": str(ends - self.begins), "offset": str(self.begins)}
        return f"{self.head} {_json(self.fields | where)}\n"


def _entry(record: WarcRecord) -> _Entry:
    url = str(record.headers.get("WARC-Target-URI") or "").strip("<>")
    status, mime = "200", str(record.headers.get("Content-Type") or "")
    if record.record_type == WarcRecordType.response:
        record.parse_http()
        http = record.http_headers
        status = str(int(http.status_code or 0)) if http is not None else ""
        mime = str(record.http_content_type or "")
    fields = {
        "url": url,
        "mime": mime.partition(";")[0].strip(),
        "status": status,
        "digest": str(record.headers.get("WARC-Payload-Digest") or ""),
        "filename": WARC_PATH.rpartition("/")[2],
    }
    moment = "".join(char for char in str(record.headers.get("WARC-Date") or "") if char.isdigit())[:14]
    return _Entry(record.stream_pos, f"{key_of(url)} {moment}", fields)


def key_of(url: str) -> str:
    """The sort-friendly form of an address (SURT): its host reversed, ``com,example)/path``; no white space."""
    parts = urlsplit(url)
    if not parts.hostname:
        return "".join(url.split()).lower()
    host = ",".join(reversed(parts.hostname.removeprefix("www.").split(".")))
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    query = f"?{parts.query}" if parts.query else ""
    return "".join(f"{host}{port}){parts.path or '/'}{query}".split()).lower()


class Pieces:
    """The pieces of a package, in their order; the WARC is closed after the last one, or by who wants no more."""

    def __init__(self, warc: IO[bytes], members: list[_Member]) -> None:
        self._warc, self._members = warc, members

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from _pieces(self._warc, self._members)
        finally:
            self.close()

    def close(self) -> None:
        """Close the WARC; safe to call again."""
        self._warc.close()


def _pieces(warc: IO[bytes], members: list[_Member]) -> Iterator[bytes]:
    offsets, at = [], 0
    for member in members:
        offsets.append(at)
        name = member.path.encode()
        head = _LOCAL.pack(b"PK\x03\x04", 20, _UTF8, 0, 0, _DAY_ZERO, *_sizes(member), len(name), 0)
        yield head + name
        if member.data is not None:
            yield member.data
        else:
            warc.seek(0)
            while piece := warc.read(PIECE):
                yield piece
        at += len(head) + len(name) + member.size
    listed = b""
    for offset, member in zip(offsets, members, strict=True):
        name = member.path.encode()
        row = (b"PK\x01\x02", 20, 20, _UTF8, 0, 0, _DAY_ZERO, *_sizes(member), len(name), 0, 0, 0, 0, 0, offset)
        listed += _CENTRAL.pack(*row) + name
    yield listed + _END.pack(b"PK\x05\x06", 0, 0, len(members), len(members), len(listed), at, 0)


def _sizes(member: _Member) -> tuple[int, int, int]:
    return member.crc, member.size, member.size


def _json(fields: dict[str, str]) -> str:
    return json.dumps(fields, ensure_ascii=False)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
