"""Keeping a file that somebody handed us: a capture of its own kind, closed as it is made.

The bytes go into a WARC as a ``resource`` record, since there was no exchange of ours; that it was uploaded, by whom,
and where it is said to come from stays with it for ever.
"""

import hashlib

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from sources.archive import store, warc
from sources.domain.errors import BadInput, DeskError, Several, WrongState
from sources.domain.media_types import HEAD_BYTES, sniff
from sources.domain.typed_text import check_typed
from sources.models import Artefact, ArtefactRole, AskedBy, Capture, CaptureMethod, CaptureState, Source
from sources.permissions import require
from sources.services import derive, reanchor
from sources.services.history import record_event

SOFTWARE = "Factcheck/1.0 (own WARC 1.1 writer)"
PROVENANCE_LIMIT = 2_000


def upload(*, by: User, source: Source, body: bytes, file_name: str = "", provenance: str = "") -> Capture:
    """Keep ``body`` as a stored capture of ``source`` and return it.

    ``provenance`` says who got it, from where and when; it is printed. Raises ``Several`` (``file_missing``,
    ``file_too_large``, ``text_missing``), ``WrongState`` (``uploaded_already``) and ``WrongPerson``.
    """
    require(by, "add_capture")
    _check(body, provenance)
    sha256 = hashlib.sha256(body).hexdigest()
    standing = source.captures.filter(method=CaptureMethod.UPLOAD, body_sha256=sha256)
    if standing.exists():
        raise WrongState("uploaded_already", "This very file was uploaded for this source already.")
    media_type = sniff("", body[:HEAD_BYTES])
    about = {"source": str(source.public_id), "custody": str(CaptureMethod.UPLOAD.label), "provenance": provenance}
    with store.scratch() as file:
        uri = f"urn:sha256:{sha256}"
        written = warc.write_resource(file, body, uri=uri, media_type=media_type, software=SOFTWARE, about=about)
        store.keep_file(file, written.sha256)
    derived = derive.derive_body(body, body_sha256=sha256)
    now = timezone.now()
    with transaction.atomic():
        capture = Capture.objects.create(
            source=source,
            method=CaptureMethod.UPLOAD,
            asked_by_kind=AskedBy.PERSON,
            requested_by=by,
            requested_at=now,
            provenance=provenance.strip(),
            captured_at=now,
            media_type=derived.media_type,
            charset=derived.charset,
            body_sha256=sha256,
            body_bytes=len(body),
            body_offset=written.answers[0].offset,
            warc_sha256=written.sha256,
            software=SOFTWARE,
        )
        Artefact.objects.create(
            capture=capture,
            role=ArtefactRole.WARC,
            sha256=written.sha256,
            bytes=written.bytes,
            media_type="application/warc",
            producer=SOFTWARE,
            created_at=now,
        )
        derive.write_derived(capture, derived, at=now)
        capture.state, capture.closed_at = CaptureState.STORED, now
        capture.save(update_fields=["state", "closed_at"])
        record_event(
            by=by,
            action="capture_uploaded",
            subject=capture,
            reason=provenance.strip(),
            after={"body_sha256": sha256, "file_name": file_name[:200], "source": str(source.public_id)},
        )
    reanchor.reanchor(capture=capture)
    return capture


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
