"""Freezing a worker where it stands, but not with the database's pen in its hand.

SQLite has one writer. A process that is stopped in the middle of a transaction keeps everybody else from writing for
as long as it stands still: that is what SQLite promises, and not what a test with a frozen worker is about.
"""

import contextlib
import os
import signal
import sqlite3
import subprocess
import time

from tests.sources.workers.installation import PATIENCE_SECONDS, Installation, until


def freeze(desk: Installation, worker: subprocess.Popen[bytes]) -> None:
    """Stop a worker and its group at a moment when it holds no lock; SIGCONT to the group lets it go on."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        os.killpg(worker.pid, signal.SIGSTOP)
        until(lambda: os.waitid(os.P_PID, worker.pid, os.WSTOPPED | os.WNOHANG))  # each of its threads stands still
        if can_be_written(desk):
            return
        os.killpg(worker.pid, signal.SIGCONT)
        assert time.monotonic() < deadline, "the worker held the database's lock each time that it was stopped"
        time.sleep(0.05)


def can_be_written(desk: Installation) -> bool:
    """Whether nobody is in the middle of a transaction that writes."""
    path = desk.folder / "factcheck.sqlite3"
    with contextlib.closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        database.execute("ROLLBACK")
        return True
