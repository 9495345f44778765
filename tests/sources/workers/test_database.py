"""PostgreSQL goes away under a running desk, in the middle of everything, and comes back: nothing is lost, nobody dies."""

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from factcheck.embedded.readiness import get
from tests.plugins.running import ROOT, RunningDesk, clean_environment
from tests.plugins.servers import Postgres
from tests.sources.extractors.samples import HOSTILE
from tests.sources.servers import PageServer, answer
from tests.sources.workers.installation import ASK, LOOK, Held, Row, readers, until

pytestmark = pytest.mark.processes

AWAY_SECONDS = 3
STUCK_SECONDS = 120


class Desk:
    """All processes of an embedded desk, on a PostgreSQL that the test may stop."""

    def __init__(self, folder: Path, *servers: PageServer) -> None:
        self.postgres = Postgres().start()
        self.given = {
            "DATABASE_URL": self.postgres.url,
            "CAPTURE_ALLOW_PRIVATE": ",".join(f"127.0.0.1:{server.port}" for server in servers),
            "CAPTURE_LEASE_SECONDS": "6",
            "CAPTURE_RETRY_SECONDS": "1",
        }
        self.running = RunningDesk(
            "--empty", var=folder, words="Desk\nfirst\ncorrect-horse-battery-9\n", **self.given
        )

    def ask(self, *urls: str) -> None:
        environment = clean_environment(
            FACTCHECK_VAR=str(self.running.var), DJANGO_SETTINGS_MODULE="factcheck.settings", **self.given
        )
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", ASK.format(urls=urls)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60, stdout=subprocess.DEVNULL)

    def states(self, last: int) -> list[Row]:
        with psycopg.connect(self.postgres.url) as database:
            return [tuple(row) for row in database.execute(LOOK).fetchall()][-last:]  # type: ignore[misc]

    def until_closed(self, last: int) -> list[Row]:
        deadline = time.monotonic() + STUCK_SECONDS
        while True:
            states = self.states(last)
            if all(state[0] != "open" for state in states):
                return states
            assert time.monotonic() < deadline, (states, self.said())
            time.sleep(0.5)

    def said(self) -> str:
        return self.running.log("worker-fetch")[-12000:]

    def get(self, path: str) -> int:
        return get(self.running.port, path)[0]

    def close(self) -> None:
        self.running.stop()
        self.postgres.stop()


@pytest.fixture(scope="module")
def servers() -> Iterator[list[PageServer]]:
    with PageServer() as first, PageServer() as second, PageServer() as third:
        yield [first, second, third]


@pytest.fixture(scope="module")
def desk(servers: list[PageServer]) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="fc-db-") as folder:
        made = Desk(Path(folder), *servers)
        try:
            made.running.until_ready()
            yield made
        finally:
            made.close()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["fast shutdown", "crash"])
def test_a_database_that_is_restarted_loses_nothing(desk: Desk, servers: list[PageServer], how: int) -> None:
    """One page is in the middle of being fetched, one of being read, when the database goes; a third comes after."""
    path, held = f"/{int(how)}", Held()
    servers[0].answers[path] = held
    servers[1].answers[path] = answer(body=HOSTILE["300,000 attributes"])
    servers[2].answers[path] = answer()
    before = sorted(desk.running.children())
    assert desk.get("/") == 200
    desk.ask(servers[0].url + path, servers[1].url + path)
    until(held.asked.is_set)
    worker = desk.running.child("worker-fetch")
    until(lambda: readers(worker))
    desk.postgres.halt(how)
    assert desk.get("/healthz") == 503
    time.sleep(AWAY_SECONDS)
    desk.postgres.start_again()
    assert [desk.get(address) for address in ("/", "/healthz") * 8] == [200] * 16
    time.sleep(AWAY_SECONDS)
    held.let_go.set()
    for state in desk.until_closed(2):
        assert (state[0], *state[2:]) == ("stored", "", 1, 1, 0), (state, desk.said())
        assert 1 <= state[1] <= 3
    desk.ask(servers[2].url + path)
    assert desk.until_closed(1) == [("stored", 1, "", 1, 1, 0)]
    assert sorted(desk.running.children()) == before
