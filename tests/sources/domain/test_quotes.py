import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sources.domain.quotes import Found, Outcome, find_quote, passage_at
from sources.domain.typography import level

PAGE = (
    "Home News Sport\n\n"
    "The ministry said on Tuesday that about 15 men were “guilty” of the fraud, and that 3.5 million was lost.\n\n"
    "Inspector Vale denied it. The office – in Port Example – did not answer.\n\n"
    "A second report names 115 men and 12 women."
)


def look(exact: str, text: str = PAGE, prefix: str = "", suffix: str = "", hint: int | None = None) -> Found:
    return find_quote(text, exact, prefix, suffix, hint)


def pinned(exact: str) -> tuple[str, str, str, int]:
    start = PAGE.index(exact)
    return (*passage_at(PAGE, start, start + len(exact)), start)


def test_words_that_stand_there_are_intact() -> None:
    found = look(*pinned("about 15 men")[:1])
    assert (found.outcome, found.found_text) == (Outcome.INTACT, "about 15 men")


VARIANTS = {
    "straight quotation marks": '15 men were "guilty" of the fraud',
    "a hyphen for a dash": "The office - in Port Example - did",
    "no-break spaces": "15\u00a0men\u202fwere",
    "a soft hyphen": "the min\u00adistry said"[4:],
    "across a block boundary": "3.5 million was lost. Inspector Vale",
    "decomposed letters": unicodedata.normalize("NFD", "fraud, and"),
}


@pytest.mark.parametrize("exact", VARIANTS.values(), ids=VARIANTS.keys())
def test_what_a_typesetter_changes_is_the_same_words(exact: str) -> None:
    assert look(exact).outcome is Outcome.INTACT


CHANGED = {
    "a digit": ("15 men were", "16 men were"),
    "a digit before it": ("15 men were", "115 men were"),
    "a sign before it": ("15 men were", "-15 men were"),
    "a fraction": ("15 men were", "1.15 men were"),
    "a decimal place": ("3.5 million was lost", "3.4 million was lost"),
    "a negation inside": ("were “guilty” of", "were not “guilty” of"),
    "a negation before it": ("“guilty” of the fraud", "never “guilty” of the fraud"),
    "a denial before it": ("“guilty” of the fraud", "not “guilty” of the fraud"),
    "a name": ("Inspector Vale denied it", "Inspector Vane denied it"),
    "a prefix": ("answer", "unanswer"),
    "a raised digit": ("115 men and 12 women", "115 men and 12² women"),
    "a case": ("Port Example", "port example"),
}


@pytest.mark.parametrize(("before", "after"), CHANGED.values(), ids=CHANGED.keys())
def test_a_change_of_meaning_is_never_intact(before: str, after: str) -> None:
    exact, prefix, suffix, start = pinned(before)
    found = find_quote(PAGE.replace(before, after), exact, prefix, suffix, start)
    assert found.outcome is Outcome.ALTERED, found
    assert found.reason


def test_a_context_alone_shows_what_replaced_the_words() -> None:
    exact, prefix, suffix, start = pinned("The ministry said on Tuesday")
    exact, prefix, suffix, start = pinned("about 15 men were “guilty” of the fraud")
    text = PAGE.replace(exact, "nobody had done anything wrong at all")
    found = find_quote(text, exact, prefix, suffix, start)
    assert (found.outcome, found.found_text) == (Outcome.ALTERED, "nobody had done anything wrong at all")


def test_words_that_went_are_gone() -> None:
    exact, prefix, suffix, start = pinned("about 15 men were “guilty” of the fraud")
    found = find_quote("An entirely different page about the weather.", exact, prefix, suffix, start)
    assert (found.outcome, found.start, found.end) == (Outcome.GONE, -1, -1)
    assert look("anything", text="").outcome is Outcome.GONE


def test_the_same_words_in_other_surroundings_are_moved() -> None:
    exact, prefix, suffix, start = pinned("Inspector Vale denied it")
    text = "Corrections: it was " + exact + " who wrote this.\n\n" + "x " * 200
    assert find_quote(text, exact, prefix, suffix, start).outcome is Outcome.MOVED


def test_a_line_above_the_passage_does_not_move_it() -> None:
    exact, prefix, suffix, start = pinned("Inspector Vale denied it")
    assert find_quote("Breaking news today\n\n" + PAGE, exact, prefix, suffix, start).outcome is Outcome.INTACT


def test_the_surroundings_choose_among_equal_words() -> None:
    text = "One said: no comment. Two said: no comment. Three said: no comment."
    found = find_quote(text, "no comment", "Two said: ", ". Three")
    assert found.start == text.index("Two said: ") + len("Two said: ")
    assert found.times == 1
    assert find_quote(text, "no comment").times == 3


def test_the_reason_names_the_first_difference() -> None:
    exact, prefix, suffix, start = pinned("about 15 men")
    assert "“16”" in find_quote(PAGE.replace("15 men", "16 men"), exact, prefix, suffix, start).reason


def test_no_span_of_the_text_is_refused() -> None:
    for start, end in ((-1, 3), (3, 3), (0, len(PAGE) + 1)):
        with pytest.raises(ValueError, match="no span"):
            passage_at(PAGE, start, end)


WORDS = st.lists(st.text("abcdefgéñžßж0123456789’“”–-.,%", min_size=1, max_size=8), min_size=3, max_size=40).map(
    " ".join
)


@given(text=WORDS, data=st.data())
def test_every_passage_is_found_intact_where_it_was_pinned(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    exact, prefix, suffix = passage_at(text, start, end)
    assume(any(char.isalnum() for char in exact))
    found = find_quote(text, exact, prefix, suffix, start)
    assert found.outcome is Outcome.INTACT
    assert level(found.found_text).text.strip() == level(exact).text.strip()


@given(text=WORDS, data=st.data())
def test_a_changed_digit_is_never_intact(text: str, data: st.DataObject) -> None:
    places = [at for at, char in enumerate(text) if char.isdigit()]
    assume(places)
    at = data.draw(st.sampled_from(places))
    start = data.draw(st.integers(max(0, at - 12), at))
    end = data.draw(st.integers(at + 1, min(len(text), at + 12)))
    exact, prefix, suffix = passage_at(text, start, end)
    changed = text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
    assume(level(exact).text.strip() not in level(changed).text)
    assert find_quote(changed, exact, prefix, suffix, start).outcome in (Outcome.ALTERED, Outcome.GONE)


@given(st.text(max_size=60))
def test_levelling_maps_every_character_back(text: str) -> None:
    levelled = level(text)
    for at in range(len(levelled.text)):
        start, end = levelled.span(at, at + 1)
        assert 0 <= start < end <= len(text)
    if levelled.text:
        assert level(text[slice(*levelled.span(0, len(levelled.text)))]).text == levelled.text


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_nothing_typed_makes_it_fail(text: str, exact: str, prefix: str, suffix: str) -> None:
    found = find_quote(text, exact, prefix, suffix, 3)
    assert found.found_text == (text[found.start : found.end] if found.start >= 0 else "")
