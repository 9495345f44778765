"""What every fetcher is: bytes in, by one method."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sources.domain.address_policy import AddressPolicy, Target
from sources.domain.results import ExchangeResult, FetchResult
from sources.domain.robots import Said
from sources.fetchers.proxies import Proxy


class Interrupted(Exception):
    """The worker is to stop: nothing is wrong with the fetch, somebody else does it again."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


class Robots(Protocol):
    """Who is asked what a site's robots.txt says of an address."""

    @property
    def obeys(self) -> bool:
        """Whether what is not allowed is not fetched; otherwise it is only written down."""

    def ask(self, target: Target, fetch: Callable[[str], FetchResult]) -> tuple[Said, tuple[ExchangeResult, ...]]:
        """What it says of ``target``, and the exchanges that it took, if any; ``fetch`` fetches the file."""


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
    written that are too large to be held. ``archives`` are TimeGates, ``near`` the moment that they are asked for.
    """

    policy: AddressPolicy = field(default_factory=AddressPolicy)
    user_agent: str = "Factcheck/1.0"
    deadline_seconds: float = 60.0
    max_bytes: int = 50 * 2**20
    is_stopping: Callable[[], bool] = never
    folder: Path | None = None
    browser: BrowserSettings = field(default_factory=BrowserSettings)
    robots: Robots | None = None
    proxy: Proxy | None = None
    archives: tuple[str, ...] = ()
    near: datetime | None = None


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
