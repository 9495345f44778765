"""What every test shares: the cast, the clock, the archive's folder, and a flush that the triggers allow."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import Group, User
from django.db import connections
from django.test import TransactionTestCase
from playwright.sync_api import sync_playwright

from claims.models import watches
from claims.models.guards import GUARDS as CLAIMS_GUARDS
from sources.models import append_only
from sources.models.guards import GUARDS as SOURCES_GUARDS
from tests.plugins.chromium import ARGUMENTS, executable

PASSWORD = "correct-horse-battery-9"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

_fixture_teardown = TransactionTestCase._fixture_teardown


def _teardown_without_guards(self: TransactionTestCase) -> None:
    """Django empties the tables after a transactional test; the triggers would refuse. They come back with
    ``post_migrate``, which the flush sends."""
    for name in self._databases_names(include_mirrors=False):
        append_only.take_away(connections[name], (*CLAIMS_GUARDS, *SOURCES_GUARDS))
        watches.take_away(connections[name])
    _fixture_teardown(self)


TransactionTestCase._fixture_teardown = _teardown_without_guards  # type: ignore[method-assign]


@dataclass
class Cast:
    """The fixed cast: people named by role, made on first use."""

    made: dict[str, User] = field(default_factory=dict)

    GROUPS = {
        "editor": ("Editor",),
        "editor2": ("Editor",),
        "reviewer_a": ("Reviewer",),
        "reviewer_b": ("Reviewer",),
        "reviewer_c": ("Reviewer",),
        "adjudicator": ("Adjudicator",),
        "publisher": ("Publisher",),
        "publisher2": ("Publisher",),
        "outsider": (),
    }

    def __getattr__(self, name: str) -> User:
        if name.startswith("_") or (name not in self.GROUPS and name != "superuser"):
            raise AttributeError(name)
        if name not in self.made:
            self.made[name] = self._make(name)
        return self.made[name]

    def _make(self, name: str) -> User:
        user = User(username=name, email=f"{name}@desk.example", is_staff=name in ("editor", "editor2", "publisher"))
        if name == "superuser":
            user.is_staff = user.is_superuser = True
        user.set_password(PASSWORD)
        user.save()
        for group in self.GROUPS.get(name, ()):
            user.groups.add(Group.objects.get_or_create(name=group)[0])
        return user

    def everybody(self) -> dict[str, User]:
        return {name: getattr(self, name) for name in (*self.GROUPS, "superuser")}


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: LazySettings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _plain_static(settings: LazySettings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def archive_folder(settings: LazySettings, tmp_path: Path) -> Path:
    """An archive of one's own for each test."""
    folder = tmp_path / "archive"
    settings.STORAGES = {
        **settings.STORAGES,
        "archive": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder), "base_url": None},
        },
    }
    return folder


@pytest.fixture
def noon() -> Iterator[Any]:
    """The clock stands at noon of a day in March 2026 until a test moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def logged_in(client: Any) -> Callable[[User], Any]:
    """A function that logs a person in and returns the client."""

    def log_in(user: User) -> Any:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real Chromium, driven by Playwright; without one on the machine the test is skipped, by name.

    Playwright's loop counts as running in this thread while it is open, which Django's ORM would take for
    asynchronous code: hence the variable, and a browser a module.
    """
    program = executable()
    if program is None:
        pytest.skip("there is no Chromium on this machine")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()
