"""Collecting files that no row points at: what a worker stored and then died before it could write it down.

Nothing cited is ever collected. A file has to be old (``GRACE``), and storing the same bytes again makes it young, so
that a store under way is never caught: the file is first moved aside in one step, then looked at once more (its age,
and the rows), and put back if it has become young or a row has come meanwhile. Local folders only: object storage has
no such step, and there the files are listed by ``verify_archive`` and left.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import models
from django.utils import timezone

from sources.archive import aside
from sources.models import Artefact, Capture, Derivation, Passage

GRACE = timedelta(days=1)
"""Longer than any attempt, its retries and a database that is away."""

BATCH = 500


def collect(*, grace: timedelta = GRACE, limit: int = 10_000) -> int:
    """Delete old files that no row points at, and scratch files that nobody finished; returns how many files."""
    before = (timezone.now() - grace).timestamp()
    collected = aside.sweep_scratch(before) + _settle_moved_aside(before)
    batch: list[str] = []
    for sha256 in aside.digests_older_than(before):
        batch.append(sha256)
        if len(batch) == BATCH:
            collected += _collect(batch, before)
            batch = []
        if collected >= limit:
            return collected
    return collected + _collect(batch, before)


def _collect(digests: list[str], before: float) -> int:
    wanted = pointed_at(digests)
    collected = 0
    for sha256 in digests:
        if sha256 not in wanted and aside.move_aside(sha256):
            collected += _destroy_or_put_back(sha256, before)
    return collected


def _destroy_or_put_back(sha256: str, before: float) -> int:
    """The second look, at a file that no store can find any more: nobody can begin to rely on it now."""
    if aside.is_older(sha256, before) and not pointed_at([sha256]):
        aside.destroy(sha256)
        return 1
    aside.put_back(sha256)
    return 0


def _settle_moved_aside(before: float) -> int:
    """What a collector left that died between its two looks."""
    return sum(_destroy_or_put_back(sha256, before) for sha256 in aside.moved_aside())


def pointed_at(digests: Iterable[str]) -> set[str]:
    """Those of ``digests`` that any row names, in whatever table."""
    asked = list(digests)
    found: set[str] = set()
    for look in _LOOKS:
        found |= look(asked)
    return found


def _column(model: type[models.Model], name: str) -> Callable[[list[str]], set[str]]:
    def look(digests: list[str]) -> set[str]:
        rows = model._default_manager.filter(**{f"{name}__in": digests})
        return set(rows.values_list(name, flat=True))

    return look


_LOOKS = (
    _column(Artefact, "sha256"),
    _column(Capture, "warc_sha256"),
    _column(Derivation, "output_sha256"),
    _column(Passage, "text_sha256"),
)
