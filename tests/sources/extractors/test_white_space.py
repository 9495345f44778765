"""The quick ways through a text give what the slow ones give, for every character."""

import sys

import pytest

from sources.extractors.charset import _NOT_TEXT, clean
from sources.extractors.html import _collapsed

EVERY = [chr(number) for number in range(sys.maxunicode + 1)]
SPACES = [character for character in EVERY if character.isspace()]


def test_characters_that_are_no_text_are_the_same_for_both_ways() -> None:
    assert {character for character in EVERY if clean(f"a{character}b") != f"a{character}b"} == {
        character for character in EVERY if _NOT_TEXT.search(character)
    }


@pytest.mark.parametrize("space", [*SPACES, "  ", "\u200b", ""], ids=repr)
def test_white_space_is_collapsed_as_by_taking_the_text_apart(space: str) -> None:
    for text in (f"a{space}b", f"{space}a b{space}", f" a{space}{space}b ", space):
        assert _collapsed(text) == " ".join(text.split())
