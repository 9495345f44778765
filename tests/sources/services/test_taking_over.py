import json

import pytest

from sources.domain.errors import Several, WrongPerson, WrongState
from sources.models import Event, Source
from sources.services.remove import RemovalAsked, ask_removal, carry_out_removal
from sources.services.taking_over import claimed_of, edtf_of, take_over
from tests.conftest import Cast
from tests.sources.services.copies import make_copy, make_source
from tests.sources.services.test_reading import PAGE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("claimed", "day"),
    [
        ("2019-05-04T10:00:00Z", "2019-05-04"),
        ("2019-05-04 10:00", "2019-05-04"),
        (" 2019-05 ", "2019-05"),
        ("2019", "2019"),
        ("2019-13-04", ""),
        ("20190504", ""),
        ("4/5/2019", ""),
        ("2019-05-044", ""),
        ("", ""),
    ],
)
def test_a_claimed_date_is_read_only_where_it_can_mean_one_day(claimed: str, day: str) -> None:
    assert edtf_of(claimed) == day


def test_what_the_newest_copy_claims_is_taken_over_as_corrected(cast: Cast) -> None:
    source = make_source(cast.editor)
    Source.objects.filter(pk=source.pk).update(language="en", published_printed="early May")
    capture = make_copy(source, PAGE)
    make_copy(source, "<p>Nothing is claimed here, by nobody and of no day at all.</p>", days=1)
    found = claimed_of(source)
    assert found is not None
    assert (found.capture, found.author, found.published_edtf, found.site_name) == (
        capture,
        "Rowan Pike",
        "2019-05-04",
        "The Quay",
    )
    row = take_over(
        by=cast.editor,
        source=source,
        capture=found.capture,
        title="Harbour report",
        author=found.author,
        published_edtf=found.published_edtf,
    )
    source.refresh_from_db()
    assert row == source
    assert (source.title, source.title_folded, source.author) == ("Harbour report", "harbour report", "Rowan Pike")
    assert str(source.published_latest_on) == "2019-05-04"
    assert (source.language, source.published_printed) == ("en", "early May")
    event = Event.objects.get(action="source_claims_taken_over")
    assert (event.by, event.subject_id) == (cast.editor, source.public_id)
    assert str(capture.public_id) in event.reason
    assert json.loads(event.before) == {"author": "", "published_edtf": "", "title": ""}
    assert json.loads(event.after)["author"] == "Rowan Pike"


def test_what_is_wrong_is_refused_and_nothing_changes(cast: Cast) -> None:
    source, other = make_source(cast.editor), make_source(cast.editor, "quay")
    capture, elsewhere = make_copy(source, PAGE), make_copy(other, PAGE)
    typed = {"title": "x", "author": "", "published_edtf": ""}
    with pytest.raises(Several) as several:
        take_over(by=cast.editor, source=source, capture=capture, **{**typed, "published_edtf": "May 4th"})
    assert [error.field for error in several.value.errors] == ["published_edtf"]
    with pytest.raises(WrongState) as refused:
        take_over(by=cast.editor, source=source, capture=elsewhere, **typed)
    assert refused.value.code == "copy_of_another"
    with pytest.raises(WrongPerson):
        take_over(by=cast.reviewer_a, source=source, capture=capture, **typed)
    source.refresh_from_db()
    assert source.title == ""
    assert not Event.objects.filter(action="source_claims_taken_over").exists()


def test_nothing_is_claimed_by_a_copy_that_was_removed(cast: Cast) -> None:
    source = make_source(cast.editor)
    removal = ask_removal(by=cast.editor, asked=RemovalAsked(make_copy(source, PAGE), "safety", "A threat."))
    assert claimed_of(source) is not None
    carry_out_removal(by=cast.publisher, removal=removal)
    assert claimed_of(source) is None
