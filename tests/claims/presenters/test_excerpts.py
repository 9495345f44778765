"""What is shown of an archived text, and where its marks begin."""

from claims.presenters.excerpts import AROUND, Mark, surroundings, whole

TEXT = "First block.\n\nThe second block says so.\n\nThe third is left out.\n\nThe last says it again."


def _shown(excerpt) -> list[str]:  # type: ignore[no-untyped-def]
    return ["".join(run.text for run in block.runs) for block in excerpt.blocks]


def _mark(words: str, text: str = TEXT) -> Mark:
    at = text.index(words)
    return Mark(at, at + len(words))


def test_shows_only_the_blocks_that_are_quoted_and_says_where_words_are_left_out() -> None:
    excerpt = surroundings(TEXT, [_mark("second"), _mark("again")])
    assert _shown(excerpt) == ["The second block says so.", "The last says it again."]
    assert [block.is_after_gap for block in excerpt.blocks] == [True, True]
    assert not excerpt.is_cut_at_end


def test_says_that_words_follow_the_last_block() -> None:
    assert surroundings(TEXT, [_mark("second")]).is_cut_at_end


def test_cuts_a_long_block_around_its_passage() -> None:
    text = "word " * 400 + "here it stands " + "word " * 400
    excerpt = surroundings(text, [_mark("here it stands", text)])
    assert len(_shown(excerpt)[0]) <= 2 * AROUND + len("here it stands")
    assert "here it stands" in _shown(excerpt)[0]


def test_the_whole_text_loses_no_character_of_its_blocks() -> None:
    assert "\n\n".join(_shown(whole(TEXT, [_mark("second"), _mark("block says")]))) == TEXT


def test_a_mark_begins_with_its_anchor_and_overlapping_marks_keep_theirs() -> None:
    one, other = _mark("second block"), _mark("block says")
    anchors = [anchor for block in whole(TEXT, [one, other]).blocks for run in block.runs for anchor in run.anchors]
    assert anchors == [one.anchor, other.anchor]


def test_a_mark_outside_the_text_is_not_drawn() -> None:
    excerpt = whole(TEXT, [Mark(5, 10_000), Mark(7, 7)])
    assert not any(run.is_marked for block in excerpt.blocks for run in block.runs)


def test_nothing_is_shown_where_nothing_is_quoted() -> None:
    assert surroundings(TEXT, []).blocks == ()
