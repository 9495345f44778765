"""What every fetcher is: bytes in, by one method."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sources.domain.address_policy import AddressPolicy
from sources.domain.results import FetchResult


class Interrupted(Exception):
    """The worker is to stop: nothing is wrong with the fetch, somebody else does it again."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


@dataclass(frozen=True)
class BrowserSettings:
    """The browser that renders: ``program`` is "auto", "off" or a path, ``memory_bytes`` for all its processes."""

    program: str = "auto"
    is_sandboxed: bool = True
    seconds: float = 60.0
    memory_bytes: int = 1536 * 2**20


@dataclass(frozen=True)
class FetchSettings:
    """The settings a fetcher is handed; it reads none itself. Sizes in bytes, times in seconds.

    ``is_stopping`` is asked about twice a second while a server is listened to. ``folder`` is where bodies are
    written that are too large to be held.
    """

    policy: AddressPolicy = field(default_factory=AddressPolicy)
    user_agent: str = "Factcheck/1.0"
    deadline_seconds: float = 60.0
    max_bytes: int = 50 * 2**20
    is_stopping: Callable[[], bool] = never
    folder: Path | None = None
    browser: BrowserSettings = field(default_factory=BrowserSettings)


class Fetcher(Protocol):
    """One way to get the bytes of an address."""

    @property
    def method(self) -> str:
        """The capture method it serves."""

    def fetch(self, url: str, settings: FetchSettings) -> FetchResult:
        """Fetch once. What a server does is never an exception but a :class:`FetchResult`.

        Raises :class:`Interrupted` where ``settings.is_stopping()`` became true meanwhile, and ``SpoolFailed`` where
        the disk did not take the bytes.
        """
