import pytest

from sources.models import Anchoring, AnchoringOutcome, Capture, Passage
from sources.services.quote import pin_quote
from sources.services.reanchor import captures_to_reanchor, changed_since, reanchor, reanchor_due
from tests.conftest import Cast
from tests.sources.services.copies import PAGE, make_copy, make_source, path_of

pytestmark = pytest.mark.django_db

LATER = {
    "the same bytes": (PAGE, AnchoringOutcome.INTACT),
    "a line above": (PAGE.replace("<nav>", "<div>Breaking</div><nav>"), AnchoringOutcome.INTACT),
    "a changed digit": (PAGE.replace("15 ships", "51 ships"), AnchoringOutcome.ALTERED),
    "a negation": (PAGE.replace("counted 15", "counted not 15"), AnchoringOutcome.ALTERED),
    "another article": ("<h1>Weather</h1><p>It will rain on all the fields tomorrow.</p>", AnchoringOutcome.GONE),
    "elsewhere": ("<h1>Corrections</h1><p>We wrote that 15 ships in spring were many.</p>", AnchoringOutcome.MOVED),
    "a soft 404": (
        "<title>Page not found</title><h1>Page not found</h1><p>Search here.",
        AnchoringOutcome.UNREACHABLE,
    ),
}


@pytest.mark.parametrize(("page", "outcome"), LATER.values(), ids=LATER.keys())
def test_each_passage_is_looked_for_in_the_later_copy(cast: Cast, page: str, outcome: AnchoringOutcome) -> None:
    source = make_source(cast.editor)
    passage = pin_quote(by=cast.editor, capture=make_copy(source), exact="15 ships in spring")
    later = make_copy(source, page, days=30)
    [row] = reanchor(capture=later)
    assert (row.passage, row.capture, row.outcome) == (passage, later, outcome)
    assert row.outcome == AnchoringOutcome.INTACT or row.reason


def test_looking_twice_makes_no_second_row(cast: Cast) -> None:
    source = make_source(cast.editor)
    pin_quote(by=cast.editor, capture=make_copy(source), exact="15 ships")
    later = make_copy(source, PAGE.replace("15", "16"), days=1)
    assert len(reanchor(capture=later)) == 1
    assert reanchor(capture=later) == []
    assert Anchoring.objects.count() == 1


def test_earlier_copies_and_other_sources_are_left_alone(cast: Cast) -> None:
    source = make_source(cast.editor)
    earlier = make_copy(source)
    pin_quote(by=cast.editor, capture=make_copy(source, days=1), exact="15 ships")
    other = make_copy(make_source(cast.editor, "elsewhere"), days=2)
    assert reanchor(capture=earlier) == []
    assert reanchor(capture=other) == []


def test_what_was_missed_is_made_up_for(cast: Cast) -> None:
    source = make_source(cast.editor)
    pin_quote(by=cast.editor, capture=make_copy(source), exact="15 ships")
    later = make_copy(source, days=1)
    assert list(captures_to_reanchor()) == [later]
    assert reanchor_due() == 1
    assert list(captures_to_reanchor()) == []


def test_a_text_missing_on_disk_is_unreachable_with_its_reason(cast: Cast) -> None:
    source = make_source(cast.editor)
    pin_quote(by=cast.editor, capture=make_copy(source), exact="15 ships")
    later = make_copy(source, PAGE.replace("15", "16"), days=1)
    path_of(later.artefacts.get(role="text").sha256).unlink()
    [row] = reanchor(capture=later)
    assert (row.outcome, row.reason) == ("unreachable", "The stored text is missing from the archive.")


def test_only_the_newest_look_says_what_changed(cast: Cast) -> None:
    source = make_source(cast.editor)
    pin_quote(by=cast.editor, capture=make_copy(source), exact="15 ships")
    changed = make_copy(source, PAGE.replace("15", "16"), days=1)
    reanchor(capture=changed)
    assert [row.capture for row in changed_since(Passage.objects.all())] == [changed]
    reanchor(capture=make_copy(source, days=2))
    assert not changed_since(Passage.objects.all()).exists()


def test_an_open_capture_is_passed_over(cast: Cast) -> None:
    source = make_source(cast.editor)
    copy = make_copy(source)
    assert reanchor(capture=Capture(source=source, state="open", captured_at=copy.captured_at)) == []
