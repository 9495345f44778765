"""Addresses made from statements."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.domain.slugs import MAX_LENGTH, candidates, slug_of


@pytest.mark.parametrize(
    ("statement", "slug"),
    [
        ("The quay has twelve berths", "the-quay-has-twelve-berths"),
        ("At least 27,000 people from 86 countries", "at-least-27000-people-from-86-countries"),
        ("Ñandú, élan & Straße—“quoted”", "nandu-elan-strasse-quoted"),
        ("The harbour’s two men", "the-harbours-two-men"),
        ("Кремль заявил", "kreml-zayavil"),
        ("!!!", "claim"),
        ("", "claim"),
    ],
)
def test_makes_a_readable_address(statement: str, slug: str) -> None:
    assert slug_of(statement) == slug


def test_cuts_at_the_end_of_a_word() -> None:
    assert slug_of("one two three", max_length=10) == "one-two"
    assert slug_of("x" * 200) == "x" * MAX_LENGTH


@given(st.text(max_size=200), st.integers(8, 120))
def test_every_statement_has_a_sound_address(statement: str, longest: int) -> None:
    for slug in itertools.islice(candidates(statement, max_length=longest), 3):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
        assert len(slug) <= longest


def test_a_taken_address_gets_a_number() -> None:
    assert list(itertools.islice(candidates("quay"), 3)) == ["quay", "quay-2", "quay-3"]
