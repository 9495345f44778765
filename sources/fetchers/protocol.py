"""What every fetcher is: bytes in, by one method."""

from dataclasses import dataclass, field
from typing import Protocol

from sources.domain.address_policy import AddressPolicy
from sources.domain.results import FetchResult


@dataclass(frozen=True)
class FetchSettings:
    """The settings a fetcher is handed; it reads none itself. Sizes in bytes, times in seconds."""

    policy: AddressPolicy = field(default_factory=AddressPolicy)
    user_agent: str = "Factcheck/1.0"
    deadline_seconds: float = 60.0
    max_bytes: int = 50 * 2**20


class Fetcher(Protocol):
    """One way to get the bytes of an address."""

    @property
    def method(self) -> str:
        """The capture method it serves."""

    def fetch(self, url: str, settings: FetchSettings) -> FetchResult:
        """Fetch once. Never raises for what a server does: that is a :class:`FetchResult` too."""
