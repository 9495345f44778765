"""The sweeper: rings for whatever is due, and closes what its workers died of."""

from django.db import transaction
from django.utils import timezone

from sources.bell import ring_for_captures
from sources.models import Capture, CaptureState
from sources.services import lease
from sources.services.capture import close_without_bytes

MOST_RINGS = 8
"""One ring wakes one thread; more than a worker has would only fill the broker."""


def sweep() -> int:
    """Close captures whose last attempt killed its worker, ring if anything is due; returns how many are due."""
    now = timezone.now()
    for pk in list(lease.worn_out(now).values_list("pk", flat=True)):
        with transaction.atomic():
            held = lease.worn_out(now).select_for_update(of=("self",)).filter(pk=pk).first()
            if held is None:
                continue
            capture = Capture.objects.select_for_update(of=("self",)).get(pk=held.capture_id)
            close_without_bytes(capture, held, state=CaptureState.FAILED, code="worker_died")
    waiting = lease.due(now).filter(attempt__lt=lease.MOST_ATTEMPTS).count()
    for _ in range(min(waiting, MOST_RINGS)):
        ring_for_captures()
    return waiting
