"""The tables of moves, walked through from every state."""

import pytest

from claims.domain import lifecycle
from claims.domain.lifecycle import (
    OPEN_ROUND_STATES,
    PUBLICATION_MOVES,
    ROUND_MOVES,
    PublicationState,
    RoundState,
    check_group,
    check_publication_move,
    check_round_move,
    standing,
)
from sources.domain.errors import WrongPerson, WrongState

ALLOWED_IN_ROUNDS = {
    "open": {"none": "open", "decided": "open", "superseded": "open", "abandoned": "open"},
    "reveal_agreed": {"open": "decided"},
    "reveal_differing": {"open": "differing"},
    "confer_agreed": {"differing": "decided"},
    "confer_differing": {"differing": "differing"},
    "send_to_adjudication": {"differing": "in_adjudication"},
    "adjudicate": {"in_adjudication": "decided"},
    "hold_as_differing": {"differing": "decided", "in_adjudication": "decided"},
    "supersede": {"open": "superseded", "differing": "superseded", "in_adjudication": "superseded"},
    "abandon": {"open": "abandoned", "differing": "abandoned", "in_adjudication": "abandoned"},
}
ALLOWED_IN_PUBLICATION = {
    "schedule": {"never": "scheduled"},
    "unschedule": {"scheduled": "never"},
    "publish": {"never": "up", "scheduled": "up"},
    "correct": {"up": "up", "suspended": "suspended"},
    "change_verdict": {"up": "up", "suspended": "suspended"},
    "suspend": {"up": "suspended"},
    "lift": {"suspended": "up"},
    "retract": {"up": "retracted", "suspended": "retracted"},
    "publish_again": {"retracted": "up"},
    "withdraw": {"never": "withdrawn", "scheduled": "withdrawn"},
}
ROUND_CASES = [
    pytest.param(move, state, ALLOWED_IN_ROUNDS[move].get(state), id=f"{move}-from-{state}")
    for move in ROUND_MOVES
    for state in ("none", *RoundState)
]
PUBLICATION_CASES = [
    pytest.param(move, state, ALLOWED_IN_PUBLICATION[move].get(state), id=f"{move}-from-{state}")
    for move in PUBLICATION_MOVES
    for state in PublicationState
]
EVERY_MOVE = [*ROUND_MOVES.values(), *PUBLICATION_MOVES.values()]


@pytest.mark.parametrize(("move", "state", "target"), ROUND_CASES)
def test_a_round_moves_only_as_its_table_says(move: str, state: str, target: str | None) -> None:
    before = None if state == "none" else state
    if target is not None:
        assert check_round_move(move, before) == target
        return
    with pytest.raises(WrongState) as refused:
        check_round_move(move, before)
    assert refused.value.code == ROUND_MOVES[move].code
    words = lifecycle.ROUND_STATE_WORDS[RoundState(state) if before else None]
    assert refused.value.sentence.endswith(f"This round is {words}.")


@pytest.mark.parametrize(("move", "state", "target"), PUBLICATION_CASES)
def test_a_publication_moves_only_as_its_table_says(move: str, state: str, target: str | None) -> None:
    if target is not None:
        assert check_publication_move(move, state, round_state="decided") == target
        return
    with pytest.raises(WrongState) as refused:
        check_publication_move(move, state, round_state="decided")
    assert refused.value.code == PUBLICATION_MOVES[move].code
    words = lifecycle.PUBLICATION_STATE_WORDS[PublicationState(state)]
    assert refused.value.sentence.endswith(f"This one is {words}.")


@pytest.mark.parametrize("round_state", [None, *(state for state in RoundState if state != "decided")])
@pytest.mark.parametrize(
    ("move", "state"),
    [("publish", "never"), ("schedule", "never"), ("change_verdict", "up"), ("publish_again", "retracted")],
)
def test_nothing_is_published_before_a_decision(move: str, state: str, round_state: str | None) -> None:
    with pytest.raises(WrongState) as refused:
        check_publication_move(move, state, round_state=round_state)
    assert refused.value.code == "not_decided"


@pytest.mark.parametrize("move", ["correct", "suspend", "lift", "retract"])
def test_what_is_up_can_be_corrected_suspended_and_retracted_while_it_is_in_review_again(move: str) -> None:
    state = "suspended" if move == "lift" else "up"
    check_publication_move(move, state, round_state="open")


def test_no_published_claim_is_ever_withdrawn_and_no_withdrawn_claim_published() -> None:
    into = [move for move in PUBLICATION_MOVES.values() if move.to is PublicationState.WITHDRAWN]
    assert all(state not in lifecycle.PUBLISHED_STATES for move in into for state in move.from_states)
    assert not [move for move in PUBLICATION_MOVES.values() if PublicationState.WITHDRAWN in move.from_states]


def test_an_emergency_takes_one_publisher_and_its_end_takes_two_people() -> None:
    assert PUBLICATION_MOVES["suspend"].second_person == ""
    assert PUBLICATION_MOVES["suspend"].groups == ("Publisher",)
    for name in ("lift", "retract", "publish", "correct", "change_verdict", "publish_again"):
        assert PUBLICATION_MOVES[name].second_person


@pytest.mark.parametrize("move", EVERY_MOVE, ids=lambda move: move.name)
def test_every_move_names_its_people_and_its_refusal(move: "lifecycle.Move[RoundState]") -> None:
    assert move.groups
    assert move.refused.endswith(".")
    assert move.code.islower() and " " not in move.code
    for group in move.groups:
        check_group(move, {group})
    with pytest.raises(WrongPerson) as refused:
        check_group(move, set())
    assert refused.value.code == "not_in_group"
    assert refused.value.sentence.startswith("Only a")


def test_a_reviewer_settles_nothing_alone() -> None:
    with pytest.raises(WrongPerson):
        check_group(ROUND_MOVES["adjudicate"], {"Reviewer", "Editor", "Publisher"})


def test_every_state_can_be_reached() -> None:
    assert {move.to for move in ROUND_MOVES.values()} - {None} == set(RoundState)
    assert {move.to for move in PUBLICATION_MOVES.values()} - {None} == set(PublicationState)


@pytest.mark.parametrize(
    ("round_state", "publication_state", "code"),
    [
        (None, "never", "draft"),
        ("open", "never", "in_review"),
        ("differing", "never", "differing"),
        ("in_adjudication", "never", "in_adjudication"),
        ("decided", "never", "decided"),
        ("superseded", "never", "edited_in_review"),
        ("abandoned", "never", "review_abandoned"),
        ("decided", "scheduled", "scheduled"),
        ("decided", "up", "published"),
        ("open", "up", "published_in_review"),
        ("differing", "suspended", "suspended_in_review"),
        ("decided", "suspended", "suspended"),
        ("in_adjudication", "retracted", "retracted_in_review"),
        ("abandoned", "retracted", "retracted"),
        (None, "withdrawn", "withdrawn"),
    ],
)
def test_the_desk_shows_one_word_for_both_states(round_state: str | None, publication_state: str, code: str) -> None:
    assert standing(round_state, publication_state).code == code


def test_every_pair_of_states_has_something_to_show() -> None:
    shown = [standing(r, p) for r in (None, *RoundState) for p in PublicationState]
    assert all(one.code and one.label for one in shown)
    assert set(OPEN_ROUND_STATES) == {"open", "differing", "in_adjudication"}
