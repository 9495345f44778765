import pytest

from sources.domain.errors import BadInput, WrongPerson, WrongState
from sources.models import Event
from sources.services.judge import judge_by_hand
from tests.conftest import Cast
from tests.sources.services.copies import make_copy, make_source

pytestmark = pytest.mark.django_db


def test_a_persons_judgement_counts_and_the_rules_stays(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor), "<title>Not found</title><h1>Not found</h1><p>A poem in two lines.")
    assert capture.usabilities.get().verdict == "soft_404"
    judge_by_hand(by=cast.editor, capture=capture, verdict="usable", reason="It is the poem of that name.")
    assert [row.verdict for row in capture.usabilities.all()] == ["usable", "soft_404"]
    event = Event.objects.get(action="capture_judged")
    assert (event.by, event.before, event.after) == (cast.editor, '{"verdict":"soft_404"}', '{"verdict":"usable"}')


@pytest.mark.parametrize(
    ("verdict", "reason", "code"),
    [
        ("usable", "It is.", "judged_so_already"),
        ("fine", "It is.", "verdict_unknown"),
        ("login", "", "judgement_reason_missing"),
    ],
)
def test_refuses_what_says_nothing(cast: Cast, verdict: str, reason: str, code: str) -> None:
    capture = make_copy(make_source(cast.editor))
    with pytest.raises((BadInput, WrongState)) as refused:
        judge_by_hand(by=cast.editor, capture=capture, verdict=verdict, reason=reason)
    assert refused.value.code == code


def test_only_who_may_change_captures_judges(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    for person in (cast.reviewer_a, cast.publisher, cast.superuser):
        with pytest.raises(WrongPerson):
            judge_by_hand(by=person, capture=capture, verdict="login", reason="A wall.")
