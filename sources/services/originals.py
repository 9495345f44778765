"""The very bytes of a stored capture, checked against the digests that were written down when they came."""

import hashlib
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from sources.archive import store
from sources.archive.inside import notes_in
from sources.archive.reading import StoredBody, Unreadable, read_body
from sources.domain.errors import DeskError, Gone, WrongState
from sources.domain.run_notes import run_told
from sources.models import Artefact, ArtefactRole, Capture, CaptureMethod, CaptureState
from sources.services.remove import refuse_if_removed

CHUNK = 1 << 20


@dataclass(frozen=True)
class Original:
    """The body of a capture as it was read, content codings undone, and its sniffed type."""

    body: bytes
    media_type: str
    charset: str


def open_warc(capture: Capture) -> IO[bytes]:
    """The capture's WARC, its digest recomputed, open at its beginning.

    Raises ``Gone`` (``copy_removed``), ``WrongState`` (``capture_not_stored``, ``file_missing``, ``file_damaged``).
    """
    _check_stored(capture)
    digest = hashlib.sha256()
    try:
        file: IO[bytes] = store.open_file(capture.warc_sha256)
    except FileNotFoundError:
        raise _missing() from None
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    if digest.hexdigest() != capture.warc_sha256:
        file.close()
        raise _damaged()
    file.seek(0)
    return file


def read_original(capture: Capture) -> Original:
    """The capture's body, its digest recomputed. Raises as :func:`open_warc`."""
    _check_stored(capture)
    if capture.body_offset is None:
        raise _missing()
    try:
        stored = read_body(capture.warc_sha256, capture.body_offset, max_bytes=settings.CAPTURE_MAX_BYTES)
    except FileNotFoundError:
        raise _missing() from None
    except Unreadable:
        raise _damaged() from None
    if capture.body_sha256 not in _digests(stored):
        raise _damaged()
    return Original(stored.body, capture.media_type, capture.charset)


def read_beside(capture: Capture, offset: int) -> bytes:
    """The body of another answer in the capture's WARC, at ``offset``; raises as :func:`open_warc`.

    The digest of its record is that of the file, which :func:`open_warc` and ``verify_archive`` recompute.
    """
    _check_stored(capture)
    try:
        return read_body(capture.warc_sha256, offset, max_bytes=settings.CAPTURE_MAX_BYTES).body
    except FileNotFoundError:
        raise _missing() from None
    except Unreadable:
        raise _damaged() from None


def told_of_the_run(capture: Capture) -> tuple[str, ...]:
    """What the browser that rendered a stored page left in its notes, in sentences; none for any other capture."""
    if capture.method != CaptureMethod.BROWSER or capture.state != CaptureState.STORED or not capture.warc_sha256:
        return ()
    try:
        refuse_if_removed(capture)
        return run_told(notes_in(capture.warc_sha256))
    except (FileNotFoundError, Gone):
        return ()


def read_artefact(artefact: Artefact) -> bytes:
    """A stored file, its digest recomputed; raises as :func:`open_warc`. Timestamps outlive a capture's removal."""
    if artefact.role != ArtefactRole.TIMESTAMP:
        refuse_if_removed(artefact.capture)
    try:
        raw = store.read(artefact.sha256)
    except FileNotFoundError:
        raise _missing() from None
    if hashlib.sha256(raw).hexdigest() != artefact.sha256:
        raise _damaged()
    return raw


def _digests(stored: StoredBody) -> tuple[str, str]:
    return hashlib.sha256(stored.payload).hexdigest(), hashlib.sha256(stored.body).hexdigest()


def _check_stored(capture: Capture) -> None:
    refuse_if_removed(capture)
    if capture.state != CaptureState.STORED or not capture.warc_sha256:
        raise WrongState("capture_not_stored", "Nothing of this capture is kept.")


def _missing() -> DeskError:
    return WrongState("file_missing", "The stored file is missing from the archive.")


def _damaged() -> DeskError:
    return WrongState("file_damaged", "The stored file is not what was written: its digest differs.")
