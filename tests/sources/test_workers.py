"""Real worker processes, killed, stopped and deafened: the capture finishes all the same, once."""

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis
from celery import Celery

from tests.plugins import watchdog
from tests.plugins.running import ROOT, clean_environment
from tests.plugins.servers import Valkey
from tests.sources.dying_worker import PLACES
from tests.sources.servers import PageServer, answer

pytestmark = pytest.mark.processes

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

Row = tuple[str, int, str, int, int, int]


class Installation:
    """A desk of its own with no process running yet: state folder, database, broker."""

    def __init__(self, folder: Path, *servers: PageServer, database: Path | None = None) -> None:
        self.broker = Valkey().start()
        self.environment = clean_environment(
            FACTCHECK_VAR=str(folder),
            REDIS_URL=self.broker.url,
            CAPTURE_ALLOW_PRIVATE=",".join(f"127.0.0.1:{server.port}" for server in servers),
            CAPTURE_LEASE_SECONDS="2",
            CAPTURE_RETRY_SECONDS="1",
            CAPTURE_DEADLINE_SECONDS="20",
            DJANGO_SETTINGS_MODULE="factcheck.settings",
        )
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        if database is None:
            self.run("manage.py", "migrate", "--verbosity", "0")
        else:
            shutil.copy(database, folder / database.name)

    def run(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, *arguments],
            check=False,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert done.returncode == 0, done.stderr

    def ask(self, *urls: str) -> None:
        self.run("manage.py", "shell", "--no-imports", "-c", ASK.format(urls=urls))

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
        with contextlib.closing(sqlite3.connect(self.folder / "factcheck.sqlite3", timeout=30)) as database:
            return list(database.execute(LOOK))

    def until_closed(self, seconds: float = 90, *, sweeping: bool = True) -> list[Row]:
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
            worker.wait(20)
            watchdog.ended(worker)
        self.broker.stop()


class Held:
    """A page whose answer waits until the test lets it go; :attr:`asked` tells that a worker is in the middle of it."""

    def __init__(self) -> None:
        self.asked, self.let_go = threading.Event(), threading.Event()

    def __call__(self, connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
        self.asked.set()
        self.let_go.wait(60)
        connection.sendall(answer().partition(b"\r\n")[2])


@pytest.fixture
def server() -> Iterator[PageServer]:
    with PageServer({"/": answer()}) as running:
        yield running


@contextlib.contextmanager
def quick_folder() -> Iterator[Path]:
    """In memory where the system has such a place: these tests are about processes, not about the disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="fc-", dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def database() -> Iterator[Path]:
    """A migrated database, to be copied."""
    with quick_folder() as folder:
        with PageServer() as nobody:
            Installation(folder, nobody).close()
        yield folder / "factcheck.sqlite3"


@pytest.fixture
def desk(server: PageServer, database: Path) -> Iterator[Installation]:
    with quick_folder() as folder:
        installation = Installation(folder, server, database=database)
        yield installation
        installation.close()


class Killer:
    """A page that kills whatever process asks for it: by the other end of the connection."""

    def __init__(self) -> None:
        self.victims: list[int] = []

    def __call__(self, connection: socket.socket, _: bytes) -> None:
        [pid] = {
            each.pid
            for each in psutil.net_connections("tcp4")
            if each.laddr == connection.getpeername() and each.raddr == connection.getsockname() and each.pid
        }
        self.victims.append(pid)
        os.kill(pid, signal.SIGKILL)


def killed(worker: subprocess.Popen[bytes]) -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(10)


def test_a_worker_that_is_killed_in_mid_capture_loses_nothing(desk: Installation, server: PageServer) -> None:
    page = Held()
    server.answers["/x"] = page
    desk.ask(server.url + "/x")
    first = desk.worker()
    assert page.asked.wait(60), desk.logs()
    killed(first)
    assert desk.states() == [OPEN]
    page.let_go.set()
    desk.worker()
    assert desk.until_closed() == [("stored", 2, "", 1, 1, 0)]


def test_a_page_that_kills_every_worker_stops_after_three(desk: Installation, server: PageServer) -> None:
    desk.ask(server.url + "/x")
    for _ in range(3):
        page = Held()
        server.answers["/x"] = page
        worker = desk.worker()
        deadline = time.monotonic() + 60
        while not page.asked.wait(0.5):
            assert time.monotonic() < deadline, (desk.states(), desk.logs())
            desk.sweep()
        killed(worker)
        page.let_go.set()
    desk.worker()
    assert desk.until_closed() == [("failed", 3, "worker_died", 1, 0, 0)]
    assert len([asked for asked in server.requests if b"GET /x " in asked]) == 3


def test_a_worker_that_is_told_to_stop_hands_back_uncounted(desk: Installation, server: PageServer) -> None:
    page = Held()
    server.answers["/x"] = page
    desk.ask(server.url + "/x")
    first = desk.worker()
    assert page.asked.wait(60), desk.logs()
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0, desk.logs()
    server.answers["/x"] = answer()
    page.let_go.set()
    desk.worker()
    assert desk.until_closed() == [("stored", 1, "", 1, 1, 0)]


def test_a_broker_that_forgets_everything_loses_nothing(desk: Installation, server: PageServer) -> None:
    server.answers |= {f"/{number}": answer() for number in range(3)}
    desk.ask(*(f"{server.url}/{number}" for number in range(3)))
    with contextlib.closing(redis.Redis(unix_socket_path=str(desk.broker.socket))) as broker:
        broker.flushall()
    desk.worker()
    assert desk.until_closed(sweeping=False) == [("stored", 1, "", 1, 1, 0)] * 3


def test_a_task_delivered_ten_times_is_one_fetch(desk: Installation, server: PageServer) -> None:
    desk.ask(server.url + "/")
    desk.ring("sources.tasks.fetch_due", "fetch", times=10)
    desk.worker()
    desk.worker()
    assert desk.until_closed() == [("stored", 1, "", 1, 1, 0)]
    assert [one.split()[1] for one in server.requests] == [b"/robots.txt", b"/"]


def test_bystanders_of_a_page_that_kills_do_not_pay(database: Path) -> None:
    """It takes its worker and three neighbours with it once; then each is attempted alone, and the worker lives on."""
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(PageServer({"/": answer()})) for _ in range(4)]
        folder = stack.enter_context(quick_folder())
        desk = Installation(folder, *servers, database=database)
        stack.callback(desk.close)
        pages, killer = [Held() for _ in range(3)], Killer()
        for server, page in zip(servers[1:], pages, strict=True):
            server.answers["/x"] = page
        servers[0].answers["/x"] = lambda connection, asked: (
            [page.asked.wait(60) for page in pages],
            killer(connection, asked),
        )
        desk.ask(*(server.url + "/x" for server in servers))
        first = desk.worker()
        desk.sweep()
        assert first.wait(60) == -signal.SIGKILL, desk.logs()
        for page in pages:
            page.let_go.set()
        second = desk.worker()
        states = desk.until_closed()
        assert states[0] == ("failed", 3, "worker_died", 1, 0, 0)
        assert states[1:] == [("stored", 2, "", 1, 1, 0)] * 3
        assert second.poll() is None
        assert killer.victims[0] == first.pid
        assert second.pid not in killer.victims
        assert len(killer.victims) == 3


def test_a_worker_killed_at_each_boundary_leaves_one_result_of_each_capture(
    desk: Installation, server: PageServer
) -> None:
    """Six places to die at and a full disk; each capture has one end, one WARC and no lease left, in two attempts."""
    paths = [*PLACES, "full"]
    server.answers |= {f"/{path}": answer() for path in paths}
    desk.ask(*(f"{server.url}/{path}" for path in paths))
    marks = desk.folder / "died-at"
    marks.mkdir()
    deaths = 0
    deadline = time.monotonic() + 400
    worker = desk.worker("tests.sources.dying_worker", str(marks))
    while any(state[0] == "open" for state in desk.states()):
        assert time.monotonic() < deadline, (desk.states(), desk.logs())
        if worker.poll() is not None:
            assert worker.returncode == -signal.SIGKILL, desk.logs()
            deaths += 1
            worker = desk.worker("tests.sources.dying_worker", str(marks))
        desk.sweep()
        time.sleep(0.3)
    assert deaths >= len(PLACES) - 1
    assert {mark.name for mark in marks.iterdir()} == set(paths)
    ends = dict(zip(paths, desk.states(), strict=True))
    assert ends.pop("closed") == ("stored", 1, "", 1, 1, 0)
    assert set(ends.values()) == {("stored", 2, "", 1, 1, 0)}
