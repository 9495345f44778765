"""Is the archive's log still the chain that was written, and is everything in it that belongs there?

Each entry's digest is recomputed, its predecessor compared, its openings tried against what it commits to, and each
token of an authority compared with the entry it was given for. What was destroyed on purpose is no finding.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sources.archive import store, timestamps
from sources.domain.log_entries import FIRST, EntryError, digest_of, false_parts, load_openings, read_entry
from sources.models import LogEntry, Removal, Timestamp, TimestampState


@dataclass(frozen=True)
class Break:
    """One place at which the log is not as it was written. ``captures`` are public ids."""

    position: int
    sha256: str
    sentence: str
    captures: tuple[str, ...] = ()


def breaks_in_the_chain() -> Iterator[Break]:
    """Walk the whole log from its beginning and give what is wrong as it is found."""
    expected, previous = 1, FIRST
    rows = LogEntry.objects.select_related("capture", "manifest").order_by("position")
    for row in rows.iterator(chunk_size=500):
        if row.position != expected:
            yield _break(row, f"Entries are missing before it: it should have the number {expected}.")
        elif row.previous_sha256 != previous:
            yield _break(row, "It does not follow from the entry before it.")
        for sentence in _faults(row):
            yield _break(row, sentence)
        expected, previous = row.position + 1, row.sha256
    yield from _false_tokens()


def _faults(row: LogEntry) -> Iterator[str]:
    if digest_of(row.text) != row.sha256:
        yield "Its text does not have its digest."
        return
    try:
        entry, openings = read_entry(row.text), load_openings(row.openings)
    except EntryError as error:
        yield f"It cannot be read: {error}."
        return
    if (entry.position, entry.previous, entry.kind) != (row.position, row.previous_sha256, row.kind):
        yield "Its row says something else than its text."
    if row.capture is not None and entry.subject != str(row.capture.public_id):
        yield "It belongs to another capture."
    if not openings and _was_destroyed(row):
        return
    wrong = false_parts(entry, openings)
    if wrong:
        yield f"It does not commit to what is kept beside it ({', '.join(wrong)})."
    elif row.manifest is not None and openings["manifest_sha256"].value != row.manifest.sha256:
        yield "Its manifest is another one than it commits to."


def _was_destroyed(row: LogEntry) -> bool:
    return Removal.objects.filter(subject_id=row.public_id, field="", done_at__isnull=False).exists()


def _false_tokens() -> Iterator[Break]:
    stamped = Timestamp.objects.filter(state=TimestampState.DONE).select_related("entry__capture", "token")
    for row in stamped.order_by("pk").iterator(chunk_size=500):
        if row.token is None:
            continue
        try:
            reply = store.read(row.token.sha256)
        except FileNotFoundError:
            continue
        if timestamps.imprint_of(reply) != row.entry.sha256:
            yield _break(row.entry, f"The token of {row.authority} is for something else.")


def _break(row: LogEntry, sentence: str) -> Break:
    captures = (str(row.capture.public_id),) if row.capture is not None else ()
    return Break(row.position, row.sha256, f"Entry {row.position} of the log: {sentence}", captures)
