"""What a desk could not do with a claim, from who is on it and what they had a hand in.

The rules are those of ``claims.domain.separation``; this asks them for everybody. Opening a round says the result in
words and refuses nothing: a desk of three may rate a claim that nobody could adjudicate today.
"""

from collections.abc import Callable
from dataclasses import dataclass

from claims.domain import separation
from claims.domain.separation import History, Person
from claims.domain.states import ADJUDICATOR, EDITOR, PUBLISHER, REVIEWER
from sources.domain.errors import WrongPerson


@dataclass(frozen=True)
class Hand:
    """Somebody of the desk and the groups they are in."""

    person: Person
    groups: frozenset[str]


@dataclass(frozen=True)
class Shortfall:
    """Something that could not be done today: a stable code, and a sentence for people."""

    code: str
    sentence: str


def shortfalls(
    hands: tuple[Hand, ...], history: History, *, quorum: int, passed_over: frozenset[Person] = frozenset()
) -> tuple[Shortfall, ...]:
    """What the desk could not do with a claim of this ``history``, in the order of the way to publication.

    ``passed_over`` are people with a declared interest that nobody accepted.
    """

    def free(group: str, may: Callable[[Person, History], None]) -> set[Person]:
        named = {hand.person for hand in hands if group in hand.groups and hand.person not in passed_over}
        return {person for person in named if _is_allowed(may, person, history)}

    raters = free(REVIEWER, separation.may_rate)
    adjudicators = free(ADJUDICATOR, separation.may_adjudicate)
    publishers = free(PUBLISHER, separation.may_publish) - set(history.glass_breakers)
    writers = {hand.person for hand in hands if hand.groups & {EDITOR, PUBLISHER}} | raters
    lifters = {hand.person for hand in hands if PUBLISHER in hand.groups}
    return (
        *_of_rating(raters, quorum),
        *_of_adjudication(raters, adjudicators, quorum),
        *_of_publication(publishers, writers),
        *_of_emergencies(lifters),
    )


def _of_rating(raters: set[Person], quorum: int) -> list[Shortfall]:
    if len(raters) >= quorum:
        return []
    who = {0: "no reviewer", 1: "one reviewer"}.get(len(raters), f"{len(raters)} reviewers")
    return [
        Shortfall(
            "quorum_not_reachable",
            f"It cannot be decided: it takes {quorum} ratings, and {who} may rate it. "
            "Somebody else has to become a reviewer, or its quorum has to be smaller.",
        )
    ]


def _of_adjudication(raters: set[Person], adjudicators: set[Person], quorum: int) -> list[Shortfall]:
    """An adjudicator who also reviews can settle only what others rated."""
    if quorum < 2:
        return []
    if not any(len(raters - {person}) >= quorum for person in adjudicators):
        return [
            Shortfall(
                "no_adjudicator",
                "If reviewers differ, nobody is left to settle it: no adjudicator is there beside those who edited "
                "or rate it. It could be published as “reviewers differ”.",
            )
        ]
    if len(adjudicators) == 1 and adjudicators <= raters:
        return [
            Shortfall(
                "adjudicator_may_rate",
                "Its only adjudicator is a reviewer too. If they rate it, nobody is left to settle it.",
            )
        ]
    return []


def _of_publication(publishers: set[Person], writers: set[Person]) -> list[Shortfall]:
    if not publishers:
        return [
            Shortfall(
                "no_publisher",
                "It cannot be published: every publisher entered or edited it, chose its evidence, has an interest "
                "in it or is missing.",
            )
        ]
    if not any(writers - {publisher} for publisher in publishers):
        return [
            Shortfall(
                "no_second_person",
                "It cannot be published: whoever writes its text would have to approve it too.",
            )
        ]
    return []


def _of_emergencies(lifters: set[Person]) -> list[Shortfall]:
    if len(lifters) > 1:
        return []
    return [
        Shortfall(
            "nobody_to_lift",
            "Once suspended, its page could not be put up again: that takes a publisher other than the one who "
            "suspended it.",
        )
    ]


def _is_allowed(may: Callable[[Person, History], None], person: Person, history: History) -> bool:
    try:
        may(person, history)
    except WrongPerson:
        return False
    return True
