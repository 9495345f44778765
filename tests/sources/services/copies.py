"""Stored captures made on the spot: real files in the store, real rows, the real derivation."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from sources.archive import store, warc
from sources.domain.results import Held, Rendered, Taken
from sources.models import Artefact, ArtefactRole, Capture, CaptureMethod, CaptureState, Source, SourceKind
from sources.services import derive

FIRST = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PAGE = (
    "<!doctype html><title>Harbour report</title><meta name=author content='The harbour office'><nav>Home</nav>"
    "<h1>Harbour report</h1><p>The office counted 15 ships in spring and “no fewer than” 40 in summer.</p>"
    "<p>Its head, Inspector Vale, did not comment on the missing ledger.</p>"
)


def make_source(by: User, name: str = "harbour") -> Source:
    url = f"https://{name}.example/report"
    return Source.objects.create(
        kind=SourceKind.WEB,
        url=url,
        url_key=url,
        url_key_sha256=hashlib.sha256(url.encode()).hexdigest(),
        url_key_version=1,
        created_by=by,
    )


def make_copy(
    source: Source,
    page: str | bytes = PAGE,
    *,
    days: int = 0,
    status: int = 200,
    declared: str = "text/html; charset=utf-8",
) -> Capture:
    """A stored capture of ``source``, ``days`` after the first."""
    body = page.encode() if isinstance(page, str) else page
    digest = hashlib.sha256(body).hexdigest()
    at = FIRST + timedelta(days=days)
    with store.scratch() as file:
        written = warc.write_resource(
            file, body, uri=source.url, media_type=declared, software="test", about={"day": days}
        )
        store.keep_file(file, written.sha256)
    derived = derive.derive_body(
        body, body_sha256=digest, declared=declared, status=status, url=source.url, final_url=source.url
    )
    with transaction.atomic():
        capture = Capture.objects.create(
            source=source,
            method=CaptureMethod.HTTP,
            state=CaptureState.STORED,
            requested_by=source.created_by,
            requested_at=at,
            closed_at=at,
            captured_at=at,
            attempts=1,
            http_status=status,
            url_requested=source.url,
            final_url=source.url,
            media_type_declared=declared,
            media_type=derived.media_type,
            body_sha256=digest,
            body_bytes=len(body),
            body_offset=written.answers[-1].offset,
            warc_sha256=written.sha256,
        )
        Artefact.objects.create(
            capture=capture,
            role=ArtefactRole.WARC,
            sha256=written.sha256,
            bytes=written.bytes,
            media_type="application/warc",
            created_at=at,
        )
        derive.write_derived(capture, derived, at=at)
    return capture


def make_rendered_copy(source: Source, dom: str, beside: tuple[Taken, ...] = (), **notes: object) -> Capture:
    """A stored browser capture of ``source``: its markup as it was composed, and what the browser handed over."""
    body = dom.encode()
    digest = hashlib.sha256(body).hexdigest()
    rendered = Rendered(source.url, Held(body), (), notes, beside)
    with store.scratch() as file:
        written = warc.write_capture(file, (), software="test", about=notes, rendered=rendered)
        store.keep_file(file, written.sha256)
    derived = derive.derive_body(body, body_sha256=digest, declared="text/html; charset=utf-8", status=200)
    with transaction.atomic():
        capture = Capture.objects.create(
            source=source,
            method=CaptureMethod.BROWSER,
            state=CaptureState.STORED,
            requested_by=source.created_by,
            requested_at=FIRST,
            closed_at=FIRST,
            captured_at=FIRST,
            attempts=1,
            http_status=200,
            url_requested=source.url,
            final_url=source.url,
            media_type_declared="text/html; charset=utf-8",
            media_type=derived.media_type,
            charset="utf-8",
            body_sha256=digest,
            body_bytes=len(body),
            body_offset=written.body.offset,
            warc_sha256=written.sha256,
        )
        derive.write_derived(capture, derived, at=FIRST)
    return capture


def taken(kind: str, url: str, data: bytes, media_type: str) -> Taken:
    """Something that a browser handed over."""
    return Taken(kind, url, media_type, Held(data), "for a test; DevTools", FIRST)


def flip_a_bit(sha256: str) -> None:
    """Change one bit of a stored file behind the archive's back."""
    path = path_of(sha256)
    path.chmod(0o640)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def path_of(sha256: str) -> Path:
    return Path(store.storage().path(store.key_of(sha256)))
