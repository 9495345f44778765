"""Keeping a file that somebody handed us: a capture of its own kind, closed as it is made.

The bytes go into a WARC as a ``resource`` record, since there was no exchange of ours; of an archive file (WARC,
WACZ) the answers are kept as they are, and the file itself. That it was uploaded, by whom, and where it is said to
come from stays with it for ever.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from sources.archive import store, warc
from sources.archive.bundles import is_bundle
from sources.bell import ring_for_seals
from sources.domain.errors import BadInput, DeskError, Several, WrongState
from sources.domain.media_types import HEAD_BYTES, sniff
from sources.domain.typed_text import check_typed
from sources.models import Artefact, ArtefactRole, AskedBy, Capture, CaptureMethod, CaptureState, Source
from sources.permissions import require
from sources.services import derive, reanchor
from sources.services.history import record_event
from sources.services.unbundling import unbundle

SOFTWARE = "Factcheck/1.0 (own WARC 1.1 writer)"
PROVENANCE_LIMIT = 2_000


def upload(*, by: User, source: Source, body: bytes, file_name: str = "", provenance: str = "") -> Capture:
    """Keep ``body`` as a stored capture of ``source`` and return it.

    ``provenance`` says who got it, from where and when; it is printed. Raises ``Several`` (``file_missing``,
    ``file_too_large``, ``text_missing``), ``BadInput`` (``bundle_…``), ``WrongState`` (``uploaded_already``) and
    ``WrongPerson``.
    """
    require(by, "add_capture")
    _check(body, provenance)
    file_sha256 = hashlib.sha256(body).hexdigest()
    if source.captures.filter(method=CaptureMethod.UPLOAD, artefacts__sha256=file_sha256).exists():
        raise _uploaded_already()
    handed = _from_bundle(source, body, provenance) if is_bundle(body) else _from_file(source, body, provenance)
    if source.captures.filter(method=CaptureMethod.UPLOAD, body_sha256=handed.sha256).exists():
        raise _uploaded_already()
    derived = derive.derive_body(
        handed.body,
        body_sha256=handed.sha256,
        declared=handed.declared,
        status=handed.status,
        url=source.url,
        final_url=handed.url,
    )
    if handed.original:
        store.keep_bytes(handed.original)
    now = timezone.now()
    with transaction.atomic():
        capture = _write_rows(by, source, handed, derived, at=now)
        record_event(
            by=by,
            action="capture_uploaded",
            subject=capture,
            reason=provenance.strip(),
            after={"body_sha256": handed.sha256, "file_name": file_name[:200], "source": str(source.public_id)},
        )
        ring_for_seals()
    reanchor.reanchor(capture=capture)
    return capture


@dataclass(frozen=True)
class _Handed:
    """What was handed to us, in the store as a WARC: ``body`` with its codings undone, ``sha256`` of it as sent."""

    body: bytes
    sha256: str
    size: int
    offset: int
    written: warc.Written
    provenance: str
    declared: str = ""
    status: int | None = None
    url: str = ""
    original: bytes = b""


def _from_file(source: Source, body: bytes, provenance: str) -> _Handed:
    """A page, a PDF, a picture: the bytes as a ``resource`` record."""
    sha256 = hashlib.sha256(body).hexdigest()
    media_type = sniff("", body[:HEAD_BYTES])
    about = {"source": str(source.public_id), "custody": str(CaptureMethod.UPLOAD.label), "provenance": provenance}
    with store.scratch() as file:
        uri = f"urn:sha256:{sha256}"
        written = warc.write_resource(file, body, uri=uri, media_type=media_type, software=SOFTWARE, about=about)
        store.keep_file(file, written.sha256)
    return _Handed(body, sha256, len(body), written.answers[0].offset, written, provenance.strip())


def _from_bundle(source: Source, body: bytes, provenance: str) -> _Handed:
    """A WARC or a WACZ: its answers as they are in a WARC of ours, the uploaded file kept beside it."""
    found = unbundle(source, body, software=SOFTWARE)
    picked, payload = found.picked, found.stored.payload
    return _Handed(
        body=found.stored.body,
        sha256=hashlib.sha256(payload).hexdigest(),
        size=len(payload),
        offset=found.offset,
        written=found.written,
        provenance=f"{provenance.strip()} The file says: {picked.url} answered on {picked.date or 'no date'}.",
        declared=found.declared[:200],
        status=picked.status,
        url=picked.url,
        original=body,
    )


def _write_rows(by: User, source: Source, handed: _Handed, derived: derive.Derived, *, at: datetime) -> Capture:
    capture = Capture.objects.create(
        source=source,
        method=CaptureMethod.UPLOAD,
        asked_by_kind=AskedBy.PERSON,
        requested_by=by,
        requested_at=at,
        provenance=handed.provenance,
        captured_at=at,
        http_status=handed.status,
        final_url=handed.url,
        media_type_declared=handed.declared,
        media_type=derived.media_type,
        charset=derived.charset,
        body_sha256=handed.sha256,
        body_bytes=handed.size,
        body_offset=handed.offset,
        warc_sha256=handed.written.sha256,
        software=SOFTWARE,
    )
    _write_file(capture, ArtefactRole.WARC, handed.written.sha256, handed.written.bytes, "application/warc", at)
    if handed.original:
        digest, kind = hashlib.sha256(handed.original).hexdigest(), sniff("", handed.original[:HEAD_BYTES])
        _write_file(capture, ArtefactRole.ORIGINAL, digest, len(handed.original), kind, at)
    derive.write_derived(capture, derived, at=at)
    capture.state, capture.closed_at = CaptureState.STORED, at
    capture.save(update_fields=["state", "closed_at"])
    return capture


def _write_file(capture: Capture, role: ArtefactRole, sha256: str, size: int, media_type: str, at: datetime) -> None:
    producer = SOFTWARE if role == ArtefactRole.WARC else ""
    Artefact.objects.create(
        capture=capture,
        role=role,
        sha256=sha256,
        bytes=size,
        media_type=media_type,
        producer=producer,
        created_at=at,
    )


def _uploaded_already() -> WrongState:
    return WrongState("uploaded_already", "This very file was uploaded for this source already.")


def _check(body: bytes, provenance: str) -> None:
    errors: list[DeskError] = []
    if not body:
        errors.append(BadInput("file_missing", "Choose a file that is not empty.", field="file"))
    elif len(body) > settings.CAPTURE_MAX_BYTES:
        room = settings.CAPTURE_MAX_BYTES // 1_000_000
        errors.append(
            BadInput(
                "file_too_large", f"The file is too large; there is room for {room} million bytes.", field="file"
            )
        )
    errors += check_typed(
        provenance, field="provenance", what="Where it comes from", limit=PROVENANCE_LIMIT, is_required=True
    )
    if errors:
        raise Several(errors)
