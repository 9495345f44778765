"""What changed between two texts is told word by word, loses nothing, and costs little whatever the texts are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.domain import word_diff
from sources.domain.word_diff import MOST_CHARACTERS, compare

TEXTS = st.lists(st.sampled_from(["a", "bb", "27,000", " ", ",", "\n\n", "\n", "é", "كلمة"]), max_size=40).map(
    "".join
)


def _sides(old: str, new: str, **more: int) -> tuple[str, str]:
    pieces = compare(old, new, **more)
    before = "".join(piece.text for piece in pieces if piece.kind != "new")
    return before, "".join(piece.text for piece in pieces if piece.kind != "gone")


def _changes(old: str, new: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in compare(old, new) if piece.kind != "same"]


@given(TEXTS, TEXTS, st.integers(0, 200))
@settings(max_examples=200, deadline=None)
def test_both_texts_can_be_put_together_again_however_small_the_budget(old: str, new: str, steps: int) -> None:
    assert _sides(old, new) == (old, new)
    assert _sides(old, new, most_steps=steps) == (old, new)


@given(TEXTS, TEXTS)
@settings(max_examples=100, deadline=None)
def test_each_piece_says_where_it_stands(old: str, new: str) -> None:
    for piece in compare(old, new):
        if piece.kind != "new":
            assert old[piece.old : piece.old + len(piece.text)] == piece.text
        if piece.kind != "gone":
            assert new[piece.new : piece.new + len(piece.text)] == piece.text


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("Same words.", "Same words.", []),
        ("It was 27,000 people.", "It was 31,000 people.", [("gone", "27,000"), ("new", "31,000")]),
        ("It was so.", "It was not so.", [("new", "not ")]),
        ("One.\n\nTwo.", "One.\n\nTwo.\n\nThree.", [("new", "\n\nThree.")]),
        ("by the old man", "by a young man", [("gone", "the old"), ("new", "a young")]),
        ("", "Something.", [("new", "Something.")]),
    ],
    ids=["same", "a number", "a negation", "a paragraph", "neighbours", "from nothing"],
)
def test_tells_what_a_reader_would_say(old: str, new: str, changes: list[tuple[str, str]]) -> None:
    assert sorted(_changes(old, new)) == sorted(changes)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a b " * 100_000, "b a " * 100_000),
        ("\n\n".join(str(n % 7) for n in range(130_000)), "\n\n".join(str(n % 5) for n in range(130_000))),
        (" ".join(map(str, range(60_000))), " ".join(str(-n) for n in range(60_000))),
        ("\n" * 400_000, "\n" * 399_999 + "a"),
    ],
    ids=["shifted", "few paragraphs in two orders", "unrelated", "line breaks"],
)
def test_hostile_texts_spend_no_more_than_the_budget(old: str, new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spent = 0
    spend = word_diff._Budget.spend

    def counted(self: word_diff._Budget, steps: int) -> bool:
        nonlocal spent
        spent += steps
        return spend(self, steps)

    monkeypatch.setattr(word_diff._Budget, "spend", counted)
    assert _sides(old, new) == (old[:MOST_CHARACTERS], new[:MOST_CHARACTERS])
    assert spent < 5 * word_diff.MOST_STEPS


def test_what_lies_beyond_the_most_is_not_looked_at() -> None:
    assert _sides("a" * MOST_CHARACTERS + "b", "a" * MOST_CHARACTERS + "c") == ("a" * MOST_CHARACTERS,) * 2
