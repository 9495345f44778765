"""Who may not do what on one round, from its history alone.

Group membership is tested elsewhere (``claims.permissions``); these tests hold for everybody, an administrator with
every permission included. People are told apart by any hashable key. Each function returns nothing or raises
``WrongPerson`` with a stable code:

``own_claim``         entered or edited the version, or chose its evidence
``rated_this_round``  handed in a rating of this round
``saw_ratings``       looked at ratings before the reveal
``same_person``       the step takes two people and this is the first one again
``not_in_group``      the person wears another hat (raised by ``claims.permissions`` and ``claims.domain.lifecycle``)
"""

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from typing import TypeAlias

from sources.domain.errors import WrongPerson

Person: TypeAlias = Hashable


@dataclass(frozen=True)
class History:
    """The people who had a hand in one round.

    ``contributors`` entered or edited the version under review or chose its evidence; ``raters`` handed in a rating
    of this round; ``glass_breakers`` opened ratings before the reveal.
    """

    contributors: frozenset[Person] = frozenset()
    raters: frozenset[Person] = frozenset()
    glass_breakers: frozenset[Person] = frozenset()
    adjudicator: Person | None = None


def may_rate(by: Person, history: History) -> None:
    """A rater entered nothing of this version and saw nothing of this round."""
    _not_own(by, history.contributors, "rate it")
    _not_seen(by, history, "rate this round")
    if by == history.adjudicator and by is not None:
        raise WrongPerson("same_person", "You adjudicate this round, so you cannot rate it as a reviewer.")


def may_adjudicate(by: Person, history: History) -> None:
    """An adjudicator entered nothing of this version, rated nothing and saw nothing of this round."""
    _not_own(by, history.contributors, "adjudicate it")
    if by in history.raters:
        raise WrongPerson("rated_this_round", "You rated this round, so you cannot adjudicate it.")
    _not_seen(by, history, "adjudicate this round")


def may_publish(by: Person, history: History) -> None:
    """A publisher entered nothing of this version. A rater may publish."""
    _not_own(by, history.contributors, "publish it")


def may_see_ratings(by: Person, history: History) -> bool:
    """Whether ``by`` may see the round's ratings at its reveal to the raters, before it is closed."""
    return by in history.raters


def may_approve(by: Person, *, first: Person, what: str = "this text") -> None:
    """Whoever approves ``what`` is not who wrote it or asked for it."""
    if by == first:
        raise WrongPerson("same_person", f"You cannot approve {what} yourself; it takes a second person.")


def may_lift(by: Person, *, put_up_by: Person) -> None:
    """Whoever lifts a suspension or a notice is not who put it up."""
    if by == put_up_by:
        raise WrongPerson("same_person", "You put this up yourself; somebody else has to lift it.")


def may_accept_interest(by: Person, *, owner: Person, declared: Collection[Person]) -> None:
    """Whoever accepts a declared interest is another person, and one who declared none."""
    if by == owner:
        raise WrongPerson("same_person", "You cannot accept an interest of your own; somebody else has to.")
    if by in declared:
        raise WrongPerson("has_interest", "You declared an interest in this round, so you cannot accept one.")


def is_rerated_by_same(raters: Collection[Person], earlier_raters: Collection[Person]) -> bool:
    """Whether somebody who rates this round rated an earlier one of the claim, which the page then says."""
    return not set(raters).isdisjoint(earlier_raters)


def _not_own(by: Person, contributors: Collection[Person], act: str) -> None:
    if by in contributors:
        why = "You entered or edited this claim or chose its evidence"
        raise WrongPerson("own_claim", f"{why}, so you cannot {act}.")


def _not_seen(by: Person, history: History, act: str) -> None:
    if by in history.glass_breakers:
        raise WrongPerson("saw_ratings", f"You looked at ratings before the reveal, so you cannot {act}.")
