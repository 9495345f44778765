"""One address chooses the database, one the store, one the mail."""

import os
import stat
from pathlib import Path

import pytest
from django.db import connection

from factcheck import database
from factcheck.env import BadEnvironment


def test_no_address_means_sqlite_in_the_state_folder(tmp_path: Path) -> None:
    chosen = database.database("", tmp_path)
    assert chosen["NAME"] == tmp_path / "factcheck.sqlite3"
    assert chosen["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in chosen["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in chosen["OPTIONS"]["init_command"]


def test_an_address_means_postgresql() -> None:
    chosen = database.database("postgresql://desk:p%40ss@db.example:5433/facts?sslmode=require", Path("var"))
    assert (chosen["USER"], chosen["PASSWORD"], chosen["HOST"]) == ("desk", "p@ss", "db.example")
    assert (chosen["PORT"], chosen["NAME"]) == ("5433", "facts")
    assert chosen["OPTIONS"]["sslmode"] == "require"


def test_a_unix_socket_can_be_named() -> None:
    assert (
        database.database("postgresql://desk@/facts?host=/run/postgresql", Path("var"))["HOST"] == "/run/postgresql"
    )


def test_s3_is_chosen_by_its_address() -> None:
    chosen = database.storage("s3://archive/desk?endpoint_url=https://s3.example&region_name=here", Path("var"))
    assert chosen["OPTIONS"]["bucket_name"] == "archive"
    assert chosen["OPTIONS"]["location"] == "desk"
    assert chosen["OPTIONS"]["endpoint_url"] == "https://s3.example"
    assert chosen["OPTIONS"]["default_acl"] == "private"


@pytest.mark.parametrize(
    ("choose", "address"),
    [
        (lambda address: database.database(address, Path("var")), "mysql://desk@db/facts"),
        (lambda address: database.storage(address, Path("var")), "ftp://archive"),
        (database.mail, "pigeon://roof"),
    ],
    ids=["database", "store", "mail"],
)
def test_an_unknown_kind_stops_the_start(choose: object, address: str) -> None:
    with pytest.raises(BadEnvironment, match="_URL has to"):
        choose(address)  # type: ignore[operator]


def test_the_secret_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    made = database.secret_key("", tmp_path)
    assert len(made) >= 50
    assert database.secret_key("", tmp_path) == made
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert database.secret_key("given", tmp_path) == "given"


@pytest.mark.django_db
def test_the_run_is_on_the_database_that_it_says() -> None:
    wanted = os.environ.get("FACTCHECK_TEST_DATABASE", "sqlite")
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[wanted]


@pytest.mark.django_db
def test_the_database_runs_as_chosen() -> None:
    if connection.vendor != "sqlite":
        assert connection.settings_dict["CONN_HEALTH_CHECKS"] is True
        return
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
