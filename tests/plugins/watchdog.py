"""Ends what a test run started, even where the run itself was killed: a process of its own that holds a pipe's end.

The run writes a line for every process and folder that it makes, and one more when it has ended it by itself. When the
pipe ends the run is over, however that came; what is still on the list goes.
"""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

GRACE_SECONDS = 5.0


class Watchdog:
    """This process's watchdog, started when there is first something to watch."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._of = 0

    def tell(self, *words: object) -> None:
        with self._lock:
            if self._process is None or self._of != os.getpid():
                self._process, self._of = self._start(), os.getpid()
            assert self._process.stdin is not None
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(" ".join(map(str, words)).encode() + b"\n")
                self._process.stdin.flush()

    def _finish(self) -> None:
        """The run is over in good order: let the watchdog look once more, and wait for it."""
        if self._process is not None and self._of == os.getpid():
            with contextlib.suppress(subprocess.TimeoutExpired, BrokenPipeError):
                self._process.communicate(timeout=2 * GRACE_SECONDS)

    def _start(self) -> subprocess.Popen[bytes]:
        atexit.register(self._finish)
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).resolve())], stdin=subprocess.PIPE, start_new_session=True
        )


_watchdog = Watchdog()


def watch(process: subprocess.Popen[bytes], how: int = signal.SIGKILL) -> None:
    """End ``process``, which leads a session of its own, with this run: by the signal ``how``, then by SIGKILL."""
    _watchdog.tell("process", process.pid, int(how))


def watch_folder(folder: Path) -> None:
    """Delete ``folder`` with this run."""
    _watchdog.tell("folder", folder)


def ended(process: subprocess.Popen[bytes]) -> None:
    """``process`` is no more, and its number may become somebody else's."""
    _watchdog.tell("ended", process.pid)


def main() -> None:
    """Listen until the run is over; then end what is left."""
    processes: dict[int, int] = {}
    folders: list[Path] = []
    for line in sys.stdin:
        kind, rest = line.rstrip("\n").split(" ", 1)
        if kind == "process":
            pid, how = rest.split()
            processes[int(pid)] = int(how)
        elif kind == "ended":
            processes.pop(int(rest), None)
        else:
            folders.append(Path(rest))
    for pid, how in processes.items():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
    deadline = time.monotonic() + GRACE_SECONDS
    while any(map(_lives, processes)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        return os.kill(pid, 0) is None
    except ProcessLookupError:
        return False


if __name__ == "__main__":
    main()
