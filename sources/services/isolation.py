"""Attempts that are made alone: in a process of its own, which can die without taking a neighbour's work with it.

What was in work when a worker died is attempted here, and so is every last attempt. The process is started by exec,
serves one capture after the other, and ends when it was idle for a while. If it dies, its capture's lease counts as
run out at once, and the worker goes on.
"""

import atexit
import contextlib
import json
import logging
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from sources.services import lease, stopping
from sources.services.heart import heart
from sources.services.lease import Taken
from sources.services.steadily import steadily

logger = logging.getLogger(__name__)

AT_ONCE = 2
"""Processes at a time: each holds one capture and nothing else."""

IDLE_SECONDS = 60.0
_GRACE_SECONDS = 60.0
"""What an attempt may take beyond the fetch's own deadline: storing, reading, a database that is away."""

_ROOT = Path(__file__).resolve().parents[2]


class _Died(Exception):
    """The process ended in the middle of its work."""


class Room:
    """One process that attempts captures alone."""

    def __init__(self) -> None:
        # Its process group is the worker's, so that who kills the group kills it too. Its words go where ours go.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "django", "attempt_alone"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.idle_since = time.monotonic()

    def attempt(self, taken: Taken) -> None:
        """Have one capture attempted and wait for it. Raises :class:`_Died`."""
        came, answers = self.process.stdin, self.process.stdout
        assert came is not None
        assert answers is not None
        kill = threading.Timer(settings.CAPTURE_DEADLINE_SECONDS + _GRACE_SECONDS, self.process.kill)
        kill.start()
        done = threading.Event()
        threading.Thread(target=self._stop_with_us, args=(done,), daemon=True).start()
        try:
            came.write(json.dumps(asdict(taken)).encode() + b"\n")
            came.flush()
            if not answers.readline():
                raise _Died
        except OSError as error:
            raise _Died from error
        finally:
            kill.cancel()
            done.set()
            self.idle_since = time.monotonic()

    def _stop_with_us(self, done: threading.Event) -> None:
        """A worker that is told to stop tells its process, which hands its capture back uncounted."""
        while not done.wait(0.3):
            if stopping.is_stopping():
                with contextlib.suppress(OSError):
                    self.process.terminate()
                return

    def close(self) -> int:
        """End it; returns how it ended (negative: the signal)."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            return self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


_lock = threading.Lock()
_idle: list[Room] = []
_taken = 0
_reaper: threading.Timer | None = None


def room() -> int:
    """How many more captures can be attempted alone now."""
    with _lock:
        return max(0, AT_ONCE - _taken)


def attempt(taken: Taken) -> None:
    """Attempt a capture that is ours, in a process of its own."""
    global _taken  # noqa: PLW0603
    with _lock:
        _taken += 1
        found = _idle.pop() if _idle else None
    try:
        place = found if found is not None and found.process.poll() is None else Room()
        try:
            with heart.keeps(taken):
                place.attempt(taken)
        except _Died:
            code = place.close()
            if stopping.is_stopping():
                steadily(lambda: lease.hand_back(taken))
            elif steadily(lambda: lease.ran_out_now(taken)):
                logger.warning("The process that attempted capture %s alone ended with %s.", taken.capture_pk, code)
        else:
            with _lock:
                _idle.append(place)
            _close_later()
    finally:
        with _lock:
            _taken -= 1


def _close_later() -> None:
    """End processes that were idle for long."""
    global _reaper  # noqa: PLW0603
    with _lock:
        if _reaper is None or not _reaper.is_alive():
            _reaper = threading.Timer(IDLE_SECONDS + 1, _close_idle)
            _reaper.daemon = True
            _reaper.start()


def _close_idle() -> None:
    now = time.monotonic()
    with _lock:
        spent = [place for place in _idle if now - place.idle_since >= IDLE_SECONDS]
        _idle[:] = [place for place in _idle if place not in spent]
        is_left = bool(_idle)
    for place in spent:
        place.close()
    if is_left:
        _close_later()


def close_all() -> None:
    """End every idle process."""
    with _lock:
        places, _idle[:] = list(_idle), []
    for place in places:
        place.close()


atexit.register(close_all)
