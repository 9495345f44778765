"""What else stands in a capture's WARC beside its page: the images that came along."""

from dataclasses import dataclass
from functools import lru_cache

from fastwarc.warc import ArchiveIterator, WarcRecordType

from sources.archive import store

MOST_RECORDS = 5_000
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "image/x-icon"})
"""Pictures of points only: SVG is a document and is not shown inside another one."""


@dataclass(frozen=True)
class Inside:
    """One picture: where its record begins in the WARC, in bytes."""

    url: str
    offset: int


@lru_cache(maxsize=64)
def images_in(warc_sha256: str) -> tuple[Inside, ...]:
    """The pictures that the WARC of this digest has, by what their answers say they are; the first of each address.

    Raises FileNotFoundError. A WARC that cannot be read to its end gives what was read.
    """
    found: dict[str, Inside] = {}
    with store.open_file(warc_sha256) as file:
        try:
            for number, record in enumerate(ArchiveIterator(file, record_types=WarcRecordType.response)):
                if number >= MOST_RECORDS:
                    break
                declared = record.http_content_type or ""
                url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
                if declared.lower() in SHOWN and url and record.http_headers.status_code == 200:
                    found.setdefault(url, Inside(url, record.stream_pos))
        except (RuntimeError, ValueError, OSError):
            return tuple(found.values())
    return tuple(found.values())
