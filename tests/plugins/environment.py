"""Chooses the database before pytest-django reads the settings (load with ``-p tests.plugins.environment``).

``FACTCHECK_TEST_DATABASE`` is ``sqlite`` (the default) or ``postgres``. Under xdist the controller starts the
servers once and the workers inherit their addresses through the environment.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

_servers: list[object] = []
_folders: list[Path] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Wrappers run before all others: pytest-django reads the settings, and so the environment, in this very hook."""
    if not os.environ.get("FACTCHECK_TEST_READY"):
        _prepare()
    yield


def _prepare() -> None:
    from tests.plugins.servers import Postgres, Valkey
    from tests.plugins.watchdog import watch_folder

    os.environ["FACTCHECK_TEST_READY"] = str(os.getpid())
    var = Path(tempfile.mkdtemp(prefix="fc-", dir="/tmp"))
    _folders.append(var)
    watch_folder(var)
    (var / "static").mkdir()
    os.environ["FACTCHECK_VAR"] = str(var)
    os.environ["SECRET_KEY"] = "for-the-tests-alone-" + "x" * 40
    os.environ["CAPTURE_RETRY_SECONDS"] = "1"
    os.environ["CAPTURE_HOST_GAP_MS"] = "1"
    os.environ["CAPTURE_LEASE_SECONDS"] = "5"
    os.environ["CAPTURE_FRESH_SECONDS"] = "0"
    os.environ["CAPTURE_ROBOTS_PEOPLE"] = "ignore"
    valkey = Valkey().start()
    _servers.append(valkey)
    os.environ["REDIS_URL"] = valkey.url
    if os.environ.get("FACTCHECK_TEST_DATABASE", "sqlite") == "postgres":
        postgres = Postgres().start()
        _servers.append(postgres)
        os.environ["DATABASE_URL"] = postgres.url
    else:
        os.environ.pop("DATABASE_URL", None)


def pytest_unconfigure(config: pytest.Config) -> None:
    if os.environ.get("FACTCHECK_TEST_READY") != str(os.getpid()):
        return
    for server in _servers:
        server.stop()  # type: ignore[attr-defined]
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {os.environ.get('FACTCHECK_TEST_DATABASE', 'sqlite')}"


USES_THE_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server", "django_db_serialized_rollback"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On SQLite all but what means something on PostgreSQL only; on PostgreSQL what touches the database.

    Tests that start processes of their own choose their own database, so one run of them is enough, but for
    those that are marked ``both_databases``.
    """
    on_postgres = os.environ.get("FACTCHECK_TEST_DATABASE", "sqlite") == "postgres"
    kept, left = [], []
    for item in items:
        here = _belongs_to_postgres(item) if on_postgres else item.get_closest_marker("postgres") is None
        (kept if here else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def _belongs_to_postgres(item: pytest.Item) -> bool:
    if item.get_closest_marker("postgres") is not None or item.get_closest_marker("both_databases") is not None:
        return True
    if item.get_closest_marker("browser") is not None or item.get_closest_marker("sqlite") is not None:
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or not fixtures.isdisjoint(USES_THE_DATABASE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a skip is a failure: what was not run must not look like what passed."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, which CI does not allow: {report.longrepr}"
    return report
