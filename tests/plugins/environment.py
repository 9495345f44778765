"""Chooses the database before pytest-django reads the settings (load with ``-p tests.plugins.environment``).

``FACTCHECK_TEST_DATABASE`` is ``sqlite`` (the default) or ``postgres``. Under xdist the controller starts the
servers once and the workers inherit their addresses through the environment.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

_servers: list[object] = []
_folders: list[Path] = []


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Runs before any conftest and before pytest-django: settings read the environment at import."""
    if os.environ.get("FACTCHECK_TEST_READY"):
        return
    from tests.plugins.servers import Postgres, Valkey

    os.environ["FACTCHECK_TEST_READY"] = str(os.getpid())
    var = Path(tempfile.mkdtemp(prefix="fc-", dir="/tmp"))
    _folders.append(var)
    os.environ["FACTCHECK_VAR"] = str(var)
    os.environ["SECRET_KEY"] = "for-the-tests-alone-" + "x" * 40
    os.environ["CAPTURE_RETRY_SECONDS"] = "1"
    os.environ["CAPTURE_HOST_GAP_MS"] = "1"
    os.environ["CAPTURE_LEASE_SECONDS"] = "5"
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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that mean something on PostgreSQL only are left out, by name, on SQLite; and the reverse for browsers."""
    on_postgres = os.environ.get("FACTCHECK_TEST_DATABASE", "sqlite") == "postgres"
    kept, left = [], []
    for item in items:
        here = on_postgres or item.get_closest_marker("postgres") is None
        (kept if here else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """With CI=true a skip is a failure: what was not run must not look like what passed."""
    if report.skipped and os.environ.get("CI") == "true" and report.when in ("setup", "call"):
        report.outcome = "failed"
