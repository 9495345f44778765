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
from sources.services.closing import write_together
from sources.services.picking import Row, Waiting, pick, take
from sources.services.statements import insert

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
    row = Lease(capture=capture, host=host, priority=priority, next_at=at, queue=queue, turn=turn)
    row.asked_by_id = capture.requested_by_id
    return insert(row)


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
    seen: list[Waiting] = []
    if not _locks_rows():
        seen = _pick(now, queue, alone, (), limit)
        if not seen and not _ran_out(now).exists():
            return []
    taken: list[Taken] = []

    def claim() -> bool:
        taken[:] = _claim(seen, owner=owner, limit=limit, alone=alone, queue=queue, now=now)
        return True

    if _locks_rows():
        with transaction.atomic():
            claim()
    else:
        write_together(claim)
    return taken


def _claim(
    seen: list[Waiting], *, owner: str, limit: int, alone: int | None, queue: str, now: datetime
) -> list[Taken]:
    """Claim inside a transaction; ``seen`` is what was seen before it, where nothing can be locked."""
    taken: list[Taken] = []
    passed: set[str] = set()
    has_given_back = False
    for _ in range(MOST_LOOKS):
        left = None if alone is None else alone - sum(each.is_alone for each in taken)
        rows, seen = seen or _pick(now, queue, left, passed, limit, is_locking=_locks_rows()), []
        if not rows and not taken and not has_given_back:
            has_given_back = True
            if give_back_what_ran_out(now):
                continue
        chosen = _hold_hosts(_one_a_host(rows, left)[: limit - len(taken)])
        taken += _take(chosen, owner, now)
        passed |= {row.host for row in rows if row.host}
        if len(taken) >= limit or not rows:
            break
    return taken


def _pick(
    now: datetime, queue: str, alone: int | None, passed: Iterable[str], limit: int, *, is_locking: bool = False
) -> list[Waiting]:
    """Rows to choose from: twice as many as are wanted, since some may be of one host."""
    is_alone_too = alone is None or alone > 0
    return pick(now, queue, most=2 * limit, passed=passed, is_alone_too=is_alone_too, is_locking=is_locking)


def _locks_rows() -> bool:
    return bool(connection.features.has_select_for_update_skip_locked)


def _one_a_host(rows: Iterable[Waiting], alone: int | None) -> list[Waiting]:
    chosen: list[Waiting] = []
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


def is_to_be_alone(lease: Lease | Waiting) -> bool:
    """Whether the next attempt is made where it takes nothing else with it."""
    return lease.is_alone or lease.attempt >= MOST_ATTEMPTS - 1


def _hold_hosts(rows: list[Waiting]) -> list[Waiting]:
    """Keep other claiming transactions off these hosts until ours ends; SQLite has one writer at a time anyway."""
    if connection.vendor != "postgresql" or not rows:
        return rows
    with connection.cursor() as cursor:
        query = "SELECT h FROM unnest(%s::text[]) h WHERE pg_try_advisory_xact_lock(hashtext('capture host ' || h))"
        cursor.execute(query, [[row.host for row in rows]])
        free = {host for (host,) in cursor.fetchall()} | {""}
    return [row for row in rows if row.host in free]


def _take(rows: Sequence[Waiting | Lease], owner: str, now: datetime) -> list[Taken]:
    """Take what is still free of ``rows``, in their order. The index of the constraint ``lease_one_a_host`` would
    refuse a second one of a host."""
    if not rows:
        return []
    pks = [row.pk for row in rows]
    until = timezone.now() + timedelta(seconds=settings.CAPTURE_LEASE_SECONDS)
    mine = {row.pk: row for row in take(pks, owner=owner, now=now, until=until)}
    return [_taken(mine[pk], owner) for pk in pks if pk in mine]


def _taken(row: Row, owner: str) -> Taken:
    is_alone = bool(row.is_alone) or row.attempt >= MOST_ATTEMPTS
    return Taken(row.capture_pk, row.pk, row.fence, row.attempt, owner, row.queue, is_alone)


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


def end(taken: Taken) -> bool:
    """Take the lease out of the queue, since its capture is closed in this transaction; ``False`` if it is not ours.

    Who deletes the row has locked it, so that nobody takes the capture over before the transaction ends.
    """
    with connection.cursor() as cursor:
        text = "DELETE FROM sources_lease WHERE id = %s AND fence = %s AND owner = %s"
        cursor.execute(text, [taken.lease_pk, taken.fence, taken.owner])
        return bool(cursor.rowcount == 1)


def _mine(taken: Taken) -> QuerySet[Lease]:
    return Lease.objects.filter(pk=taken.lease_pk, fence=taken.fence, owner=taken.owner)
