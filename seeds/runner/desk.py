"""What every step of the seeds works with: the plan, the people, and what the database says was done already."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.contrib.auth.models import User

from claims.models import Claim
from seeds.runner.plan import Plan
from sources.domain.errors import DeskError, Several
from sources.models import Door, Event


@dataclass(frozen=True)
class Choice:
    """How the seeds are run: where the documents are, whether the open web may be asked, how long to wait."""

    documents_base_url: str
    documents_state: Path
    is_live: bool
    wait_seconds: float


@dataclass
class Desk:
    """The people by their role, the plan, and a voice. ``misses`` counts steps that were refused."""

    plan: Plan
    choice: Choice
    say: Callable[[str], None]
    pause: Callable[[float], None] = time.sleep
    people: dict[str, User] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)

    @property
    def editor(self) -> User:
        """Who enters, opens and writes."""
        return self.people["editor"]

    def address_of(self, document: str) -> str:
        """Where a demonstration document is served."""
        return self.choice.documents_base_url.rstrip("/") + self.plan.documents[document].path

    def claim(self, number: int) -> Claim | None:
        """The claim that was entered for row ``number``, however it was edited since."""
        public_id = entered("claim_entered", "statement").get(self.plan.claims[number].statement)
        return Claim.objects.filter(public_id=public_id).first() if public_id else None

    def miss(self, what: str, refusal: DeskError) -> None:
        """Note that a step was refused, and go on with the next claim."""
        sentences = refusal.errors if isinstance(refusal, Several) else [refusal]
        self.misses.append(f"{what}: " + " ".join(error.sentence for error in sentences))
        self.say(self.misses[-1])


def entered(action: str, name: str) -> dict[str, UUID]:
    """What came in through the seeds by ``action``, by the value that ``name`` had when it came in.

    The history says so, and not today's rows: people may have edited or renamed them since.
    """
    events = Event.objects.filter(action=action, door=Door.SEEDS.value).order_by("-pk")
    return {
        str(json.loads(after).get(name, "")): public_id
        for after, public_id in events.values_list("after", "subject_id")
    }
