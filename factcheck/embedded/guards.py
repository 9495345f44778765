"""What has to be so before anything is started. Each refusal is one sentence."""

import errno
import fcntl
import os
import shutil
import socket
import time
from pathlib import Path
from typing import IO

NEEDED_BYTES = 100 * 1024 * 1024
"""Room for the database, the static files, the logs and a first archive."""


class CannotStart(Exception):
    """The start is refused; the text says why and what to do."""


def make_folder(var: Path) -> None:
    """Make the folder of everything that is kept, readable by its owner alone. Raises :class:`CannotStart`."""
    try:
        var.mkdir(parents=True, exist_ok=True, mode=0o700)
        (var / "logs").mkdir(exist_ok=True)
    except OSError as error:
        raise CannotStart(f"The folder {var} cannot be made: {error.strerror}.") from error
    if not os.access(var, os.W_OK):
        raise CannotStart(f"The folder {var} cannot be written to.")


def require_room(var: Path) -> None:
    """Raises :class:`CannotStart` where the disk is as good as full."""
    free = shutil.disk_usage(var).free
    if free < NEEDED_BYTES:
        raise CannotStart(
            f"The disk is full: {free // 1024**2} MB are free where {var} is, and {NEEDED_BYTES // 1024**2} MB are "
            "needed. Nothing was changed. Make room, or move the state with FACTCHECK_VAR."
        )


def hold(var: Path, address: str) -> IO[str]:
    """Take the folder for this start; it is free again when the returned file is closed or the process ends."""
    path = var / "lock"
    try:
        lock = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise CannotStart(f"The folder {var} cannot be written to: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        who = lock.read().strip()
        lock.close()
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise CannotStart(f"The folder {var} cannot be locked: {error.strerror}.") from error
        raise CannotStart(f"Factcheck is already running from {var} ({who or 'just started'}).") from error
    lock.seek(0)
    lock.truncate()
    lock.write(f"process {os.getpid()}, {address}\n")
    lock.flush()
    return lock


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def require_port(port: int, *, sentence: str, patience: float = 2.0) -> None:
    """Raises :class:`CannotStart` where the port stays taken; what an ended start left needs a moment to go."""
    deadline = time.monotonic() + patience
    while not is_free(port):
        if time.monotonic() > deadline:
            raise CannotStart(f"Port {port} of 127.0.0.1 is in use by another program. {sentence}")
        time.sleep(0.1)


def free_port(wished: int) -> int:
    """The port wished for, or any other that is free."""
    if 0 < wished < 65536 and is_free(wished):
        return wished
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
