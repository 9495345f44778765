import pytest

from sources.domain.errors import BadInput, DeskError, NotFound, WrongPerson, WrongState
from sources.models import ArtefactRole, Capture, Event
from sources.services.quote import pin, pin_quote, read_copy, reading_text, words_of
from tests.conftest import Cast
from tests.sources.services.copies import flip_a_bit, make_copy, make_source, path_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def copy(cast: Cast) -> Capture:
    return make_copy(make_source(cast.editor))


def test_pins_the_words_that_stand_at_a_place(cast: Cast, copy: Capture) -> None:
    text = reading_text(copy)
    start = text.index("15 ships")
    passage = pin(by=cast.reviewer_a, capture=copy, start=start, end=start + 8, exact="15 ships")
    assert (passage.exact, passage.start, passage.created_by) == ("15 ships", start, cast.reviewer_a)
    assert text[start - len(passage.prefix) : start] == passage.prefix
    assert passage.text_sha256 == copy.artefacts.get(role=ArtefactRole.TEXT).sha256
    assert words_of(passage) == "15 ships"


@pytest.mark.parametrize(
    ("start", "end", "exact", "code"),
    [
        (0, 4, "Homes", "passage_differs"),
        (-1, 4, "Home", "passage_outside"),
        (4, 4, "", "passage_outside"),
        (0, 10_000, "Home", "passage_outside"),
        (4, 6, "\n\n", "passage_empty"),
    ],
)
def test_refuses_what_does_not_stand_there(
    cast: Cast, copy: Capture, start: int, end: int, exact: str, code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        pin(by=cast.reviewer_a, capture=copy, start=start, end=end, exact=exact)
    assert refused.value.code == code


def test_finds_and_pins_typed_words_as_they_stand(cast: Cast, copy: Capture) -> None:
    passage = pin_quote(by=cast.editor, capture=copy, exact='"no fewer than" 40')
    assert passage.exact == "“no fewer than” 40"


@pytest.mark.parametrize(
    ("exact", "code"),
    [
        ("The office counted 16 ships in spring", "quote_differs"),
        ("Nothing of the sort was ever written", "quote_not_found"),
        ("  ", "quote_empty"),
        ("Harbour report", ""),
        ("in s", "quote_not_found"),
    ],
)
def test_never_pins_other_words(cast: Cast, copy: Capture, exact: str, code: str) -> None:
    if not code:
        assert pin_quote(by=cast.editor, capture=copy, exact=exact).exact == exact
        return
    with pytest.raises(BadInput) as refused:
        pin_quote(by=cast.editor, capture=copy, exact=exact)
    assert refused.value.code == code


def test_words_that_stand_twice_need_their_surroundings(cast: Cast) -> None:
    copy = make_copy(make_source(cast.editor), "<p>One: no comment from them.</p><p>Two: no comment from them.</p>")
    with pytest.raises(BadInput, match="2 times"):
        pin_quote(by=cast.editor, capture=copy, exact="no comment")
    assert pin_quote(by=cast.editor, capture=copy, exact="no comment", prefix="Two: ").start == reading_text(
        copy
    ).rindex("no c")


def test_the_same_span_pinned_twice_is_one_passage_for_each_person(cast: Cast, copy: Capture) -> None:
    one = pin_quote(by=cast.reviewer_a, capture=copy, exact="15 ships")
    assert pin_quote(by=cast.reviewer_a, capture=copy, exact="15 ships") == one
    assert pin_quote(by=cast.reviewer_b, capture=copy, exact="15 ships") != one


def test_pinning_leaves_no_trace_that_others_could_read(cast: Cast, copy: Capture) -> None:
    before = Event.objects.count()
    pin_quote(by=cast.reviewer_a, capture=copy, exact="15 ships")
    assert Event.objects.count() == before


def test_a_flipped_bit_on_disk_is_found_when_the_text_is_read(cast: Cast, copy: Capture) -> None:
    flip_a_bit(read_copy(copy).artefact.sha256)
    with pytest.raises(WrongState) as refused:
        reading_text(copy)
    assert refused.value.code == "text_damaged"
    with pytest.raises(WrongState):
        pin_quote(by=cast.reviewer_a, capture=copy, exact="15 ships")


def test_a_missing_file_is_told_in_a_sentence(cast: Cast, copy: Capture) -> None:
    path_of(read_copy(copy).artefact.sha256).unlink()
    with pytest.raises(WrongState) as refused:
        reading_text(copy)
    assert refused.value.code == "text_missing"


def test_a_copy_without_text_is_not_found(cast: Cast) -> None:
    copy = make_copy(make_source(cast.editor), b"\x89PNG\r\n\x1a\n", declared="image/png")
    with pytest.raises(NotFound) as refused:
        reading_text(copy)
    assert refused.value.code == "no_text"


def test_somebody_who_left_pins_nothing(cast: Cast, copy: Capture) -> None:
    cast.reviewer_a.is_active = False
    with pytest.raises(WrongPerson):
        pin_quote(by=cast.reviewer_a, capture=copy, exact="15 ships")


def test_every_refusal_is_a_sentence(cast: Cast, copy: Capture) -> None:
    with pytest.raises(DeskError) as refused:
        pin_quote(by=cast.editor, capture=copy, exact="")
    assert refused.value.sentence.endswith(".")
    assert refused.value.field == "exact"
