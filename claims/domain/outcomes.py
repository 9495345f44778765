"""What the ratings of a round come to. Nothing is averaged and nobody is outvoted.

Ratings agree where every one of them has the same attribution *and* the same support; labels off the scale count
like any other. Confidence may differ: then the lower is published. Ratings are compared under any hashable name of
the rater, which this module never looks into.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from claims.domain.scales import lower_confidence
from sources.domain.errors import WrongState

Rater = TypeVar("Rater", bound=Hashable)


class OutcomeKind(StrEnum):
    """What the handed-in ratings come to by themselves."""

    AGREED = "agreed"
    AGREED_AFTER_DISCUSSION = "agreed_after_discussion"
    DIFFER = "differ"


class Settled(StrEnum):
    """How a decided round was decided; stored with it and printed in the record."""

    AGREED = "agreed"
    AGREED_AFTER_DISCUSSION = "agreed_after_discussion"
    ADJUDICATED = "adjudicated"
    REVIEWERS_DIFFER = "reviewers_differ"


SETTLED_WORDS = {
    Settled.AGREED: "The reviewers agreed, each rating without seeing the others.",
    Settled.AGREED_AFTER_DISCUSSION: "The reviewers differed at first and agreed after one discussion.",
    Settled.ADJUDICATED: "The reviewers differed, and an adjudicator settled it.",
    Settled.REVIEWERS_DIFFER: "The reviewers differ. Both answers are shown.",
}


@dataclass(frozen=True)
class Labels:
    """One answer to the two questions, with its confidence."""

    attribution: str
    support: str
    confidence: str

    def same_verdict(self, other: "Labels") -> bool:
        """Whether both questions are answered alike; confidence does not count."""
        return (self.attribution, self.support) == (other.attribution, other.support)


@dataclass(frozen=True)
class Outcome:
    """What a round's ratings come to.

    ``labels`` is the common verdict with the lower confidence, or ``None`` where they differ. ``differing`` then
    holds each distinct verdict that stands, in the order given. ``may_confer`` says that somebody has yet to hand in
    a second rating; once all have, what still differs goes to an adjudicator.
    """

    kind: OutcomeKind
    labels: Labels | None
    differing: tuple[Labels, ...] = ()
    may_confer: bool = False


def agree(answers: Iterable[Labels]) -> bool:
    """Whether all ``answers`` (at least one) give one verdict."""
    given = list(answers)
    return bool(given) and all(answer.same_verdict(given[0]) for answer in given)


def outcome_of(first: Mapping[Rater, Labels], after_discussion: Mapping[Rater, Labels], *, quorum: int) -> Outcome:
    """What the ratings come to, once at least ``quorum`` first ratings are in.

    Raises ``WrongState`` (``quorum_not_met``) before that, and ``ValueError`` for a second rating without a first.
    A second rating counts only when every rater has handed one in: half a discussion agrees on nothing.
    """
    if len(first) < quorum:
        raise WrongState("quorum_not_met", "Not enough ratings are in to compare them.")
    if not after_discussion.keys() <= first.keys():
        raise ValueError("a second rating without a first")
    if agree(first.values()):
        return Outcome(OutcomeKind.AGREED, _common(first.values()))
    if after_discussion.keys() == first.keys():
        if agree(after_discussion.values()):
            return Outcome(OutcomeKind.AGREED_AFTER_DISCUSSION, _common(after_discussion.values()))
        return Outcome(OutcomeKind.DIFFER, None, _distinct(after_discussion.values()))
    return Outcome(OutcomeKind.DIFFER, None, _distinct(first.values()), may_confer=True)


def _common(answers: Iterable[Labels]) -> Labels:
    given = list(answers)
    confidence = lower_confidence(answer.confidence for answer in given)
    return Labels(given[0].attribution, given[0].support, confidence)


def _distinct(answers: Iterable[Labels]) -> tuple[Labels, ...]:
    verdicts: dict[tuple[str, str], list[Labels]] = {}
    for answer in answers:
        verdicts.setdefault((answer.attribution, answer.support), []).append(answer)
    return tuple(_common(alike) for alike in verdicts.values())
