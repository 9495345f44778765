from hypothesis import given
from hypothesis import strategies as st

from sources.domain.text_blocks import Mark, blocks_with_marks, page_of

TEXT = "A title\n\nFirst words of it.\n\nSecond words of it."


def test_blocks_keep_their_place_and_kind() -> None:
    blocks = blocks_with_marks(TEXT, [], headings=((0, 1),))
    assert [TEXT[block.start : block.end] for block in blocks] == TEXT.split("\n\n")
    assert [block.kind for block in blocks] == ["heading", "text", "text"]


def test_overlapping_passages_share_a_segment() -> None:
    block = blocks_with_marks("abcdef", [Mark(0, 4, "one"), Mark(2, 6, "two")])[0]
    assert [(segment.text, segment.passage_ids, segment.begins) for segment in block.segments] == [
        ("ab", ("one",), ("one",)),
        ("cd", ("one", "two"), ("two",)),
        ("ef", ("two",), ()),
    ]


def test_a_passage_across_blocks_is_marked_in_both_and_begins_once() -> None:
    start = TEXT.index("of it.")
    blocks = blocks_with_marks(TEXT, [Mark(start, len(TEXT) - 3, "p")])
    assert [segment.text for block in blocks for segment in block.segments if "p" in segment.passage_ids] == [
        "of it.",
        "Second words of ",
    ]
    assert sum(segment.begins == ("p",) for block in blocks for segment in block.segments) == 1


def test_a_passage_that_starts_in_a_gap_begins_with_the_next_block() -> None:
    blocks = blocks_with_marks(TEXT, [Mark(TEXT.index("\n\nSecond"), len(TEXT), "p")])
    assert blocks[2].segments[0].begins == ("p",)


def test_pages_open_with_their_first_block() -> None:
    blocks = blocks_with_marks(TEXT, [], pages=(0, 9))
    assert [block.page for block in blocks] == [1, 2, 0]
    assert (page_of((0, 9), 8), page_of((0, 9), 9), page_of((), 3)) == (1, 2, 0)


MARKS = st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40), st.sampled_from("abc")), max_size=6)


@given(st.text("ab \n", max_size=40), MARKS)
def test_no_character_is_lost_or_doubled(text: str, spans: list[tuple[int, int, str]]) -> None:
    blocks = blocks_with_marks(text, [Mark(*span) for span in spans])
    for block in blocks:
        assert "".join(segment.text for segment in block.segments) == text[block.start : block.end]
    assert "".join(text[block.start : block.end] for block in blocks).replace("\n", "") == text.replace("\n", "")
