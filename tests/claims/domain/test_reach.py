"""What a desk could not do today, and the tables of the documentation that say who is needed."""

import re

import pytest

from claims.domain.lifecycle import PUBLICATION_MOVES, PUBLICATION_STATE_WORDS, ROUND_MOVES, ROUND_STATE_WORDS, Move
from claims.domain.reach import Hand, shortfalls
from claims.domain.separation import History
from tests.architecture.code import ROOT

DOCUMENT = (ROOT / "docs" / "review-desk.md").read_text(encoding="utf-8")
GROUPS = ("Editor", "Reviewer", "Adjudicator", "Publisher")


def section(title: str) -> str:
    return re.split(r"^## ", DOCUMENT.split(f"\n## {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows_of(title: str) -> list[list[str]]:
    """The cells of each row of the first table under a heading, less its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def codes(*people: str, quorum: int = 2, **more: frozenset[int]) -> list[str]:
    """Shortfalls of a desk; the first of its people entered the claim."""
    hands = tuple(
        Hand(at, frozenset(name for name in GROUPS if name.lower() in words)) for at, words in enumerate(people)
    )
    history = History(contributors=frozenset({0}), glass_breakers=more.get("glass_breakers", frozenset()))
    found = shortfalls(hands, history, quorum=quorum, passed_over=more.get("passed_over", frozenset()))
    return [each.code for each in found]


EVERYTHING = ("editor", "reviewer", "reviewer", "adjudicator", "publisher", "publisher")


def test_a_whole_desk_lacks_nothing() -> None:
    assert codes(*EVERYTHING) == []


@pytest.mark.parametrize(
    ("people", "quorum", "lacks"),
    [
        pytest.param(("editor", "reviewer", "publisher", "publisher"), 2, ["quorum_not_reachable", "no_adjudicator"]),
        pytest.param(("editor", "reviewer", "publisher", "publisher"), 1, [], id="quorum of one"),
        pytest.param(
            ("editor, reviewer", "reviewer", "adjudicator", "publisher", "publisher"),
            2,
            ["quorum_not_reachable", "no_adjudicator"],
            id="the editor may not rate",
        ),
        pytest.param(
            ("editor, adjudicator", "reviewer", "reviewer", "publisher", "publisher"),
            2,
            ["no_adjudicator"],
            id="the editor may not adjudicate",
        ),
        pytest.param(
            ("editor", "reviewer, adjudicator", "reviewer", "publisher", "publisher"),
            2,
            ["no_adjudicator"],
            id="who has to rate cannot settle",
        ),
        pytest.param(
            ("editor", "reviewer, adjudicator", "reviewer", "reviewer", "publisher", "publisher"),
            2,
            ["adjudicator_may_rate"],
            id="who may rate cannot settle then",
        ),
        pytest.param(
            ("editor, publisher", "reviewer", "reviewer", "adjudicator"),
            2,
            ["no_publisher", "nobody_to_lift"],
            id="the editor may not publish",
        ),
    ],
)
def test_says_what_is_lacking(people: tuple[str, ...], quorum: int, lacks: list[str]) -> None:
    assert codes(*people, quorum=quorum) == lacks


def test_who_broke_the_glass_or_has_an_interest_is_not_counted() -> None:
    assert codes(*EVERYTHING, passed_over=frozenset({1})) == ["quorum_not_reachable", "no_adjudicator"]
    assert codes(*EVERYTHING, glass_breakers=frozenset({3})) == ["no_adjudicator"]
    assert codes(*EVERYTHING, glass_breakers=frozenset({4, 5})) == ["no_publisher"]


def test_every_sentence_is_whole() -> None:
    for people in (("editor",), ("editor", "reviewer, adjudicator"), ("editor, publisher",)):
        hands = tuple(Hand(at, frozenset(n for n in GROUPS if n.lower() in w)) for at, w in enumerate(people))
        for each in shortfalls(hands, History(contributors=frozenset({0})), quorum=2):
            assert each.sentence[0].isupper()
            assert each.sentence.endswith(".")


def row_of(move: Move, words: dict[object, str]) -> list[str]:  # type: ignore[type-arg]
    begins = ", ".join(words[state] for state in move.from_states)
    return [move.label, begins, ", ".join(move.groups), move.second_person or "–"]


def test_the_documentation_has_every_move_and_who_may_make_it() -> None:
    """Made anew from the two tables, so that it cannot drift from them."""
    expected = [row_of(move, dict(ROUND_STATE_WORDS)) for move in ROUND_MOVES.values()]
    expected += [row_of(move, dict(PUBLICATION_STATE_WORDS)) for move in PUBLICATION_MOVES.values()]
    assert rows_of("Who may make which step") == expected


@pytest.mark.parametrize("row", rows_of("Who is needed"), ids=lambda row: row[0][:40])
def test_the_documentation_tells_what_each_desk_lacks(row: list[str]) -> None:
    desk, quorum, lacks = row
    people = [person.strip() for person in desk.split("·")]
    assert codes(*people, quorum=int(quorum)) == re.findall(r"`(\w+)`", lacks)
