"""Sealing closed captures: each gets a manifest, and an entry in the log that commits to it.

Sealing comes after the capture is closed and never holds one up: what is not sealed yet is a query, a worker is rung
for it, and beat rings again. Files that are added to a sealed capture later (another text, a token) get an entry of
their own kind with a new manifest.

Whether a file is told of is asked of the order of the rows, not of clocks: sealing and adding both lock the capture
first, so that a manifest's row is younger than that of every file it lists, and older than that of any later file.
"""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from sources.archive import store
from sources.models import Artefact, ArtefactRole, Capture, CaptureState, LogEntry, LogKind, Removal, Timestamp
from sources.services.chaining import append_entry
from sources.services.history import record_event
from sources.services.manifesting import ABOUT_THE_LOG, MEDIA_TYPE, SCHEMA, manifest_of

PRODUCER = "Factcheck manifest"
RECENT = timedelta(days=1)


def unsealed(*, is_recent: bool = False) -> QuerySet[Capture]:
    """Closed captures that the log does not tell of, or not all of; ``is_recent`` looks at the last day only."""
    entries = LogEntry.objects.filter(capture=OuterRef("pk")).exclude(kind=LogKind.REMOVAL)
    files = Artefact.objects.filter(capture=OuterRef("pk")).exclude(role__in=ABOUT_THE_LOG)
    told = LogEntry.objects.filter(capture=OuterRef("capture"), manifest_id__gt=OuterRef("pk"))
    removed = Removal.objects.filter(subject_id=OuterRef("public_id"), field="", done_at__isnull=False)
    closed = Capture.objects.exclude(state=CaptureState.OPEN).exclude(Exists(removed))
    if is_recent:
        since = timezone.now() - RECENT
        late = Artefact.objects.filter(created_at__gte=since).values("capture")
        closed = closed.filter(closed_at__gte=since) | closed.filter(pk__in=late)
    return (closed.exclude(Exists(entries)) | closed.filter(Exists(files.exclude(Exists(told))))).order_by(
        F("closed_at").asc(), "pk"
    )


def seal_due(*, limit: int = 200, is_recent: bool = False) -> int:
    """Seal up to ``limit`` captures; returns how many were."""
    waiting = list(unsealed(is_recent=is_recent).select_related("source")[:limit])
    return sum(seal(capture) is not None for capture in waiting)


def seal(capture: Capture) -> LogEntry | None:
    """Write the manifest of a closed capture and its entry in the log; ``None`` where there is nothing new to tell.

    The file is kept before the rows are written. Raises ``StorageFailed``.
    """
    raw = manifest_of(capture)
    sha256 = hashlib.sha256(raw).hexdigest()
    if capture.artefacts.filter(role=ArtefactRole.MANIFEST, sha256=sha256).exists():
        return None
    store.keep_bytes(raw)
    with transaction.atomic():
        current = Capture.objects.select_for_update(of=("self",)).select_related("source").get(pk=capture.pk)
        if _is_removed(current) or manifest_of(current) != raw:
            return None
        now = timezone.now()
        artefact, is_new = Artefact.objects.get_or_create(
            capture=current,
            role=ArtefactRole.MANIFEST,
            sha256=sha256,
            defaults={
                "bytes": len(raw),
                "media_type": MEDIA_TYPE,
                "producer": PRODUCER,
                "version": str(SCHEMA),
                "created_at": now,
            },
        )
        if not is_new:
            return None
        is_first = not current.log_entries.exists()
        values = {
            "manifest_sha256": sha256,
            "url": current.url_requested,
            "body_sha256": current.body_sha256,
            "warc_sha256": current.warc_sha256,
        }
        entry = append_entry(
            kind=LogKind.CAPTURE if is_first else LogKind.ADDITION,
            subject=current.public_id,
            values={name: value for name, value in values.items() if value},
            capture=current,
            manifest=artefact,
            at=now,
        )
        Timestamp.objects.bulk_create(
            Timestamp(entry=entry, authority=authority, next_at=now, asked_at=now)
            for authority in settings.TIMESTAMP_AUTHORITIES
        )
        record_event(
            by=None, action="capture_sealed", subject=current, after={"position": entry.position, "log": entry.sha256}
        )
    return entry


def _is_removed(capture: Capture) -> bool:
    return Removal.objects.filter(subject_id=capture.public_id, field="", done_at__isnull=False).exists()
