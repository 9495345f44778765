"""Is everything that the archive says it keeps still there, bit for bit?

A service that returns findings; a command prints them. Each look at an artefact is a Fixity row.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from sources.archive import store
from sources.models import Artefact, Fixity, FixityOutcome, Removal

CHUNK = 1 << 20
YOUNG = timedelta(hours=1)
"""A file without a row may belong to a capture that is just being closed."""


class Trouble(StrEnum):
    """What is wrong with a file."""

    MISSING = "missing"
    ALTERED = "altered"
    ORPHANED = "orphaned"
    UNDESTROYED = "undestroyed"


@dataclass(frozen=True)
class Finding:
    """One file that is not as it should be. ``captures`` are the public ids of the captures it belongs to."""

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
    kept = [artefact for artefact in group if str(artefact.capture.public_id) not in removed]
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
