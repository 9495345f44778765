"""An empty desk in processes of its own, with people on it, on the database that the run is about."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.plugins.running import ROOT, RunningDesk, clean_environment

PASSWORD = "correct-horse-battery-9"
ADMINISTRATOR = "first"
WORDS = f"The Harbour Desk\n{ADMINISTRATOR}\n{PASSWORD}\n"


def database_of_its_own() -> str:
    """The address of a new database on the run's PostgreSQL; "" where the run is on SQLite."""
    if os.environ.get("FACTCHECK_TEST_DATABASE", "sqlite") != "postgres":
        return ""
    server = os.environ["DATABASE_URL"]
    name = f"journeys_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


class DeskWithPeople:
    """A running desk: its web server, two workers, beat and broker; ``rows`` looks into its database."""

    def __init__(self, var: Path, *allowed: str) -> None:
        self.database = database_of_its_own()
        self.given = {"DATABASE_URL": self.database} if self.database else {}
        self.allowed = ",".join(allowed)
        self.running = RunningDesk(
            "--empty",
            var=var,
            words=WORDS,
            CAPTURE_ALLOW_PRIVATE=self.allowed,
            CAPTURE_RETRY_SECONDS="1",
            CAPTURE_HOST_GAP_MS="1",
            CAPTURE_LEASE_SECONDS="5",
            **self.given,
        )

    def ready(self) -> "DeskWithPeople":
        self.running.until_ready()
        self.tell("tests.journeys.make_accounts", PASSWORD)
        return self

    def tell(self, module: str, *arguments: str) -> str:
        """Run a module as an operator would, on this desk's own state; what it printed."""
        environment = clean_environment(
            FACTCHECK_VAR=str(self.running.var),
            REDIS_URL=self.broker,
            CAPTURE_ALLOW_PRIVATE=self.allowed,
            **self.given,
        )
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def broker(self) -> str:
        """The broker's address, where the state folder's path is short enough for one; see ``bin/start``."""
        return f"redis+socket://{self.running.var / 'broker.sock'}"

    @property
    def url(self) -> str:
        return self.running.url

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the desk's own database holds, read from outside."""
        if self.database:
            with psycopg.connect(self.database) as connection:
                return connection.execute(query.encode()).fetchall()
        reader = sqlite3.connect(f"file:{self.running.var / 'factcheck.sqlite3'}?mode=ro", uri=True, timeout=20)
        try:
            return reader.execute(query).fetchall()
        finally:
            reader.close()


def until(is_so: Callable[[], object], seconds: float = 120) -> None:
    """Wait until ``is_so`` answers yes."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.2)
