"""A desk to seed: the documents' server on a free port, and captures executed in the pauses of the runner."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import LazySettings

from seeds.documents_server import make_server
from seeds.runner.desk import Choice
from seeds.runner.run import run
from sources.services import running


@dataclass
class SeedDesk:
    """Runs the seeds as the command does, with the worker's one service call in every pause."""

    folder: Path
    base_url: str
    said: list[str] = field(default_factory=list)

    def run(self, *, is_live: bool = False) -> list[str]:
        choice = Choice(self.base_url, self.folder / "documents-state.yaml", is_live=is_live, wait_seconds=60)
        return run(
            choice,
            accounts_file=self.folder / "demo-accounts",
            one_password="",
            say=self.said.append,
            pause=lambda _seconds: self.work(),
        )

    def work(self) -> None:
        while running.run_due():
            pass


@pytest.fixture
def seed_desk(settings: LazySettings, tmp_path: Path) -> Iterator[SeedDesk]:
    server = make_server(host="127.0.0.1", port=0, state=tmp_path / "documents-state.yaml")
    port = server.server_address[1]
    settings.CAPTURE_ALLOW_PRIVATE = frozenset({("127.0.0.1", port)})
    settings.CAPTURE_PORTS = (*settings.CAPTURE_PORTS, port)
    settings.CAPTURE_HOST_GAP_MS = 1
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield SeedDesk(folder=tmp_path, base_url=f"http://127.0.0.1:{port}")
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)
