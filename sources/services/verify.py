"""Is everything that the archive says it keeps still there, bit for bit?

A service that returns findings; a command prints them. Each look at an artefact is a Fixity row.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from sources.archive import store
from sources.models import Artefact, ArtefactRole, Fixity, FixityOutcome, Removal
from sources.services.chain_checking import breaks_in_the_chain
from sources.services.history import record_event

CHUNK = 1 << 20
YOUNG = timedelta(hours=1)
"""A file without a row may belong to a capture that is just being closed."""

SLICE_FILES = 500
SLICE_BYTES = 4 * 2**30
LOOK_AGAIN_AFTER = timedelta(days=30)


class Trouble(StrEnum):
    """What is wrong with a file, or with the log."""

    MISSING = "missing"
    ALTERED = "altered"
    ORPHANED = "orphaned"
    UNDESTROYED = "undestroyed"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """One file, or entry of the log, that is not as it should be, with the public ids of its captures."""

    trouble: Trouble
    sha256: str
    sentence: str
    captures: tuple[str, ...] = ()


def verify_archive() -> Iterator[Finding]:
    """Recompute every digest, write a Fixity row for every artefact, and give what is wrong as it is found."""
    removed = set(_removed_ids())
    known: set[str] = set()
    rows = Artefact.objects.select_related("capture").order_by("sha256", "pk")
    group: list[Artefact] = []
    for artefact in rows.iterator(chunk_size=500):
        if group and group[0].sha256 != artefact.sha256:
            known.add(group[0].sha256)
            yield from _look_at(group, removed)
            group = []
        group.append(artefact)
    if group:
        known.add(group[0].sha256)
        yield from _look_at(group, removed)
    yield from _orphans(known, timezone.now())
    for broken in breaks_in_the_chain():
        yield Finding(Trouble.BROKEN, broken.sha256, broken.sentence, broken.captures)


def verify_slice(*, most_files: int = SLICE_FILES, most_bytes: int = SLICE_BYTES) -> list[Finding]:
    """Look at the files that were looked at longest ago, never looked at first; returns what is wrong.

    What was looked at within a month is left in peace. A file that is found missing or altered for the first time is
    an Event on its capture.
    """
    last = Fixity.objects.filter(artefact=OuterRef("pk")).order_by("-checked_at", "-pk").values("checked_at")[:1]
    waiting = (
        Artefact.objects.annotate(last_checked_at=Subquery(last))
        .filter(Q(last_checked_at=None) | Q(last_checked_at__lt=timezone.now() - LOOK_AGAIN_AFTER))
        .exclude(capture__public_id__in=_removed_ids())
        .select_related("capture")
        .order_by(F("last_checked_at").asc(nulls_first=True), "pk")
    )
    findings: list[Finding] = []
    looked_at = 0
    for artefact in waiting[:most_files]:
        if looked_at and looked_at + artefact.bytes > most_bytes:
            break
        looked_at += artefact.bytes
        found = list(_look_at([artefact], set()))
        findings += found
        if found:
            _tell(artefact, found[0])
    return findings


def _tell(artefact: Artefact, finding: Finding) -> None:
    earlier = Fixity.objects.filter(artefact=artefact).order_by("-checked_at", "-pk")[1:2]
    if any(row.outcome != FixityOutcome.INTACT for row in earlier):
        return
    after = {"sha256": artefact.sha256, "role": artefact.role}
    record_event(by=None, action=f"file_{finding.trouble.value}", subject=artefact.capture, after=after)


def look_at(artefact: Artefact) -> Fixity:
    """Recompute one artefact's digest and write down what was found."""
    found, outcome = _digest_of(artefact.sha256)
    return _record([artefact], outcome, found)[0]


def _removed_ids() -> Iterator[str]:
    rows = Removal.objects.filter(subject_kind="capture", field="", done_at__isnull=False)
    return (str(public_id) for public_id in rows.values_list("subject_id", flat=True))


def _look_at(group: list[Artefact], removed: set[str]) -> Iterator[Finding]:
    """All artefacts of one file: the same bytes may belong to several captures."""
    sha256 = group[0].sha256
    kept = [
        artefact
        for artefact in group
        if artefact.role == ArtefactRole.TIMESTAMP or str(artefact.capture.public_id) not in removed
    ]
    captures = tuple(sorted({str(artefact.capture.public_id) for artefact in kept or group}))
    if not kept:
        if store.exists(sha256):
            sentence = "This file belongs to a removed capture only, and is still there."
            yield Finding(Trouble.UNDESTROYED, sha256, sentence, captures)
        return
    found, outcome = _digest_of(sha256)
    _record(kept, outcome, found)
    roles = ", ".join(sorted({artefact.get_role_display() for artefact in kept}))
    if outcome == FixityOutcome.MISSING:
        yield Finding(Trouble.MISSING, sha256, f"The file ({roles}) is missing.", captures)
    elif outcome == FixityOutcome.ALTERED:
        yield Finding(Trouble.ALTERED, sha256, f"The file ({roles}) now has the digest {found}.", captures)


def _digest_of(sha256: str) -> tuple[str, FixityOutcome]:
    digest = hashlib.sha256()
    try:
        with store.open_file(sha256) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return "", FixityOutcome.MISSING
    found = digest.hexdigest()
    return found, FixityOutcome.INTACT if found == sha256 else FixityOutcome.ALTERED


def _record(artefacts: list[Artefact], outcome: FixityOutcome, found: str) -> list[Fixity]:
    now = timezone.now()
    return Fixity.objects.bulk_create(
        Fixity(artefact=artefact, outcome=outcome, found_sha256=found, checked_at=now) for artefact in artefacts
    )


def _orphans(known: set[str], now: datetime) -> Iterator[Finding]:
    place = store.storage()
    for name in store.all_digests():
        if name in known:
            continue
        try:
            is_young = now - place.get_modified_time(store.key_of(name)) < YOUNG
        except FileNotFoundError:
            continue
        if not is_young:
            yield Finding(Trouble.ORPHANED, name, "No capture knows this file.")
