"""Waiting for the workers: the seeds ask for captures and go on when each has closed."""

import time
from collections.abc import Iterable

from seeds.runner.desk import Desk
from sources.models import Capture, CaptureState, Source

STEP_SECONDS = 0.5


class StillOpen(Exception):
    """Captures that no worker finished in time; the text says how many and what to do."""


def wait_for_captures(desk: Desk, sources: Iterable[Source], *, what: str) -> None:
    """Return when no capture of ``sources`` is open. Raises :class:`StillOpen` after the time chosen."""
    pks = [source.pk for source in sources]
    deadline = time.monotonic() + desk.choice.wait_seconds
    said = -1
    while True:
        left = Capture.objects.filter(source__in=pks, state=CaptureState.OPEN.value).count()
        if not left:
            return
        if left != said:
            desk.say(f"Waiting for {what}: {left} to go.")
            said = left
        if time.monotonic() > deadline:
            raise StillOpen(
                f"{left} captures are still open after {desk.choice.wait_seconds:.0f} seconds. Is a worker running? "
                "Run the command again: it goes on from here."
            )
        desk.pause(STEP_SECONDS)
