"""A desk, the pages it may cite, and people with browsers."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.desk_with_people import DeskWithPeople
from tests.journeys.pages import harbour
from tests.journeys.person import Person
from tests.sources.servers import PageServer

Somebody = Callable[..., Person]


@pytest.fixture(scope="session")
def pages() -> Iterator[PageServer]:
    with PageServer(harbour()) as server:
        yield server


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, pages: PageServer) -> Iterator[DeskWithPeople]:
    """One desk for all journeys of a worker; it starts once."""
    made = DeskWithPeople(tmp_path_factory.mktemp("journeys") / "var", f"127.0.0.1:{pages.port}")
    with made.running:
        yield made.ready()


@pytest.fixture
def somebody(chromium: Any, desk: DeskWithPeople) -> Iterator[Somebody]:
    """A function that seats somebody, logged in if named; at the end nothing may have gone wrong in any window."""
    seated: list[Person] = []

    def seat(name: str = "", **more: Any) -> Person:
        seated.append(Person(chromium, desk.url, **more))
        return seated[-1].log_in(name) if name else seated[-1]

    yield seat
    for person in seated:
        person.leave()


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where screenshots go: the folder that ``JOURNEY_PICTURES`` names; nowhere without it."""
    named = os.environ.get("JOURNEY_PICTURES")
    folder = Path(named) if named else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    return folder
