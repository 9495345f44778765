"""The two states of a claim and the moves between them, as data.

A claim's *round* and its *publication* move apart: a published claim may be under review again, and a decided one may
never go up. What the desk shows is derived from both by ``standing``. The methodology page is made from the two
tables, so a rule that is not in a table does not exist. See docs/decisions/lifecycle.md.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from claims.domain.states import (
    ADJUDICATOR,
    CLOSED_ROUND_STATES,
    EDITOR,
    OPEN_ROUND_STATES,
    PUBLICATION_STATE_WORDS,
    PUBLISHED_STATES,
    PUBLISHER,
    REVIEWER,
    ROUND_STATE_WORDS,
    PublicationState,
    RoundState,
    Standing,
    standing,
)
from sources.domain.errors import WrongPerson, WrongState

__all__ = (
    "ADJUDICATOR",
    "CLOSED_ROUND_STATES",
    "EDITOR",
    "OPEN_ROUND_STATES",
    "PUBLICATION_MOVES",
    "PUBLICATION_STATE_WORDS",
    "PUBLISHED_STATES",
    "PUBLISHER",
    "REVIEWER",
    "ROUND_MOVES",
    "ROUND_STATE_WORDS",
    "Move",
    "PublicationState",
    "RoundState",
    "Standing",
    "check_group",
    "check_publication_move",
    "check_round_move",
    "standing",
)

State = TypeVar("State", RoundState, PublicationState)


@dataclass(frozen=True)
class Move(Generic[State]):
    """One way from state to state.

    ``from_states`` may hold ``None`` (no round yet). ``to`` is ``None`` where the state stays as it is. ``groups``
    are the groups of which somebody may make it. ``second_person`` says whose hand must be another one's, ``""``
    where one person suffices. ``code`` and ``refused`` are what is answered from any other state.
    """

    name: str
    label: str
    from_states: tuple[State | None, ...]
    to: State | None
    groups: tuple[str, ...]
    code: str
    refused: str
    second_person: str = ""
    needs_decision: bool = False


R = RoundState
P = PublicationState


def _table(*moves: Move[State]) -> Mapping[str, Move[State]]:
    return {move.name: move for move in moves}


ROUND_MOVES: Final[Mapping[str, Move[RoundState]]] = _table(
    Move(
        name="open",
        label="open a round",
        from_states=(None, *CLOSED_ROUND_STATES),
        to=R.OPEN,
        groups=(EDITOR,),
        code="round_already_open",
        refused="A round of this claim is open already; it has to be closed before another can begin.",
    ),
    Move(
        name="reveal_agreed",
        label="reveal ratings that agree",
        from_states=(R.OPEN,),
        to=R.DECIDED,
        groups=(REVIEWER,),
        code="round_not_open",
        refused="Ratings are taken only while a round is being rated.",
    ),
    Move(
        name="reveal_differing",
        label="reveal ratings that differ",
        from_states=(R.OPEN,),
        to=R.DIFFERING,
        groups=(REVIEWER,),
        code="round_not_open",
        refused="Ratings are taken only while a round is being rated.",
    ),
    Move(
        name="confer_agreed",
        label="confer and agree",
        from_states=(R.DIFFERING,),
        to=R.DECIDED,
        groups=(REVIEWER,),
        code="round_not_differing",
        refused="A second rating is taken only while reviewers differ.",
    ),
    Move(
        name="confer_differing",
        label="confer and still differ",
        from_states=(R.DIFFERING,),
        to=None,
        groups=(REVIEWER,),
        code="round_not_differing",
        refused="A second rating is taken only while reviewers differ.",
    ),
    Move(
        name="send_to_adjudication",
        label="send a round to an adjudicator",
        from_states=(R.DIFFERING,),
        to=R.IN_ADJUDICATION,
        groups=(EDITOR, REVIEWER, PUBLISHER),
        code="round_not_differing",
        refused="Only a round on which reviewers differ goes to an adjudicator.",
    ),
    Move(
        name="adjudicate",
        label="settle a round on which reviewers differ",
        from_states=(R.IN_ADJUDICATION,),
        to=R.DECIDED,
        groups=(ADJUDICATOR,),
        code="round_not_in_adjudication",
        refused="Only a round that was sent to adjudication can be settled.",
        second_person="nobody who rated the round",
    ),
    Move(
        name="hold_as_differing",
        label="decide that reviewers differ",
        from_states=(R.DIFFERING, R.IN_ADJUDICATION),
        to=R.DECIDED,
        groups=(EDITOR, PUBLISHER),
        code="round_not_differing",
        refused="Only a round on which reviewers differ can be decided as “reviewers differ”.",
    ),
    Move(
        name="supersede",
        label="supersede a round by an edit",
        from_states=OPEN_ROUND_STATES,
        to=R.SUPERSEDED,
        groups=(EDITOR, REVIEWER, PUBLISHER),
        code="round_closed",
        refused="Only a round that is not closed can be superseded.",
    ),
    Move(
        name="abandon",
        label="abandon a round",
        from_states=OPEN_ROUND_STATES,
        to=R.ABANDONED,
        groups=(EDITOR, PUBLISHER),
        code="round_closed",
        refused="Only a round that is not closed can be abandoned.",
    ),
)

PUBLICATION_MOVES: Final[Mapping[str, Move[PublicationState]]] = _table(
    Move(
        name="schedule",
        label="schedule a publication",
        from_states=(P.NEVER,),
        to=P.SCHEDULED,
        groups=(PUBLISHER,),
        code="not_schedulable",
        refused="Only a claim that was never published can be scheduled.",
        second_person="nobody who wrote the text",
        needs_decision=True,
    ),
    Move(
        name="unschedule",
        label="take a claim off the schedule",
        from_states=(P.SCHEDULED,),
        to=P.NEVER,
        groups=(EDITOR, PUBLISHER),
        code="not_scheduled",
        refused="Only a scheduled claim can be taken off the schedule.",
    ),
    Move(
        name="publish",
        label="publish a claim",
        from_states=(P.NEVER, P.SCHEDULED),
        to=P.UP,
        groups=(PUBLISHER,),
        code="not_publishable",
        refused="Only a claim that was never published can be published for the first time.",
        second_person="nobody who wrote the text",
        needs_decision=True,
    ),
    Move(
        name="correct",
        label="correct a page, verdict unchanged",
        from_states=(P.UP, P.SUSPENDED),
        to=None,
        groups=(PUBLISHER,),
        code="not_published",
        refused="Only a published claim can be corrected.",
        second_person="nobody who wrote the text",
    ),
    Move(
        name="change_verdict",
        label="change a verdict",
        from_states=(P.UP, P.SUSPENDED),
        to=None,
        groups=(PUBLISHER,),
        code="not_published",
        refused="Only a published claim can have its verdict changed.",
        second_person="nobody who wrote the text",
        needs_decision=True,
    ),
    Move(
        name="suspend",
        label="suspend a page",
        from_states=(P.UP,),
        to=P.SUSPENDED,
        groups=(PUBLISHER,),
        code="not_published",
        refused="Only a published claim can be suspended.",
    ),
    Move(
        name="lift",
        label="lift a suspension",
        from_states=(P.SUSPENDED,),
        to=P.UP,
        groups=(PUBLISHER,),
        code="not_suspended",
        refused="Only a suspended claim can be put up again.",
        second_person="nobody who suspended it",
    ),
    Move(
        name="retract",
        label="retract a page",
        from_states=(P.UP, P.SUSPENDED),
        to=P.RETRACTED,
        groups=(PUBLISHER,),
        code="not_published",
        refused="Only a published claim can be retracted.",
        second_person="nobody who asked for the retraction",
    ),
    Move(
        name="publish_again",
        label="publish again after a retraction",
        from_states=(P.RETRACTED,),
        to=P.UP,
        groups=(PUBLISHER,),
        code="not_retracted",
        refused="Only a retracted claim can be published again.",
        second_person="nobody who wrote the text",
        needs_decision=True,
    ),
    Move(
        name="withdraw",
        label="withdraw a claim",
        from_states=(P.NEVER, P.SCHEDULED),
        to=P.WITHDRAWN,
        groups=(EDITOR, PUBLISHER),
        code="not_withdrawable",
        refused="Only a claim that was never published can be withdrawn; a published one is retracted.",
    ),
)


def check_round_move(name: str, state: RoundState | str | None) -> RoundState:
    """The state that the move leads to; raises ``WrongState`` with the move's code, and a full sentence."""
    current = RoundState(state) if state else None
    move = ROUND_MOVES[name]
    if current in move.from_states:
        target = move.to or current
        if target is None:
            raise AssertionError(f"{name} leads nowhere")
        return target
    raise WrongState(move.code, f"{move.refused} This round is {ROUND_STATE_WORDS[current]}.")


def check_publication_move(
    name: str, state: PublicationState | str, *, round_state: RoundState | str | None = None
) -> PublicationState:
    """The state that the move leads to; raises ``WrongState``.

    ``round_state`` is that of the round to be published: a move that needs a decision is refused with
    ``not_decided`` while there is none.
    """
    current = PublicationState(state)
    move = PUBLICATION_MOVES[name]
    if current not in move.from_states:
        raise WrongState(move.code, f"{move.refused} This one is {PUBLICATION_STATE_WORDS[current]}.")
    if move.needs_decision and round_state != RoundState.DECIDED:
        raise WrongState("not_decided", _undecided(RoundState(round_state) if round_state else None))
    return move.to or current


def check_group(move: Move[RoundState] | Move[PublicationState], groups: Collection[str]) -> None:
    """Raise ``WrongPerson`` (``not_in_group``) unless somebody in ``groups`` may make ``move``."""
    if not set(move.groups) & set(groups):
        raise WrongPerson("not_in_group", f"Only {_anybody_of(move.groups)} may {move.label}.")


def _undecided(state: RoundState | None) -> str:
    if state is None:
        return "There is nothing to publish yet: this claim has not been reviewed."
    return f"There is no decision to publish yet: its round is {ROUND_STATE_WORDS[state]}."


def _anybody_of(groups: tuple[str, ...]) -> str:
    named = [f"{'an' if group[0] in 'AEIOU' else 'a'} {group.lower()}" for group in groups]
    return " or ".join(named)
