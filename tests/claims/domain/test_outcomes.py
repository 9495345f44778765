"""Agreement, discussion and difference, without an average anywhere."""

from collections.abc import Hashable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.domain.outcomes import SETTLED_WORDS, Labels, OutcomeKind, Settled, agree, outcome_of
from claims.domain.scales import ATTRIBUTION_CODES, CONFIDENCE_CODES, SUPPORT_CODES, lower_confidence
from sources.domain.errors import WrongState

SUPPORTED = Labels("said_it", "supported", "high")
SUPPORTED_LOW = Labels("said_it", "supported", "low")
MIXED = Labels("said_it", "mixed", "moderate")
ELSEWHERE = Labels("said_elsewhere", "supported", "high")

labels = st.builds(
    Labels, st.sampled_from(ATTRIBUTION_CODES), st.sampled_from(SUPPORT_CODES), st.sampled_from(CONFIDENCE_CODES)
)
ratings: st.SearchStrategy[dict[Hashable, Labels]] = st.dictionaries(st.integers(), labels, min_size=1, max_size=6)


def test_the_same_labels_agree_with_the_lower_confidence() -> None:
    outcome = outcome_of({1: SUPPORTED, 2: SUPPORTED_LOW}, {}, quorum=2)
    assert (outcome.kind, outcome.labels, outcome.differing) == (OutcomeKind.AGREED, SUPPORTED_LOW, ())


@pytest.mark.parametrize("other", [MIXED, ELSEWHERE], ids=["support", "attribution"])
def test_a_difference_in_either_question_is_a_difference(other: Labels) -> None:
    outcome = outcome_of({1: SUPPORTED, 2: other}, {}, quorum=2)
    assert (outcome.kind, outcome.labels) == (OutcomeKind.DIFFER, None)
    assert outcome.differing == (SUPPORTED, other)
    assert outcome.may_confer


def test_labels_off_the_scale_count_like_any_other() -> None:
    off = Labels("said_it", "not_checkable", "high")
    assert outcome_of({1: off, 2: off}, {}, quorum=2).labels == off
    assert outcome_of({1: off, 2: SUPPORTED}, {}, quorum=2).kind is OutcomeKind.DIFFER


def test_two_against_one_outvotes_nobody() -> None:
    outcome = outcome_of({1: SUPPORTED, 2: SUPPORTED_LOW, 3: MIXED}, {}, quorum=3)
    assert outcome.kind is OutcomeKind.DIFFER
    assert outcome.differing == (SUPPORTED_LOW, MIXED)


def test_a_discussion_that_ends_alike_is_agreed_after_discussion() -> None:
    outcome = outcome_of({1: SUPPORTED, 2: MIXED}, {1: MIXED, 2: MIXED}, quorum=2)
    assert (outcome.kind, outcome.labels) == (OutcomeKind.AGREED_AFTER_DISCUSSION, MIXED)


def test_half_a_discussion_agrees_on_nothing() -> None:
    outcome = outcome_of({1: SUPPORTED, 2: MIXED}, {1: MIXED}, quorum=2)
    assert outcome.kind is OutcomeKind.DIFFER
    assert outcome.may_confer
    assert outcome.differing == (SUPPORTED, MIXED)


def test_a_discussion_that_ends_apart_goes_on_to_somebody_else() -> None:
    outcome = outcome_of({1: SUPPORTED, 2: MIXED}, {1: MIXED, 2: ELSEWHERE}, quorum=2)
    assert outcome.kind is OutcomeKind.DIFFER
    assert not outcome.may_confer
    assert outcome.differing == (MIXED, ELSEWHERE)


def test_one_reviewer_suffices_where_the_quorum_is_one() -> None:
    assert outcome_of({1: MIXED}, {}, quorum=1).labels == MIXED


def test_nothing_is_compared_before_the_quorum_is_met() -> None:
    with pytest.raises(WrongState) as refused:
        outcome_of({1: SUPPORTED}, {}, quorum=2)
    assert refused.value.code == "quorum_not_met"


def test_a_second_rating_needs_a_first() -> None:
    with pytest.raises(ValueError, match="without a first"):
        outcome_of({1: SUPPORTED, 2: MIXED}, {3: MIXED}, quorum=2)


def test_no_answers_agree_on_nothing() -> None:
    assert not agree([])


def test_every_way_of_settling_is_told_in_a_sentence() -> None:
    assert set(SETTLED_WORDS) == set(Settled)


@given(ratings)
def test_an_outcome_is_always_somebodys_own_verdict(first: dict[Hashable, Labels]) -> None:
    outcome = outcome_of(first, {}, quorum=1)
    shown = outcome.differing if outcome.labels is None else (outcome.labels,)
    given_verdicts = {(answer.attribution, answer.support) for answer in first.values()}
    assert {(answer.attribution, answer.support) for answer in shown} == given_verdicts
    if outcome.labels is not None:
        assert outcome.labels.confidence == lower_confidence(answer.confidence for answer in first.values())


@given(ratings, st.randoms())
def test_who_hands_in_first_changes_nothing(first: dict[Hashable, Labels], random: Random) -> None:
    order = list(first.items())
    random.shuffle(order)
    one, other = outcome_of(first, {}, quorum=1), outcome_of(dict(order), {}, quorum=1)
    assert (one.kind, one.labels, set(one.differing)) == (other.kind, other.labels, set(other.differing))
