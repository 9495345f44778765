"""What the tests of workers share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources.servers import PageServer, answer
from tests.sources.workers.installation import Installation, quick_folder


@pytest.fixture
def server() -> Iterator[PageServer]:
    with PageServer({"/": answer()}) as running:
        yield running


@pytest.fixture(scope="session")
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
