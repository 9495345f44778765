"""Two windows on one draft: whatever was typed in either is there until its owner chooses."""

import json
from typing import Any

import pytest

from claims.models import RatingDraft, Round
from claims.services.opening import open_round, supersede_open_round
from claims.services.rating import hand_in, save_draft
from claims.services.setting_aside import check_current, drop_aside, keep_late, set_aside, take_up_aside
from sources.domain.errors import DeskError, WrongState
from sources.models import Event
from tests.claims.services.round_factory import a_form, an_open_round, given

pytestmark = pytest.mark.django_db

EARLY, LATE = {"reasons": "Typed on the laptop"}, {"reasons": "Typed on the phone"}


@pytest.fixture
def round_(cast: Any) -> Round:
    found = an_open_round(cast)
    given(cast, found, cast.reviewer_a, cast.reviewer_b)
    save_draft(by=cast.reviewer_a, round_=found, payload=EARLY)
    return found


def versions(draft: RatingDraft) -> tuple[dict[str, str], dict[str, str] | None]:
    draft.refresh_from_db()
    return json.loads(draft.payload), json.loads(draft.aside) if draft.aside else None


def test_a_version_from_an_older_page_is_kept_beside(cast: Any, round_: Round) -> None:
    events = Event.objects.count()
    draft = set_aside(by=cast.reviewer_a, round_=round_, payload=LATE)
    assert versions(draft) == (EARLY, LATE)
    assert versions(set_aside(by=cast.reviewer_a, round_=round_, payload={"reasons": "And on"})) == (
        EARLY,
        {"reasons": "And on"},
    )
    assert Event.objects.count() == events, "that somebody types is told to nobody"


def test_the_two_versions_change_places_and_one_can_go(cast: Any, round_: Round) -> None:
    set_aside(by=cast.reviewer_a, round_=round_, payload=LATE)
    draft = take_up_aside(by=cast.reviewer_a, round_=round_)
    assert versions(draft) == (LATE, EARLY)
    assert draft.revision == 2
    assert versions(drop_aside(by=cast.reviewer_a, round_=round_)) == (LATE, None)
    assert versions(take_up_aside(by=cast.reviewer_a, round_=round_)) == (LATE, None)


def test_saving_goes_on_beside_what_was_set_aside(cast: Any, round_: Round) -> None:
    draft = set_aside(by=cast.reviewer_a, round_=round_, payload=LATE)
    save_draft(by=cast.reviewer_a, round_=round_, payload={"reasons": "Further"}, revision=1)
    assert versions(draft) == ({"reasons": "Further"}, LATE)


def test_a_page_that_is_not_current_hands_nothing_in(cast: Any, round_: Round) -> None:
    save_draft(by=cast.reviewer_a, round_=round_, payload=LATE, revision=1)
    with pytest.raises(WrongState) as refusal:
        check_current(by=cast.reviewer_a, round_=round_, payload=EARLY, revision=1)
    assert refusal.value.code == "draft_saved_elsewhere"
    check_current(by=cast.reviewer_a, round_=round_, payload=LATE, revision=1)
    check_current(by=cast.reviewer_a, round_=round_, payload=EARLY, revision=2)
    check_current(by=cast.reviewer_a, round_=round_, payload=EARLY, revision=None)
    check_current(by=cast.reviewer_b, round_=round_, payload=EARLY, revision=7)


def test_nobody_elses_draft_is_touched(cast: Any, round_: Round) -> None:
    for act in (set_aside, keep_late):
        if act is set_aside:
            with pytest.raises(DeskError):
                act(by=cast.reviewer_b, round_=round_, payload=LATE)
    for act_on in (take_up_aside, drop_aside):
        with pytest.raises(DeskError):
            act_on(by=cast.reviewer_b, round_=round_)
    assert versions(RatingDraft.objects.get()) == (EARLY, None)


def test_what_comes_after_an_edit_is_kept_for_the_next_round(cast: Any, round_: Round) -> None:
    from claims.desk.rating_page import begun

    supersede_open_round(claim=round_.claim, by=cast.editor, reason="Edited.")
    assert keep_late(by=cast.reviewer_a, round_=round_, payload=LATE)
    assert versions(RatingDraft.objects.get()) == (LATE, EARLY)
    assert keep_late(by=cast.reviewer_b, round_=round_, payload=LATE), "without a draft before, too"
    again = open_round(by=cast.editor, claim=round_.claim)
    assert begun(by=cast.reviewer_a, round_=again, draft=None) == LATE


def test_late_words_are_kept_only_for_who_was_to_rate(cast: Any, round_: Round) -> None:
    assert not keep_late(by=cast.reviewer_a, round_=round_, payload=LATE), "the round is open"
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_))
    supersede_open_round(claim=round_.claim, by=cast.editor, reason="Edited.")
    assert not keep_late(by=cast.reviewer_b, round_=round_, payload=LATE), "has handed in"
    assert not keep_late(by=cast.reviewer_c, round_=round_, payload=LATE), "was never given it"
    assert not keep_late(by=cast.reviewer_a, round_=round_, payload={}), "there is nothing in it"
    assert RatingDraft.objects.count() == 1
