"""Keeps processes running: starts them, starts again what dies, and ends them in the reverse order.

Each process has a session of its own, so that Ctrl-C in the terminal reaches only the manager, which then ends what
it started and nothing else. Where the kernel can (Linux), a process is told when its manager is gone.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
LONGEST_WAIT = 30.0
STEADY_AFTER = 15.0
"""Seconds after which a process counts as up, and its next death as the first."""

TOO_OFTEN = 5
"""Deaths in a row before a start is given up."""

OLD_LOG_BYTES = 5 * 1024 * 1024


class KeepsDying(Exception):
    """A process ended again and again before it was up."""


@dataclass(frozen=True)
class Program:
    """One program to keep running. ``grace`` is how many seconds it has to end by itself."""

    name: str
    command: Sequence[str]
    grace: float = 10.0


@dataclass
class Kept:
    """A program and the process that runs it now."""

    program: Program
    process: subprocess.Popen[bytes]
    since: float
    deaths: int = 0
    again_at: float = 0.0
    log_from: int = 0


def die_with_parent() -> None:
    """Run in a new process: SIGTERM it when the one that started it is gone."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def open_log(path: Path) -> int:
    """Open a log for appending; one that has grown long is put aside first."""
    with contextlib.suppress(OSError):
        if path.stat().st_size > OLD_LOG_BYTES:
            path.replace(path.with_suffix(".old.log"))
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


@dataclass
class Manager:
    """The processes of one start. ``tell`` gets a sentence for whatever a person should know."""

    environment: Mapping[str, str]
    folder: Path
    logs: Path
    tell: Callable[[str], None]
    is_up: bool = False
    kept: list[Kept] = field(default_factory=list)
    _helpers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def keep(self, program: Program) -> None:
        """Start ``program`` and keep it running until :meth:`stop`."""
        log = self.log_of(program)
        log_from = log.stat().st_size if log.exists() and log.stat().st_size <= OLD_LOG_BYTES else 0
        process = self._spawn(program.name, program.command)
        self.kept.append(Kept(program, process, time.monotonic(), log_from=log_from))

    def log_of(self, program: Program) -> Path:
        """Where its lines are."""
        return self.logs / f"{program.name}.log"

    def have_said(self, words: bytes, *, names: str) -> bool:
        """Whether every program whose name starts with ``names`` has said ``words`` since this start."""
        for kept in self.kept:
            if kept.program.name.startswith(names):
                with self.log_of(kept.program).open("rb") as log:
                    log.seek(kept.log_from)
                    if words not in log.read():
                        return False
        return True

    def spawn_once(self, name: str, command: Sequence[str], *, words: bytes = b"") -> subprocess.Popen[bytes]:
        """Start a command that ends by itself; ``words`` are its standard input."""
        process = self._spawn(name, command, takes_words=bool(words))
        self._helpers.append(process)
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(words)
                process.stdin.close()
        return process

    def run(self, name: str, command: Sequence[str], *, words: bytes = b"") -> int:
        """Run a command to its end, keeping the others meanwhile. Returns its exit code."""
        return self.finish(self.spawn_once(name, command, words=words))

    def finish(self, process: subprocess.Popen[bytes]) -> int:
        """Wait for a command started by :meth:`spawn_once`, keeping the others meanwhile."""
        while (code := process.poll()) is None:
            self.tick()
            time.sleep(0.05)
        self._helpers.remove(process)
        return code

    def tick(self) -> None:
        """Look after the processes once. Raises :class:`KeepsDying` while the start is not yet done."""
        now = time.monotonic()
        for kept in self.kept:
            code = kept.process.poll()
            if code is None:
                continue
            if kept.again_at == 0.0:
                self._note_death(kept, code, now)
            elif now >= kept.again_at:
                kept.process, kept.since, kept.again_at = self._spawn_again(kept), now, 0.0

    def _note_death(self, kept: Kept, code: int, now: float) -> None:
        _kill_group(kept.process.pid)
        kept.deaths = 1 if now - kept.since > STEADY_AFTER else kept.deaths + 1
        log = self.log_of(kept.program)
        if not self.is_up and kept.deaths >= TOO_OFTEN:
            raise KeepsDying(f"The process “{kept.program.name}” ends again and again; {log} tells why.")
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        self.tell(f"The process “{kept.program.name}” {how}; it is started again ({log}).")
        kept.again_at = now + min(LONGEST_WAIT, 0.25 * 2 ** (kept.deaths - 1))

    def _spawn_again(self, kept: Kept) -> subprocess.Popen[bytes]:
        try:
            return self._spawn(kept.program.name, kept.program.command)
        except OSError as error:
            self.tell(f"The process “{kept.program.name}” cannot be started: {error.strerror}. Trying again.")
            return kept.process

    def stop(self) -> None:
        """End everything that was started, the last first, each within its grace."""
        for process in self._helpers:
            _end(process, 5.0)
        for kept in reversed(self.kept):
            with contextlib.suppress(ProcessLookupError):
                if kept.process.poll() is None and kept.program.grace > 0:
                    kept.process.terminate()
        for kept in reversed(self.kept):
            _end(kept.process, kept.program.grace)
        self.kept.clear()
        self._helpers.clear()

    def _spawn(self, name: str, command: Sequence[str], *, takes_words: bool = False) -> subprocess.Popen[bytes]:
        log = open_log(self.logs / f"{name}.log")
        try:
            return subprocess.Popen(
                list(command),
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.PIPE if takes_words else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 one thread only
            )
        finally:
            os.close(log)


def _end(process: subprocess.Popen[bytes], grace: float) -> None:
    """Ask, wait, then insist; and whatever its session still holds goes with it."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace)
    _kill_group(process.pid)
    process.wait()


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
