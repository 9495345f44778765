import pytest

from sources.domain.errors import BadInput, WrongPerson, WrongState
from sources.models import Event
from sources.services.hold import lift_hold, place_hold
from tests.conftest import Cast
from tests.sources.services.copies import make_copy, make_source

pytestmark = pytest.mark.django_db


def test_a_hold_is_placed_once_and_lifted_once_on_the_record(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    hold = place_hold(by=cast.publisher, subject=capture, reason="A case is pending.")
    with pytest.raises(WrongState) as refused:
        place_hold(by=cast.publisher2, subject=capture, reason="Another.")
    assert refused.value.code == "held_already"
    lift_hold(by=cast.publisher2, hold=hold, reason="The case was closed.")
    with pytest.raises(WrongState):
        lift_hold(by=cast.publisher, hold=hold, reason="Again.")
    actions = Event.objects.filter(subject_id=hold.public_id).values_list("action", "by__username")
    assert list(actions) == [("legal_hold_lifted", "publisher2"), ("legal_hold_placed", "publisher")]


def test_only_publishers_hold_and_always_with_a_reason(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    for person in (cast.editor, cast.reviewer_a, cast.superuser):
        with pytest.raises(WrongPerson):
            place_hold(by=person, subject=capture, reason="A case.")
    with pytest.raises(BadInput):
        place_hold(by=cast.publisher, subject=capture, reason=" ")
