"""Sentences of notices that nobody writes by hand."""

from datetime import date

import pytest

from claims.domain.sightings import SENTENCES, Told, read, sentence_of


@pytest.mark.parametrize("kind", SENTENCES)
def test_what_a_sentence_tells_is_read_from_it_again(kind: str) -> None:
    text = sentence_of(kind, number=12, on=date(2026, 3, 9))
    assert "12" in text
    assert "9 March 2026" in text
    assert read(kind, text) == Told(12, date(2026, 3, 9))


@pytest.mark.parametrize(
    "kind, text",
    [
        ("source_gone", "Source 1 was gone when we looked on 31 February 2026."),
        ("source_gone", "Source 1 was gone when we looked on 9 March 2026. Or so they say."),
        ("source_changed", "Source 1 was gone when we looked on 9 March 2026."),
        ("late_reply", "Source 1 was gone when we looked on 9 March 2026."),
        ("source_gone", ""),
    ],
)
def test_another_sentence_is_nobodys_but_its_writers(kind: str, text: str) -> None:
    assert read(kind, text) is None
