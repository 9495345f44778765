"""What else stands in a capture's WARC beside its page: pictures, style sheets, and the notes of the run.

An answer is known by what it says it is; what a browser handed over (``resource``) by what the record says.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from sources.archive import store
from sources.domain.media_types import essence

MOST_RECORDS = 5_000
MOST_NOTES_BYTES = 4 * 2**20
SVG = "image/svg+xml"
STYLE = "text/css"
SHOWN = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "image/x-icon", SVG}
)
"""Types of pictures. A drawing (SVG) as a picture of a page runs nothing and loads nothing, in any browser."""


@dataclass(frozen=True)
class Inside:
    """One thing that came along: where its record begins in the WARC (in bytes), its declared type and charset."""

    url: str
    offset: int
    media_type: str = ""
    charset: str = ""

    @property
    def is_image(self) -> bool:
        """Whether it says that it is a picture."""
        return self.media_type in SHOWN


@lru_cache(maxsize=64)
def pieces_in(warc_sha256: str) -> tuple[Inside, ...]:
    """The pictures and style sheets that the WARC of this digest has; the first of each address.

    Raises FileNotFoundError. A WARC that cannot be read to its end gives what was read.
    """
    found: dict[str, Inside] = {}
    kinds = WarcRecordType.response | WarcRecordType.resource
    with store.open_file(warc_sha256) as file:
        try:
            for number, record in enumerate(ArchiveIterator(file, record_types=kinds)):
                if number >= MOST_RECORDS:
                    break
                url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
                media_type, charset = _type_of(record)
                if url and (media_type in SHOWN or media_type == STYLE):
                    found.setdefault(url, Inside(url, record.stream_pos, media_type, charset))
        except (RuntimeError, ValueError, OSError):
            return tuple(found.values())
    return tuple(found.values())


def images_in(warc_sha256: str) -> tuple[Inside, ...]:
    """The pictures of :func:`pieces_in`."""
    return tuple(each for each in pieces_in(warc_sha256) if each.is_image)


@lru_cache(maxsize=64)
def notes_in(warc_sha256: str) -> dict[str, Any]:
    """What the capture's metadata record says of the run; empty where there is none that can be read.

    Raises FileNotFoundError.
    """
    with store.open_file(warc_sha256) as file:
        try:
            for record in ArchiveIterator(file, record_types=WarcRecordType.metadata):
                if essence(record.headers.get("Content-Type") or "") == "application/json":
                    said = json.loads(record.reader.read(MOST_NOTES_BYTES))
                    return said if isinstance(said, dict) else {}
        except (RuntimeError, ValueError, OSError):
            return {}
    return {}


def _type_of(record: WarcRecord) -> tuple[str, str]:
    """Declared type and charset of an answer that is one, or of a resource; "" for anything else."""
    if record.record_type == WarcRecordType.resource:
        declared = record.headers.get("Content-Type") or ""
        return essence(declared), "utf-8" if "utf-8" in declared.lower() else ""
    if record.http_headers is None or record.http_headers.status_code != 200:
        return "", ""
    return (record.http_content_type or "").lower(), record.http_charset or ""
