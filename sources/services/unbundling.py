"""Finding in an uploaded WARC or WACZ what a source's address once answered."""

from dataclasses import dataclass

import ada_url
from django.conf import settings

from sources.archive import bundles, store
from sources.archive.bundles import Answer, BundleRefused
from sources.archive.reading import StoredBody, Unreadable, read_body
from sources.archive.warc import WarcWriter, Written
from sources.domain.errors import BadInput
from sources.domain.url_keys import url_key
from sources.models import Source

MOST_HOPS = 5
NAMED = 5
UNPACKED = 4
"""So many times ``CAPTURE_MAX_BYTES`` may an archive file be once it is unpacked."""


@dataclass(frozen=True)
class Unbundled:
    """What was found: the WARC that was written again and is kept, the picked answer, and its body."""

    written: Written
    picked: Answer
    stored: StoredBody
    offset: int

    @property
    def declared(self) -> str:
        """The type that the answer itself declares."""
        return self.picked.declared


def unbundle(source: Source, body: bytes, *, software: str) -> Unbundled:
    """Keep the answers of a WARC or WACZ as a WARC of ours and pick the source's.

    Raises ``BadInput`` (``bundle_too_large``, ``bundle_unreadable``, ``bundle_without_source``), ``StorageFailed``.
    """
    try:
        with store.scratch() as unpacked, store.scratch() as file:
            bundles.unpack(body, unpacked, most=UNPACKED * settings.CAPTURE_MAX_BYTES)
            picked = _pick(source, bundles.answers_in(unpacked))
            writer = WarcWriter(file)
            writer.info(software)
            written = bundles.write_again(unpacked, picked, writer)
            store.keep_file(file, written.sha256)
    except BundleRefused as refused:
        raise BadInput(refused.code, str(refused), field="file") from refused
    try:
        stored = read_body(written.sha256, written.body.offset, max_bytes=settings.CAPTURE_MAX_BYTES)
    except Unreadable as error:
        sentence = "The answer for this source in the archive file does not read."
        raise BadInput("bundle_unreadable", sentence, field="file") from error
    return Unbundled(written, picked, stored, written.body.offset)


def _pick(source: Source, answers: list[Answer]) -> Answer:
    """The answer to the source's address, by its key; redirects within the file are followed to where they lead."""
    wanted = _key(source.url)
    if not wanted:
        pages = [answer for answer in answers if answer.status == 200]
        if len(pages) == 1:
            return pages[0]
        raise BundleRefused("bundle_without_source", "This source has no address, and the file has several answers.")
    for _ in range(MOST_HOPS):
        own = [answer for answer in answers if _key(answer.url) == wanted]
        if not own:
            break
        best = max(own, key=lambda answer: (answer.status == 200, answer.status < 300, answer.date))
        if not 300 <= best.status < 400 or not best.location:
            return best
        wanted = _key(_joined(best.url, best.location))
    named = ", ".join(answer.url[:100] for answer in answers[:NAMED]) or "no answer at all"
    raise BundleRefused("bundle_without_source", f"This file has no answer for the source’s address, but {named}.")


def _key(url: str) -> str:
    try:
        return url_key(url)
    except ValueError:
        return ""


def _joined(base: str, location: str) -> str:
    try:
        return str(ada_url.join_url(base, location))
    except ValueError:
        return ""
