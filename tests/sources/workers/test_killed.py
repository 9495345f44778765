"""Real worker processes, killed, stopped and deafened: the capture finishes all the same, once."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil
import pytest
import redis

from tests.sources.servers import PageServer, answer
from tests.sources.workers.dying_worker import PLACES
from tests.sources.workers.installation import OPEN, PATIENCE_SECONDS, Held, Installation, quick_folder

pytestmark = pytest.mark.processes


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
    worker.wait(60)


def test_a_worker_that_is_killed_in_mid_capture_loses_nothing(desk: Installation, server: PageServer) -> None:
    page = Held()
    server.answers["/x"] = page
    desk.ask(server.url + "/x")
    first = desk.worker()
    assert page.asked.wait(PATIENCE_SECONDS), desk.logs()
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
        deadline = time.monotonic() + PATIENCE_SECONDS
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
    assert page.asked.wait(PATIENCE_SECONDS), desk.logs()
    first.send_signal(signal.SIGTERM)
    assert first.wait(PATIENCE_SECONDS) == 0, desk.logs()
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
            [page.asked.wait(PATIENCE_SECONDS) for page in pages],
            killer(connection, asked),
        )
        desk.ask(*(server.url + "/x" for server in servers))
        first = desk.worker()
        desk.sweep()
        assert first.wait(PATIENCE_SECONDS) == -signal.SIGKILL, desk.logs()
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
    worker = desk.worker("tests.sources.workers.dying_worker", str(marks))
    while any(state[0] == "open" for state in desk.states()):
        assert time.monotonic() < deadline, (desk.states(), desk.logs())
        if worker.poll() is not None:
            assert worker.returncode == -signal.SIGKILL, desk.logs()
            deaths += 1
            worker = desk.worker("tests.sources.workers.dying_worker", str(marks))
        desk.sweep()
        time.sleep(0.3)
    assert deaths >= len(PLACES) - 1
    assert {mark.name for mark in marks.iterdir()} == set(paths)
    ends = dict(zip(paths, desk.states(), strict=True))
    assert ends.pop("closed") == ("stored", 1, "", 1, 1, 0)
    assert set(ends.values()) == {("stored", 2, "", 1, 1, 0)}
