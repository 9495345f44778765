"""The sweeper: rings for whatever is due, and closes what its workers died of."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from sources.archive import store
from sources.bell import ring_for_captures
from sources.models import Capture, CaptureState, LeaseQueue
from sources.services import lease, picking, turns
from sources.services.capture import close_without_bytes

SCRATCH_SECONDS = 24 * 3600.0
"""No fetch takes a day: an older scratch file is what a killed worker left."""

MOST_RINGS = 4
"""One ring wakes one thread, which rings for the next; more would only fill the broker."""


def sweep() -> int:
    """Close captures whose last attempt killed its worker, free what others died with, ring for what can be taken.

    Returns how many can be.
    """
    now = timezone.now()
    for pk in list(lease.worn_out(now).values_list("pk", flat=True)):
        _close_worn_out(pk, now)
    with transaction.atomic():
        lease.give_back_what_ran_out(now)
    turns.forget_rests(now)
    store.clear_scratch(older_than_seconds=SCRATCH_SECONDS)
    waiting = 0
    for queue in LeaseQueue.values:
        there = picking.count(timezone.now(), queue)
        for _ in range(min(there, MOST_RINGS)):
            ring_for_captures(queue=queue)
        waiting += there
    return waiting


def _close_worn_out(pk: int, now: datetime) -> None:
    with transaction.atomic():
        held = lease.worn_out(now).select_for_update(of=("self",)).filter(pk=pk).first()
        if held is None:
            return
        capture = Capture.objects.select_for_update(of=("self",)).get(pk=held.capture_id)
        close_without_bytes(capture, held, state=CaptureState.FAILED, code="worker_died")
