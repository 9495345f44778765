"""A worker's way through the queue: many threads of one process that take captures together.

A bell starts :func:`work` in one thread. Whoever finds the queue fuller than it could take rings for the next thread;
threads that want work at the same moment are served by one claim, so that under load rows are taken in small batches
and each still begins at once. Where all that waits rests for a moment (a host's gap, a retry), one thread stays to
take it when its time comes.
"""

import logging
import threading
import time
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from sources.bell import ring_for_captures
from sources.models import LeaseQueue
from sources.services import isolation, lease, running, stopping, turns
from sources.services.lease import Taken
from sources.services.steadily import steadily

logger = logging.getLogger(__name__)

LINGER_SECONDS = 5.0
"""How far ahead a thread stays for what is due soon; the sweeper rings for the rest."""

LOOK_SECONDS = 0.25
_RINGING_SECONDS = 1.0


class Crew:
    """The threads of one process that work on one queue."""

    def __init__(self, queue: str) -> None:
        self.queue = queue
        self._claiming = threading.Lock()
        self._lingering = threading.Lock()
        self._counting = threading.Lock()
        self._wanting = 0
        self._busy = 0
        self._claims = 0
        self._dry = 0
        self._basket: list[Taken] = []
        self._rang_at = 0.0

    def work(self) -> int:
        """Attempt what is due until nothing is; returns how many captures were attempted by this thread."""
        self._rang_at = 0.0
        done = 0
        while not stopping.is_stopping():
            try:
                taken = self._next()
                if taken is None and not self._linger():
                    return done
            except (DatabaseError, InterfaceError):
                logger.exception("The queue could not be read; the sweeper will ring again.")
                connection.close()
                return done
            if taken is not None:
                self._attempt(taken)
                done += 1
        return done

    def _next(self) -> Taken | None:
        """The next capture for this thread: from the last claim, or from one for all threads that wait for it."""
        with self._counting:
            self._wanting += 1
        claims_before = self._claims
        try:
            with self._claiming:
                if not self._basket and self._dry <= claims_before:
                    self._claim()
                return self._basket.pop(0) if self._basket else None
        finally:
            with self._counting:
                self._wanting -= 1

    def _claim(self) -> None:
        """Take as many as there are threads waiting. ``_dry`` is the number of the last claim that came back short:
        who has waited for it since before it began need not look again."""
        self._claims += 1
        number, wanted = self._claims, self._wanting
        alone = isolation.room()
        self._basket = lease.claim_due(owner=running.owner_name(), limit=wanted, alone=alone, queue=self.queue)
        if len(self._basket) < wanted:
            self._dry = number
        elif self._busy + wanted < settings.CAPTURE_IN_FLIGHT and time.monotonic() - self._rang_at > _RINGING_SECONDS:
            self._rang_at = time.monotonic()
            ring_for_captures(queue=self.queue)

    def _attempt(self, taken: Taken) -> None:
        with self._counting:
            self._busy += 1
        try:
            if stopping.is_stopping():
                steadily(lambda: lease.hand_back(taken))
            elif taken.is_alone:
                isolation.attempt(taken)
            else:
                running.run(taken)
        except (DatabaseError, InterfaceError):
            logger.exception("The database was away for too long; the capture's lease will run out.")
            connection.close()
        finally:
            with self._counting:
                self._busy -= 1

    def _linger(self) -> bool:
        """Stay for what is due soon, one thread of all. ``False``: there is nothing to stay for."""
        if not self._lingering.acquire(blocking=False):
            return False
        try:
            now = timezone.now()
            moment = turns.next_moment(self.queue, now)
            if moment is None or moment > now + timedelta(seconds=LINGER_SECONDS):
                return False
            stopping.wait_unless_stopping(min(max((moment - now).total_seconds(), 0.01), LOOK_SECONDS))
            return True
        finally:
            self._lingering.release()


_crews = {queue.value: Crew(queue.value) for queue in LeaseQueue}


def work(queue: str = LeaseQueue.FETCH.value) -> int:
    """Attempt what is due in ``queue``, with whatever other threads of this process do the same."""
    return _crews[queue].work()
