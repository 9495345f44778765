"""Who is kept from what by the history of a round."""

from collections.abc import Callable

import pytest

from claims.domain.separation import (
    History,
    is_rerated_by_same,
    may_accept_interest,
    may_adjudicate,
    may_approve,
    may_lift,
    may_publish,
    may_rate,
    may_see_ratings,
)
from sources.domain.errors import WrongPerson

EDITOR, RATER, PEEKER, JUDGE, OTHER = range(1, 6)
HISTORY = History(
    contributors=frozenset({EDITOR}),
    raters=frozenset({RATER}),
    glass_breakers=frozenset({PEEKER}),
    adjudicator=JUDGE,
)
TABLE = [
    (may_rate, EDITOR, "own_claim"),
    (may_rate, PEEKER, "saw_ratings"),
    (may_rate, JUDGE, "same_person"),
    (may_rate, OTHER, ""),
    (may_adjudicate, EDITOR, "own_claim"),
    (may_adjudicate, RATER, "rated_this_round"),
    (may_adjudicate, PEEKER, "saw_ratings"),
    (may_adjudicate, JUDGE, ""),
    (may_adjudicate, OTHER, ""),
    (may_publish, EDITOR, "own_claim"),
    (may_publish, RATER, ""),
    (may_publish, PEEKER, ""),
    (may_publish, JUDGE, ""),
    (may_publish, OTHER, ""),
]


@pytest.mark.parametrize(
    ("test", "who", "code"), TABLE, ids=[f"{test.__name__}-{who}-{code or 'yes'}" for test, who, code in TABLE]
)
def test_the_hands_are_kept_apart(test: Callable[[int, History], None], who: int, code: str) -> None:
    if not code:
        test(who, HISTORY)
        return
    with pytest.raises(WrongPerson) as refused:
        test(who, HISTORY)
    assert refused.value.code == code
    assert refused.value.sentence.endswith(".")


def test_somebody_without_a_key_is_no_adjudicator_by_chance() -> None:
    may_rate(None, History())


def test_only_raters_see_the_ratings_at_the_reveal() -> None:
    assert may_see_ratings(RATER, HISTORY)
    assert not may_see_ratings(OTHER, HISTORY)
    assert not may_see_ratings(EDITOR, HISTORY)


def test_nobody_approves_their_own_text() -> None:
    may_approve(OTHER, first=EDITOR)
    with pytest.raises(WrongPerson) as refused:
        may_approve(EDITOR, first=EDITOR, what="a retraction")
    assert refused.value.code == "same_person"
    assert "a retraction" in refused.value.sentence


def test_nobody_lifts_what_they_put_up() -> None:
    may_lift(OTHER, put_up_by=EDITOR)
    with pytest.raises(WrongPerson) as refused:
        may_lift(EDITOR, put_up_by=EDITOR)
    assert refused.value.code == "same_person"


@pytest.mark.parametrize(("who", "code"), [(RATER, "same_person"), (PEEKER, "has_interest")])
def test_an_interest_is_accepted_only_by_somebody_without_one(who: int, code: str) -> None:
    may_accept_interest(OTHER, owner=RATER, declared={RATER, PEEKER})
    with pytest.raises(WrongPerson) as refused:
        may_accept_interest(who, owner=RATER, declared={RATER, PEEKER})
    assert refused.value.code == code


def test_a_page_says_when_the_same_people_rate_again() -> None:
    assert is_rerated_by_same({1, 2}, {2, 3})
    assert not is_rerated_by_same({1, 2}, {3})
    assert not is_rerated_by_same({1, 2}, set())
