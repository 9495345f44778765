"""Appending to the archive's log: one entry after the other, whoever comes at the same moment.

Call it inside the transaction whose change it tells of; its lock is the last one taken, so that no two transactions
wait for each other. On PostgreSQL it is an advisory lock of the transaction, on SQLite there is one writer anyway;
two entries that name the same predecessor would break the table's own unique constraint.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import connection
from django.utils import timezone

from sources.domain.log_entries import FIRST, Entry, digest_of, dump_openings, open_parts
from sources.models import Artefact, Capture, LogEntry, LogKind

LOCK = "factcheck archive log"


def append_entry(
    *,
    kind: LogKind,
    subject: uuid.UUID,
    values: Mapping[str, str],
    capture: Capture | None = None,
    manifest: Artefact | None = None,
    at: datetime | None = None,
) -> LogEntry:
    """Append an entry about ``subject`` that commits to each of ``values``, and return it."""
    moment = at or timezone.now()
    _lock()
    last = LogEntry.objects.order_by("-position").values_list("position", "sha256").first()
    position, previous = (last[0] + 1, last[1]) if last else (1, FIRST)
    openings = open_parts(values)
    parts = {name: opening.commitment for name, opening in openings.items()}
    text = Entry(position, kind.value, str(subject), moment.isoformat(), previous, parts).text
    return LogEntry.objects.create(
        position=position,
        kind=kind,
        capture=capture,
        manifest=manifest,
        text=text,
        sha256=digest_of(text),
        previous_sha256=previous,
        openings=dump_openings(openings),
        created_at=moment,
    )


def _lock() -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])
