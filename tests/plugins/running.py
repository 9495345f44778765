"""A whole embedded desk in processes of its own, as ``bin/start`` runs it: for journeys and tests of the start."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from factcheck.embedded.manager import die_with_parent
from tests.plugins import watchdog
from tests.plugins.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
OURS = ("FACTCHECK_", "CAPTURE_", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "DEMO", "DOCUMENTS_", "PORT")


def clean_environment(**given: str) -> dict[str, str]:
    """The machine's environment without what chooses how this test run goes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, **given}


class RunningDesk:
    """One start. Its lines are in :attr:`said`; :meth:`stop` is Ctrl-C."""

    def __init__(
        self, *arguments: str, var: Path | None = None, port: int | None = None, words: str = "", **given: str
    ) -> None:
        self.var = var if var is not None else Path(tempfile.mkdtemp(prefix="fc-desk-", dir="/tmp"))
        self.port = port if port is not None else free_port()
        self.output = self.var.parent / f"{self.var.name}.{os.getpid()}.{time.monotonic_ns()}.out"
        self.output.parent.mkdir(parents=True, exist_ok=True)
        environment = clean_environment(FACTCHECK_VAR=str(self.var), PORT=str(self.port), **given)
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "factcheck.embedded", *arguments],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509
            )
        watchdog.watch(self.process, signal.SIGTERM)
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(words.encode())
            self.process.stdin.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def log(self, name: str) -> str:
        path = self.var / "logs" / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def until_ready(self, seconds: float = 180) -> "RunningDesk":
        return self.until("Factcheck is ready.", seconds)

    def until(self, words: str, seconds: float = 60) -> "RunningDesk":
        deadline = time.monotonic() + seconds
        while words not in self.said:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"“{words}” was never said:\n{self.said}")
            time.sleep(0.1)
        return self

    def refusal(self, seconds: float = 60) -> str:
        """Wait for a start that is refused; what it said."""
        assert self.process.wait(seconds) == 1, self.said
        return self.said

    def children(self) -> list[int]:
        """The process ids that this start is the parent of."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                text = stat.read_text()
                if int(text.rpartition(")")[2].split()[1]) == self.process.pid:
                    found.append(int(stat.parent.name))
        return found

    def child(self, words: str) -> int:
        """The process among :meth:`children` whose command line holds these words."""
        for pid in self.children():
            with contextlib.suppress(OSError):
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                if words in command:
                    return pid
        raise AssertionError(f"no process with “{words}”")

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            watchdog.ended(self.process)

    def __enter__(self) -> "RunningDesk":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.output.unlink(missing_ok=True)
