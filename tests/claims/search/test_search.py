"""Words, queries and snippets, apart from any database."""

from hypothesis import given
from hypothesis import strategies as st

from claims.search.query import parse
from claims.search.snippets import ELLIPSIS, LONGEST_EXCERPT, excerpt, marked
from claims.search.tsvector import pair, vector_of
from claims.search.words import MOST_WORDS, stem, tokens_of
from sources.domain.terms import MOST_TERMS
from sources.domain.words import MOST_LETTERS, words_of


def test_words_are_folded_and_cut() -> None:
    assert words_of("São  Tomé’s") == ["sao", "tome", "s"]
    assert words_of("№ 5—x_y") == ["no", "5", "x", "y"]
    assert words_of("東京 1") == ["東", "京", "1"]
    assert words_of("x" * 99) == ["x" * MOST_LETTERS]


def test_tokens_are_stems_then_longer_forms() -> None:
    assert tokens_of(("Governments governed", "The ferry"), "en") == (
        "govern govern = the ferri governments= governed= ferry="
    )
    assert tokens_of(("", "a"), "en") == "a"
    assert len(tokens_of(["word " * 9000], "en").split()) == MOST_WORDS


@given(
    word=st.text(min_size=1, max_size=12), language=st.sampled_from(["en", "es", "pt", "ar", "de", "ru", "hi", "zz"])
)
def test_a_stem_is_one_token(word: str, language: str) -> None:
    for folded in words_of(word):
        assert words_of(stem(language, folded)) == [stem(language, folded)]


def test_a_query_is_bounded() -> None:
    query = parse("a " * 400)
    assert len(query.wanted) == MOST_TERMS
    assert query.is_cut
    assert not parse("one two").is_cut


def test_the_last_word_goes_on_from_three_letters() -> None:
    assert parse("fer").wanted[0].prefix == ("fer",)
    assert parse("fe").wanted[0].prefix == ()
    assert parse('"ferry"').wanted[0].prefix == ()
    assert parse("ferry late").wanted[0].prefix == ()


def test_a_word_stands_for_its_stems_in_each_language() -> None:
    assert parse("elections", ("en", "es-MX")).wanted[0].phrases == (("elect",), ("elections",))


@given(typed=st.text(), text=st.text())
def test_marked_pieces_join_to_the_text(typed: str, text: str) -> None:
    assert "".join(piece.text for piece in marked(text, parse(typed))) == text


def test_marks_every_form_of_a_word() -> None:
    pieces = marked("Governments govern.", parse("governing"))
    assert [piece.text for piece in pieces if piece.is_match] == ["Governments", "govern"]


def test_an_excerpt_is_cut_around_what_was_found() -> None:
    text = "word " * 200 + "ferry " + "word " * 200
    pieces = excerpt(("nothing here", text), parse("ferry"))
    joined = "".join(piece.text for piece in pieces)
    assert [piece.text for piece in pieces if piece.is_match] == ["ferry"]
    assert joined.startswith(ELLIPSIS) and joined.endswith(ELLIPSIS)
    assert len(joined) <= LONGEST_EXCERPT + 2
    assert excerpt((text,), parse("lantern")) == ()


def test_a_vector_keeps_places_apart_by_field() -> None:
    ab, ba = pair("a", "b"), pair("b", "a")
    assert vector_of(1025, ("a b a", "b = a aa="), "all: topic:x") == (
        f"'a':1,3,8 'b':2,6 '=':7 'aa=':9 'all:' 'topic:x' 'band:1' 'wide:0' '{ab}' '{ba}'"
    )
    assert len({ab, ba}) == 2
