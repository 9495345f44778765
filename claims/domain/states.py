"""The states of a round and of a publication, the groups of the desk, and what the desk shows for a claim."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

EDITOR: Final = "Editor"
REVIEWER: Final = "Reviewer"
ADJUDICATOR: Final = "Adjudicator"
PUBLISHER: Final = "Publisher"


class RoundState(StrEnum):
    """Where one round stands. A claim that never had one has none (``None``)."""

    OPEN = "open"
    DIFFERING = "differing"
    IN_ADJUDICATION = "in_adjudication"
    DECIDED = "decided"
    SUPERSEDED = "superseded"
    ABANDONED = "abandoned"


class PublicationState(StrEnum):
    """Where a claim stands towards the public. *Withdrawn* only if it was never published."""

    NEVER = "never"
    SCHEDULED = "scheduled"
    UP = "up"
    SUSPENDED = "suspended"
    RETRACTED = "retracted"
    WITHDRAWN = "withdrawn"


OPEN_ROUND_STATES: Final = (RoundState.OPEN, RoundState.DIFFERING, RoundState.IN_ADJUDICATION)
CLOSED_ROUND_STATES: Final = (RoundState.DECIDED, RoundState.SUPERSEDED, RoundState.ABANDONED)
PUBLISHED_STATES: Final = (PublicationState.UP, PublicationState.SUSPENDED, PublicationState.RETRACTED)

ROUND_STATE_WORDS: Final[Mapping[RoundState | None, str]] = {
    None: "not under review",
    RoundState.OPEN: "being rated",
    RoundState.DIFFERING: "one on which reviewers differ",
    RoundState.IN_ADJUDICATION: "in adjudication",
    RoundState.DECIDED: "decided",
    RoundState.SUPERSEDED: "superseded by a later edit",
    RoundState.ABANDONED: "abandoned",
}
PUBLICATION_STATE_WORDS: Final[Mapping[PublicationState, str]] = {
    PublicationState.NEVER: "not published",
    PublicationState.SCHEDULED: "scheduled",
    PublicationState.UP: "published",
    PublicationState.SUSPENDED: "suspended",
    PublicationState.RETRACTED: "retracted",
    PublicationState.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True)
class Standing:
    """What the desk shows for a claim: a stable code and words."""

    code: str
    label: str


_BEFORE_PUBLICATION: Final[Mapping[RoundState | None, Standing]] = {
    None: Standing("draft", "Draft"),
    RoundState.OPEN: Standing("in_review", "In review"),
    RoundState.DIFFERING: Standing("differing", "Reviewers differ"),
    RoundState.IN_ADJUDICATION: Standing("in_adjudication", "In adjudication"),
    RoundState.DECIDED: Standing("decided", "Decided, to be written up"),
    RoundState.SUPERSEDED: Standing("edited_in_review", "Edited during review, to be opened again"),
    RoundState.ABANDONED: Standing("review_abandoned", "Review abandoned"),
}
_SINCE: Final[Mapping[PublicationState, Standing]] = {
    PublicationState.SCHEDULED: Standing("scheduled", "Scheduled"),
    PublicationState.UP: Standing("published", "Published"),
    PublicationState.SUSPENDED: Standing("suspended", "Suspended"),
    PublicationState.RETRACTED: Standing("retracted", "Retracted"),
    PublicationState.WITHDRAWN: Standing("withdrawn", "Withdrawn"),
}


def standing(round_state: RoundState | str | None, publication_state: PublicationState | str) -> Standing:
    """What the desk shows, from the newest round's state and the publication's.

    A claim that was published and is under review again says both (``published_in_review``).
    """
    current = RoundState(round_state) if round_state else None
    publication = PublicationState(publication_state)
    if publication is PublicationState.NEVER:
        return _BEFORE_PUBLICATION[current]
    shown = _SINCE[publication]
    if publication in PUBLISHED_STATES and current in OPEN_ROUND_STATES:
        return Standing(f"{shown.code}_in_review", f"{shown.label}, in review again")
    return shown
