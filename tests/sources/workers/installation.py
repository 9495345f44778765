"""A desk of its own for the tests of workers: state folder, database and broker, and the processes that a test starts."""

import contextlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
from celery import Celery

from tests.plugins import watchdog
from tests.plugins.running import ROOT, clean_environment
from tests.plugins.servers import Valkey
from tests.sources.servers import PageServer, answer

ASK = """
from django.contrib.auth.models import Group, User
from sources.services import capture
from sources.services.citing_urls import find_or_make_web_source
by, made = User.objects.get_or_create(username="editor")
by.groups.add(Group.objects.get(name="Editor"))
for url in {urls}:
    capture.request(by=by, source=find_or_make_web_source(by=by, url=url))
"""
LOOK = """
SELECT c.state, c.attempts, c.failure_code,
  (SELECT count(*) FROM sources_event e WHERE e.subject_id = c.public_id AND e.action IN ('capture_stored', 'capture_failed')),
  (SELECT count(*) FROM sources_artefact a WHERE a.capture_id = c.id AND a.role = 'warc'),
  (SELECT count(*) FROM sources_lease l WHERE l.capture_id = c.id)
FROM sources_capture c ORDER BY c.id
"""
OPEN = ("open", 0, "", 0, 0, 1)
"""State, attempts, failure, ends in the history, WARCs, rows in the queue."""

PATIENCE_SECONDS = 120.0
"""How long what has to happen may take on a machine that is busy with other things."""

Row = tuple[str, int, str, int, int, int]


class Installation:
    """A desk of its own with no process running yet: state folder, database, broker."""

    def __init__(self, folder: Path, *servers: PageServer, database: Path | None = None) -> None:
        self.broker = Valkey().start()
        self.environment = clean_environment(
            FACTCHECK_VAR=str(folder),
            REDIS_URL=self.broker.url,
            CAPTURE_ALLOW_PRIVATE=",".join(f"127.0.0.1:{server.port}" for server in servers),
            CAPTURE_LEASE_SECONDS="4",
            CAPTURE_RETRY_SECONDS="1",
            CAPTURE_DEADLINE_SECONDS="60",
            DJANGO_SETTINGS_MODULE="factcheck.settings",
        )
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        if database is None:
            self.run("manage.py", "migrate", "--verbosity", "0")
        else:
            shutil.copy(database, folder / database.name)

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            check=False,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, *urls: str) -> None:
        self.tell(ASK.format(urls=urls))

    def tell(self, program: str) -> str:
        """Run a program of our own against this desk; what it printed."""
        return self.run("manage.py", "shell", "--no-imports", "-c", program)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.folder / "factcheck.sqlite3", timeout=30)) as database, database:
            return list(database.execute(sql))

    def ring(self, task: str, queue: str, times: int = 1) -> None:
        with Celery(broker=self.broker.url) as app:
            for _ in range(times):
                app.send_task(task, queue=queue, ignore_result=True)

    def worker(self, *program: str) -> subprocess.Popen[bytes]:
        command = [
            *("-m", *(program or ("celery",))),
            "-A",
            "factcheck",
            "worker",
            "-Q",
            "fetch,desk",
            "-P",
            "threads",
            "-c",
            "4",
        ]
        with (self.folder / f"worker-{len(self.workers)}.log").open("wb") as log:
            started = subprocess.Popen(
                [
                    sys.executable,
                    *command,
                    "--without-gossip",
                    "--without-mingle",
                    "-n",
                    f"w{len(self.workers)}@test",
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        watchdog.watch(started)
        self.workers.append(started)
        return started

    def states(self) -> list[Row]:
        return self.query(LOOK)

    def until_closed(self, seconds: float = 240, *, sweeping: bool = True) -> list[Row]:
        deadline = time.monotonic() + seconds
        while True:
            states = self.states()
            if all(state[0] != "open" for state in states):
                return states
            assert time.monotonic() < deadline, (states, self.logs())
            if sweeping:
                self.sweep()
            time.sleep(0.5)

    def sweep(self) -> None:
        """What beat does every few seconds."""
        self.ring("sources.tasks.sweep", "desk")

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in self.folder.glob("worker-*.log"))

    def close(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait(60)
            watchdog.ended(worker)
        self.broker.stop()


class Held:
    """A page whose answer waits until the test lets it go; :attr:`asked` tells that a worker is in the middle of it."""

    def __init__(self) -> None:
        self.asked, self.let_go = threading.Event(), threading.Event()

    def __call__(self, connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
        self.asked.set()
        self.let_go.wait(300)
        connection.sendall(answer().partition(b"\r\n")[2])


@contextlib.contextmanager
def quick_folder() -> Iterator[Path]:
    """In memory where the system has such a place: these tests are about processes, not about the disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="fc-", dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def until(happens: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for something that happens elsewhere."""
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def children(process: int, words: str) -> list[psutil.Process]:
    """The child processes whose command line holds ``words``."""
    found = []
    for child in psutil.Process(process).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if words in " ".join(child.cmdline()):
                found.append(child)
    return found


def readers(worker: int) -> list[psutil.Process]:
    """Child processes that have been reading a document for a while."""
    return [each for each in children(worker, "sources.extractors.child") if each.cpu_times().user > READING_SECONDS]


READING_SECONDS = 0.7
"""CPU time after which a child is not only starting any more."""
