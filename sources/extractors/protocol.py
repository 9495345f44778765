"""What an extractor is: bytes in, ``Extracted`` out, never an exception for bad input."""

from dataclasses import dataclass
from typing import Protocol

from sources.domain.extracted import Extracted


@dataclass(frozen=True)
class Hints:
    """What is known of a body beside its bytes, and what is wanted of it.

    ``declared`` is the Content-Type value as received; ``is_reading`` asks for the reading view.
    """

    media_type: str
    declared: str = ""
    password: str = ""
    is_reading: bool = False


class Extractor(Protocol):
    """One way of making text of a body.

    ``producer`` and ``version`` key the derivation: whoever changes the output changes the version.
    """

    producer: str
    version: str

    def takes(self, media_type: str) -> bool:
        """Whether bodies of this sniffed type are its own."""
        ...

    def extract(self, body: bytes, hints: Hints) -> Extracted:
        """The text, or why there is none. Runs in a child process: it may be killed at any time."""
        ...
