"""The heartbeat of a worker process: one thread that keeps every lease of the process alive.

It beats three times within a lease's length, in one UPDATE whatever the number of captures in work, and writes down
stages that last long enough to be seen. A capture that is not ours any more is told so, and its work is dropped.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from sources.services import lease
from sources.services.lease import Taken

logger = logging.getLogger(__name__)

SEEN_AFTER_SECONDS = 1.0
"""A stage that is over sooner is written nowhere: nobody could read it."""


class Beat:
    """One capture in work: its stage, and whether it was lost to somebody else."""

    def __init__(self, taken: Taken, stage: str) -> None:
        self.taken, self.stage = taken, stage
        self.told = ""
        self.since = time.monotonic()
        self._lost = threading.Event()

    def goes_on_to(self, stage: str) -> None:
        """The capture is in its next stage."""
        self.stage, self.since = stage, time.monotonic()

    def is_lost(self) -> bool:
        """Whether the capture was taken from us, cancelled, or closed by somebody else."""
        return self._lost.is_set()

    def lose(self) -> None:
        self._lost.set()

    def is_to_be_told(self) -> bool:
        return self.stage != self.told and time.monotonic() - self.since >= SEEN_AFTER_SECONDS


class Heart:
    """The beating thread of one process; it ends by itself a while after the last capture."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._beats: set[Beat] = set()
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def keeps(self, taken: Taken, *, stage: str = "") -> Iterator[Beat]:
        """Keep a capture's lease alive for as long as the block runs; without a ``stage`` none is written down."""
        beat = Beat(taken, stage)
        with self._lock:
            self._beats.add(beat)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
                self._thread.start()
        try:
            yield beat
        finally:
            with self._lock:
                self._beats.discard(beat)

    def _run(self) -> None:
        turn = min(SEEN_AFTER_SECONDS, settings.CAPTURE_LEASE_SECONDS / 3)
        last = time.monotonic()
        try:
            while True:
                time.sleep(turn / 2)
                with self._lock:
                    beats = list(self._beats)
                    if not beats:
                        self._thread = None
                        return
                is_due = time.monotonic() - last >= settings.CAPTURE_LEASE_SECONDS / 3
                try:
                    _tell_stages(beats)
                    if is_due:
                        _extend(beats)
                        last = time.monotonic()
                except (DatabaseError, InterfaceError):
                    connection.close()  # it may have broken for good: the next beat makes one anew
        finally:
            connection.close()


def _tell_stages(beats: list[Beat]) -> None:
    for beat in beats:
        if beat.is_to_be_told() and not beat.is_lost():
            beat.told = beat.stage
            if not lease.extend(beat.taken, stage=beat.stage):
                beat.lose()


def _extend(beats: list[Beat]) -> None:
    lost = lease.extend_all([beat.taken for beat in beats if not beat.is_lost()])
    for beat in beats:
        if beat.taken in lost:
            beat.lose()


heart = Heart()
"""This process's heart. A process that was forked from this one begins with none that beats."""
