"""Whose turn it is, and which hosts are left alone meanwhile.

Turns are numbers given out when a capture is asked for: each person's captures get one number after the other, and a
person who comes anew begins with the number that is being served. Taking the lowest first is therefore one capture a
person in turn (start-time fair queuing, Goyal et al. 1996), found by an index and not by counting.
"""

from datetime import datetime, timedelta

from django.db.models import Max, Min
from django.utils import timezone

from sources.models import HostRest, Lease


def next_turn(*, asked_by: int, priority: int) -> int:
    """The turn of one more capture for this person: after their own last one, and not before what is served now."""
    last = Lease.objects.filter(asked_by=asked_by, priority=priority).aggregate(turn=Max("turn"))["turn"]
    return max(served_now(priority), 0 if last is None else last + 1)


def served_now(priority: int) -> int:
    """The turn that is being served: the highest in work, or else the lowest that waits."""
    line = Lease.objects.filter(priority=priority)
    held = line.exclude(owner="").aggregate(turn=Max("turn"))["turn"]
    if held is not None:
        return int(held)
    return int(line.aggregate(turn=Min("turn"))["turn"] or 0)


def rest_host(host: str, seconds: float) -> None:
    """Leave ``host`` alone for so long from now; a longer rest that it has already stays."""
    if not host or seconds <= 0:
        return
    until = timezone.now() + timedelta(seconds=seconds)
    if HostRest.objects.filter(host=host, until__lt=until).update(until=until) == 0:
        HostRest.objects.bulk_create([HostRest(host=host, until=until)], ignore_conflicts=True)


def end_rest(host: str) -> None:
    """A person does not wait for a host's rest."""
    HostRest.objects.filter(host=host).delete()


def forget_rests(now: datetime) -> None:
    """Rests that are over say nothing any more."""
    HostRest.objects.filter(until__lt=now).delete()


def next_moment(queue: str, now: datetime) -> datetime | None:
    """When something in the queue can be taken that cannot be taken now; None if nothing waits for the clock."""
    waiting = Lease.objects.filter(queue=queue, owner="")
    later = waiting.filter(next_at__gt=now).aggregate(at=Min("next_at"))["at"]
    rested = HostRest.objects.filter(until__gt=now, host__in=waiting.filter(next_at__lte=now).values("host"))
    moments = [moment for moment in (later, rested.aggregate(at=Min("until"))["at"]) if moment is not None]
    return min(moments, default=None)
