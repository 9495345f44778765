import time

import pytest

from sources.domain.finding import (
    LONGEST_EXCERPT,
    MOST_BYTES,
    MOST_MARKS,
    Wanted,
    distinct_words,
    excerpt,
    parse,
    spans_in,
)
from sources.domain.terms import MOST_TERMS

TEXT = (
    "The harbour office counted 2,014,000 containers in 2016.\n\n«Nunca tuvimos tantos», dijo la oficina de Córdoba; "
    "the containers’ owners did not.\n\n在2016年港口處理了兩百萬個貨櫃"
)


def said(typed: str) -> list[str]:
    return [TEXT[start:end] for start, end in spans_in(TEXT, parse(typed))]


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("office", ["office"]),
        ("OFFICE counted", ["office", "counted"]),
        ("contain", ["containers", "containers"]),
        ("cordoba", ["Córdoba"]),
        ("2,014,000", ["2,014,000"]),
        ("2.014.000", ["2,014,000"]),
        ('"office counted"', ["office counted"]),
        ('"offi counted"', []),
        ('"containers in 2016"', ["containers in 2016"]),
        ('"in 2016 the"', []),
        ("貨櫃", ["貨櫃"]),
        ("櫃貨", []),
        ("office -lighthouse", ["office"]),
        ("office -owners", []),
        ('office -"counted containers"', ["office"]),
        ('office -"office counted"', []),
        ("office lighthouse", []),
        ("of", []),
        ("in", ["in"]),
        ("*", []),
        ("-office", []),
        ('"', []),
        ("\x00\ud800", []),
    ],
    ids=ascii,
)
def test_words_are_found_where_they_stand(typed: str, marked: list[str]) -> None:
    assert said(typed) == marked


def test_what_is_typed_is_bounded_and_says_so() -> None:
    assert parse(" ".join(f"word{number}" for number in range(MOST_TERMS + 1))).is_cut
    assert parse("a" * 400).is_cut
    assert not parse("office").is_cut
    assert parse("* ( ) : NEAR/2 ^").terms == parse("near 2").terms or parse("* ( ) : ^") == Wanted()


def test_an_excerpt_stands_around_the_first_place_and_marks_what_is_in_it() -> None:
    text = "word " * 200 + "the harbour lights went out " + "tail " * 200
    pieces = excerpt(text, spans_in(text, parse('"harbour lights" out')))
    assert [piece.text for piece in pieces if piece.is_match] == ["harbour lights", "out"]
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith("…word ") and shown.endswith("tail…")
    assert shown.strip("…") in text
    assert len(shown) <= LONGEST_EXCERPT + 2
    assert excerpt(text, ()) == ()


def test_a_whole_phrase_is_in_its_excerpt_however_long() -> None:
    phrase = " ".join(f"w{number}" for number in range(80))
    spans = spans_in(f"before {phrase} after", parse(f'"{phrase[:290]}"'))
    assert excerpt(f"before {phrase} after", spans)[-2].text == phrase[: spans[0][1] - spans[0][0]]


def test_the_words_kept_are_distinct_folded_and_bounded() -> None:
    assert distinct_words("Ship, ship; SHIPS and the ﬁne Ñandú") == "ship ships and the fine nandu"
    many = " ".join(f"word{number:07}" for number in range(60_000))
    kept = distinct_words(many)
    assert len(kept.encode()) <= MOST_BYTES < len(many.encode())


@pytest.mark.parametrize(
    "text",
    ["a " * 500_000, "aa" * 500_000, "貨" * 300_000, "\u0301" * 300_000, "a-" * 400_000],
    ids=["one-letter words", "one long word", "signs", "marks", "hyphens"],
)
def test_no_text_takes_long(text: str) -> None:
    since = time.process_time()
    spans = spans_in(text, parse('"a a a a a a" aaa 貨貨 -"a b"'))
    assert len(spans) <= MOST_MARKS
    distinct_words(text)
    assert time.process_time() - since < 5
