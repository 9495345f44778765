"""The queue in the database: taking an open capture, keeping it, handing it back.

A capture is taken by one conditional UPDATE that adds one to the fence of its lease. Every later write of the worker
names that fence; zero rows changed means that the capture is somebody else's now, and the work is dropped. People go
before schedules, one after the other in turn, and one host is asked one thing at a time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from sources.models import Capture, Lease

MOST_ATTEMPTS = 3
LOOK_AHEAD = 200
"""How many due rows are looked at to fill one batch."""


@dataclass(frozen=True)
class Taken:
    """A capture that is ours as long as its lease still carries ``fence``."""

    capture_pk: int
    lease_pk: int
    fence: int
    attempt: int
    owner: str


def put_in_queue(*, capture: Capture, host: str, priority: int, at: datetime) -> Lease:
    """Make the queue's row of an open capture."""
    return Lease.objects.create(capture=capture, host=host, priority=priority, next_at=at)


def due(now: datetime) -> QuerySet[Lease]:
    """Leases whose time has come and that nobody holds, the most urgent first."""
    free = Q(owner="") | Q(until__lt=now)
    return Lease.objects.filter(free, next_at__lte=now).order_by("priority", "next_at", "pk")


def claim_due(*, owner: str, limit: int) -> list[Taken]:
    """Take up to ``limit`` captures that may be attempted now."""
    now = timezone.now()
    taken: list[Taken] = []
    with transaction.atomic():
        rows = due(now).filter(attempt__lt=MOST_ATTEMPTS).select_related("capture")
        busy = set(Lease.objects.filter(until__gte=now).exclude(owner="").values_list("host", flat=True))
        for lease in _in_turn(rows[:LOOK_AHEAD]):
            if len(taken) == limit:
                break
            if lease.host in busy or not _hold_host(lease.host):
                continue
            mine = _take(lease, owner, now)
            if mine is not None:
                taken.append(mine)
                busy.add(lease.host)
    return taken


def _take(lease: Lease, owner: str, now: datetime) -> Taken | None:
    """The conditional UPDATE. Of two workers on one row exactly one changes it.

    Where the database can, a row that another worker is about to take is passed over and not waited for.
    """
    free = Q(owner="") | Q(until__lt=now)
    if connection.features.has_select_for_update_skip_locked:
        row = Lease.objects.filter(pk=lease.pk).select_for_update(skip_locked=True, of=("self",))
        if row.first() is None:
            return None
    changed = Lease.objects.filter(free, pk=lease.pk, fence=lease.fence, next_at__lte=now).update(
        owner=owner,
        until=now + timedelta(seconds=settings.CAPTURE_LEASE_SECONDS),
        fence=F("fence") + 1,
        attempt=F("attempt") + 1,
        stage="taken",
    )
    if changed != 1:
        return None
    return Taken(lease.capture_id, lease.pk, lease.fence + 1, lease.attempt + 1, owner)


def extend(taken: Taken, *, stage: str) -> bool:
    """A sign of life; ``False`` if the capture is not ours any more."""
    until = timezone.now() + timedelta(seconds=settings.CAPTURE_LEASE_SECONDS)
    return _mine(taken).update(until=until, stage=stage) == 1


def hand_back(taken: Taken) -> bool:
    """Give a capture back uncounted, as a worker does that is told to stop."""
    return _mine(taken).update(owner="", until=None, attempt=F("attempt") - 1, stage="", next_at=timezone.now()) == 1


def postpone(taken: Taken, *, code: str, sentence: str, seconds: float) -> bool:
    """Give a capture back to be tried again, not before ``seconds`` have passed, with why."""
    return (
        _mine(taken).update(
            owner="",
            until=None,
            stage="waiting",
            next_at=timezone.now() + timedelta(seconds=seconds),
            last_code=code,
            last_sentence=sentence,
        )
        == 1
    )


def space_out(host: str, seconds: float) -> bool:
    """Let ``host`` rest: what waits for it waits until ``seconds`` from now. ``True`` if anything does."""
    earliest = timezone.now() + timedelta(seconds=seconds)
    waiting = Lease.objects.filter(host=host, owner="")
    waiting.filter(next_at__lt=earliest).update(next_at=earliest)
    return waiting.exists()


def lock_mine(taken: Taken) -> Lease | None:
    """The lease, locked until the transaction ends, if it is still ours."""
    return _mine(taken).select_for_update(of=("self",)).first()


def worn_out(now: datetime) -> QuerySet[Lease]:
    """Leases that ran out on their last attempt: whoever held them died with it."""
    return Lease.objects.filter(attempt__gte=MOST_ATTEMPTS, until__lt=now).exclude(owner="")


def _mine(taken: Taken) -> QuerySet[Lease]:
    return Lease.objects.filter(pk=taken.lease_pk, fence=taken.fence, owner=taken.owner)


def _hold_host(host: str) -> bool:
    """Keep other claiming transactions off this host until ours ends; SQLite has one writer at a time anyway."""
    if connection.vendor != "postgresql" or not host:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [f"capture host {host}"])
        row = cursor.fetchone()
    if row is None or not row[0]:
        return False
    return not Lease.objects.filter(host=host, until__gte=timezone.now()).exclude(owner="").exists()


def _in_turn(leases: Iterable[Lease]) -> Iterator[Lease]:
    """People one after the other, within a priority; each person's captures in their own order."""
    by_priority: dict[int, dict[int, list[Lease]]] = {}
    for lease in leases:
        queue = by_priority.setdefault(lease.priority, {})
        queue.setdefault(lease.capture.requested_by_id, []).append(lease)
    for priority in sorted(by_priority):
        for round_ in zip_longest(*by_priority[priority].values()):
            yield from (lease for lease in round_ if lease is not None)
