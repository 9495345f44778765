"""The queue in the database: taking open captures, keeping them, handing them back.

Captures are taken by one conditional UPDATE that adds one to the fence of each lease. Every later write of the worker
names that fence; zero rows changed means that the capture is somebody else's now, and the work is dropped. People go
before schedules, one after the other in turn, and one host is asked one thing at a time.

What is taken is begun at once, so taking counts the attempt. A lease that ran out is given back counted and marked to
be attempted alone, and so is every last attempt: whoever kills workers kills no neighbours with them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from sources.models import Capture, Lease, LeaseQueue
from sources.services import turns

MOST_ATTEMPTS = 3
MOST_LOOKS = 6
"""How often one claim looks again for hosts that nobody else is about to ask."""


@dataclass(frozen=True)
class Taken:
    """A capture that is ours as long as its lease carries ``fence``; ``is_alone``: attempt nothing else beside it."""

    capture_pk: int
    lease_pk: int
    fence: int
    attempt: int
    owner: str
    queue: str = LeaseQueue.FETCH.value
    is_alone: bool = False


def put_in_queue(
    *, capture: Capture, host: str, priority: int, at: datetime, queue: str = LeaseQueue.FETCH.value
) -> Lease:
    """Make the queue's row of an open capture."""
    turn = turns.next_turn(asked_by=capture.requested_by_id, priority=priority)
    return Lease.objects.create(
        capture=capture,
        host=host,
        priority=priority,
        next_at=at,
        queue=queue,
        turn=turn,
        asked_by_id=capture.requested_by_id,
    )


def due(now: datetime, queue: str = "") -> QuerySet[Lease]:
    """Leases whose time has come and that nobody holds (or no longer), the next in turn first."""
    free = Q(owner="") | Q(until__lt=now)
    found = Lease.objects.filter(free, next_at__lte=now, attempt__lt=MOST_ATTEMPTS)
    return (found.filter(queue=queue) if queue else found).order_by("priority", "turn", "pk")


def claim_due(
    *, owner: str, limit: int, alone: int | None = None, queue: str = LeaseQueue.FETCH.value
) -> list[Taken]:
    """Take up to ``limit`` captures that may be attempted now, the next in turn first.

    At most ``alone`` of them are to be attempted alone; None: as many as come.
    """
    now = timezone.now()
    if limit < 1:
        return []
    seen = list(_pick(now, queue, alone, (), most=2 * limit))
    if not seen and not _ran_out(now).exists():
        return []
    taken: list[Taken] = []
    passed: set[str] = set()
    with transaction.atomic():
        if not seen:
            give_back_what_ran_out(now)
        for turn in range(MOST_LOOKS):
            left = None if alone is None else alone - sum(each.is_alone for each in taken)
            rows = seen if turn == 0 and seen and not _locks_rows() else _pick_locked(now, queue, left, passed, limit)
            chosen = _hold_hosts(_one_a_host(rows, left)[: limit - len(taken)])
            taken += _take(chosen, owner, now)
            passed |= {row.host for row in rows if row.host}
            if len(taken) >= limit or not rows:
                break
    return taken


def takeable(now: datetime, queue: str, alone: int | None = None, passed: Iterable[str] = ()) -> QuerySet[Lease]:
    """What can be taken now, the next in turn first: its time has come, nobody has it, its host is free."""
    found = Lease.objects.filter(queue=queue, owner="", next_at__lte=now, attempt__lt=MOST_ATTEMPTS)
    if alone is not None and alone < 1:
        found = found.filter(is_alone=False, attempt__lt=MOST_ATTEMPTS - 1)
    return found.exclude(turns.busy_hosts(passed)).order_by("priority", "turn", "pk")


def _pick(now: datetime, queue: str, alone: int | None, passed: Iterable[str], *, most: int) -> QuerySet[Lease]:
    return takeable(now, queue, alone, passed).only("pk", "host", "attempt", "is_alone")[:most]


def _pick_locked(now: datetime, queue: str, alone: int | None, passed: set[str], limit: int) -> list[Lease]:
    """Rows to choose from. Where the database can, those that another worker is about to take are passed over."""
    found = takeable(now, queue, alone, passed).only("pk", "host", "attempt", "is_alone")
    if _locks_rows():
        found = found.select_for_update(skip_locked=True, of=("self",))
    return list(found[: 2 * limit])


def _locks_rows() -> bool:
    return bool(connection.features.has_select_for_update_skip_locked)


def _one_a_host(rows: Iterable[Lease], alone: int | None) -> list[Lease]:
    chosen: list[Lease] = []
    hosts: set[str] = set()
    for row in rows:
        if row.host in hosts:
            continue
        if is_to_be_alone(row):
            if alone is not None and alone < 1:
                continue
            alone = None if alone is None else alone - 1
        chosen.append(row)
        hosts |= {row.host} - {""}
    return chosen


def is_to_be_alone(lease: Lease) -> bool:
    """Whether the next attempt is made where it takes nothing else with it."""
    return lease.is_alone or lease.attempt >= MOST_ATTEMPTS - 1


def _hold_hosts(rows: list[Lease]) -> list[Lease]:
    """Keep other claiming transactions off these hosts until ours ends; SQLite has one writer at a time anyway."""
    if connection.vendor != "postgresql" or not rows:
        return rows
    with connection.cursor() as cursor:
        query = "SELECT h FROM unnest(%s::text[]) h WHERE pg_try_advisory_xact_lock(hashtext('capture host ' || h))"
        cursor.execute(query, [[row.host for row in rows]])
        free = {host for (host,) in cursor.fetchall()} | {""}
    return [row for row in rows if row.host in free]


def _take(rows: Sequence[Lease], owner: str, now: datetime) -> list[Taken]:
    """The conditional UPDATE. Of two workers on one row exactly one changes it.

    Whether a host is asked for something already is looked at here once more: another claim may have ended since the
    rows were picked. The index of the constraint ``lease_one_a_host`` would refuse the second one.
    """
    if not rows:
        return []
    pks = [row.pk for row in rows]
    until = timezone.now() + timedelta(seconds=settings.CAPTURE_LEASE_SECONDS)
    free = Lease.objects.filter(pk__in=pks, owner="", next_at__lte=now, attempt__lt=MOST_ATTEMPTS)
    changed = free.exclude(turns.busy_hosts()).update(
        owner=owner, until=until, fence=F("fence") + 1, attempt=F("attempt") + 1, stage="taken"
    )
    if not changed:
        return []
    held = Lease.objects.filter(pk__in=pks, owner=owner, until=until)
    mine = {row[1]: row for row in held.values_list("capture_id", "pk", "fence", "attempt", "queue", "is_alone")}
    return [
        Taken(capture_pk, pk, fence, attempt, owner, queue, is_alone or attempt >= MOST_ATTEMPTS)
        for capture_pk, pk, fence, attempt, queue, is_alone in (mine[pk] for pk in pks if pk in mine)
    ]


def extend(taken: Taken, *, stage: str) -> bool:
    """A sign of life; ``False`` if the capture is not ours any more."""
    until = timezone.now() + timedelta(seconds=settings.CAPTURE_LEASE_SECONDS)
    return _mine(taken).update(until=until, stage=stage) == 1


def extend_all(everything: Sequence[Taken]) -> set[Taken]:
    """A sign of life for all that one owner holds; returns those that are not theirs any more."""
    until = timezone.now() + timedelta(seconds=settings.CAPTURE_LEASE_SECONDS)
    held = Lease.objects.filter(
        pk__in=[each.lease_pk for each in everything], owner__in={e.owner for e in everything}
    )
    held.update(until=until)
    still = set(held.values_list("pk", "fence", "owner"))
    return {each for each in everything if (each.lease_pk, each.fence, each.owner) not in still}


def hand_back(taken: Taken) -> bool:
    """Give a capture back uncounted, as a worker does that is told to stop."""
    return _mine(taken).update(owner="", until=None, attempt=F("attempt") - 1, stage="", next_at=timezone.now()) == 1


def postpone(taken: Taken, *, code: str, sentence: str, seconds: float) -> bool:
    """Give a capture back to be tried again, not before ``seconds`` have passed, with why."""
    next_at = timezone.now() + timedelta(seconds=seconds)
    given = {"owner": "", "until": None, "stage": "waiting", "next_at": next_at}
    return _mine(taken).update(**given, last_code=code, last_sentence=sentence) == 1


def wake(lease: Lease) -> bool:
    """A person does not wait: the next attempt may begin now, before any schedule, even where the host rests."""
    now = timezone.now()
    waits = Lease.objects.filter(pk=lease.pk, owner="").filter(Q(next_at__gt=now) | Q(priority__gt=0))
    woken = waits.update(next_at=now, priority=0, turn=turns.served_now(0)) == 1
    turns.end_rest(lease.host)
    return woken


def ran_out_now(taken: Taken) -> bool:
    """Whoever held this died with it: from now on it counts as run out."""
    return _mine(taken).update(until=timezone.now() - timedelta(seconds=1)) == 1


def give_back_what_ran_out(now: datetime) -> int:
    """Free what the holder died with, counted, for an attempt alone; the last attempt is left for the sweeper."""
    found = _ran_out(now).order_by("pk")
    if _locks_rows():
        found = found.select_for_update(skip_locked=True, of=("self",))
    pks = list(found.values_list("pk", flat=True))
    if not pks:
        return 0
    given = {"owner": "", "until": None, "stage": "waiting", "next_at": now, "is_alone": True}
    sentence = "The program that fetched it died meanwhile."
    dead = _ran_out(now).filter(pk__in=pks)
    return dead.update(**given, last_code="worker_died", last_sentence=sentence)


def _ran_out(now: datetime) -> QuerySet[Lease]:
    return Lease.objects.exclude(owner="").filter(until__lt=now, attempt__lt=MOST_ATTEMPTS)


def worn_out(now: datetime) -> QuerySet[Lease]:
    """Leases that ran out on their last attempt: whoever held them died with it."""
    return Lease.objects.filter(attempt__gte=MOST_ATTEMPTS, until__lt=now).exclude(owner="")


def lock_mine(taken: Taken) -> Lease | None:
    """The lease, locked until the transaction ends, if it is still ours."""
    return _mine(taken).select_for_update(of=("self",)).first()


def _mine(taken: Taken) -> QuerySet[Lease]:
    return Lease.objects.filter(pk=taken.lease_pk, fence=taken.fence, owner=taken.owner)
