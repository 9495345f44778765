"""Giving rounds to reviewers, and what they declare before they see anything."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from claims.models import Assignment, Claim, Round
from claims.services.assigning import assign, take_next
from claims.services.declaring import accept_interest, declare_interest
from claims.services.rating import check_may_rate, hand_in
from claims.services.taking_back import extend, reassign, take_back
from sources.domain.errors import BadInput, Several, WrongPerson, WrongState
from sources.models import Event
from sources.services.history import record_event
from tests.claims.services.round_factory import a_form, an_open_round, given

pytestmark = pytest.mark.django_db


def test_draws_the_oldest_first_and_never_beyond_the_quorum(cast: Any) -> None:
    old, young = an_open_round(cast, quorum=1), an_open_round(cast)
    Round.objects.filter(pk=old.pk).update(opened_at=timezone.now() - timedelta(days=3))

    assert take_next(by=cast.reviewer_a).round == old
    assert take_next(by=cast.reviewer_b).round == young
    assert take_next(by=cast.reviewer_a).round == young
    with pytest.raises(WrongState) as error:
        take_next(by=cast.reviewer_c)
    assert error.value.code == "nothing_to_take"
    assert Event.objects.filter(action="round_assigned").count() == 3


def test_draws_nothing_that_the_person_had_a_hand_in(cast: Any) -> None:
    own = an_open_round(cast)
    record_event(by=cast.reviewer_a, action="passage_chosen", subject=own.claim, version=1)
    seen = an_open_round(cast)
    record_event(by=cast.reviewer_a, action="glass_broken", subject=seen, version=1)
    held = an_open_round(cast)
    Claim.objects.filter(pk=held.claim_id).update(hold_reason="Lawyers.", hold_by=cast.editor)
    with pytest.raises(WrongState):
        take_next(by=cast.reviewer_a)
    free = an_open_round(cast)
    assert take_next(by=cast.reviewer_a).round == free


def test_only_a_reviewer_draws(cast: Any) -> None:
    an_open_round(cast)
    for person in (cast.editor, cast.publisher, cast.adjudicator, cast.superuser, cast.outsider):
        with pytest.raises(WrongPerson):
            take_next(by=person)


def test_refuses_to_assign_to_a_contributor_a_stranger_and_a_full_round(cast: Any) -> None:
    round_ = an_open_round(cast, quorum=1)
    cast.editor.groups.add(cast.reviewer_a.groups.get())
    for person, code in ((cast.editor, "own_claim"), (cast.publisher, "person_not_reviewer")):
        with pytest.raises(WrongPerson) as refused:
            assign(by=cast.editor, round_=round_, person=person)
        assert refused.value.code == code
    with pytest.raises(WrongPerson):
        assign(by=cast.reviewer_a, round_=round_, person=cast.reviewer_b)
    assign(by=cast.editor, round_=round_, person=cast.reviewer_a)
    for person, code in ((cast.reviewer_a, "assigned_already"), (cast.reviewer_b, "quorum_full")):
        with pytest.raises(WrongState) as late:
            assign(by=cast.editor, round_=round_, person=person)
        assert late.value.code == code


def _given(cast: Any, *, is_handed_in: bool) -> Assignment:
    """reviewer_a has a round of two; ``is_handed_in`` says what nobody else may learn."""
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    if is_handed_in:
        hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    return Assignment.objects.get(round=round_, person=cast.reviewer_a)


EITHER_WAY = pytest.mark.parametrize("is_handed_in", [False, True], ids=["waiting", "handed_in"])


@EITHER_WAY
def test_taking_back_and_extending_tell_nothing(cast: Any, is_handed_in: bool) -> None:
    """Each step and each refusal is the same whether or not the reviewer has handed in."""
    assignment = _given(cast, is_handed_in=is_handed_in)
    round_ = assignment.round
    later = timezone.now() + timedelta(days=30)
    assert extend(by=cast.editor, assignment=assignment, due_at=later).due_at == later
    with pytest.raises(BadInput) as past:
        extend(by=cast.editor, assignment=assignment, due_at=timezone.now() - timedelta(days=1))
    assert past.value.code == "due_in_past"
    with pytest.raises(WrongPerson):
        take_back(by=cast.reviewer_b, assignment=assignment, reason="No time.")
    with pytest.raises(Several):
        take_back(by=cast.editor, assignment=assignment, reason="")
    take_back(by=cast.editor, assignment=assignment, reason="On leave.")
    event = Event.objects.get(action="assignment_taken_back")
    assert (event.subject_id, event.reason) == (assignment.public_id, "On leave.")
    for refused, code in (
        (lambda: take_back(by=cast.editor, assignment=assignment, reason="Again."), "not_to_be_taken_back"),
        (lambda: extend(by=cast.editor, assignment=assignment, due_at=later), "not_to_be_extended"),
    ):
        with pytest.raises(WrongState) as late:
            refused()
        assert late.value.code == code
    assert take_next(by=cast.reviewer_b).round == round_
    assert take_next(by=cast.reviewer_c).round == round_, "the place is free either way"
    with pytest.raises(WrongState) as full:
        assign(by=cast.editor, round_=round_, person=cast.reviewer_a)
    assert full.value.code == "quorum_full"


@EITHER_WAY
def test_what_was_taken_back_is_given_again(cast: Any, is_handed_in: bool) -> None:
    assignment = _given(cast, is_handed_in=is_handed_in)
    take_back(by=cast.editor, assignment=assignment, reason="On leave.")
    again = assign(by=cast.editor, round_=assignment.round, person=cast.reviewer_a)
    assert (again.pk, again.taken_back_at) == (assignment.pk, None)
    with pytest.raises(WrongState) as twice:
        assign(by=cast.editor, round_=assignment.round, person=cast.reviewer_a)
    assert twice.value.code == "assigned_already"
    assert again.state == ("handed_in" if is_handed_in else "given")
    if not is_handed_in:
        check_may_rate(by=cast.reviewer_a, round_=again.round)


@EITHER_WAY
def test_reassigns_or_does_neither(cast: Any, is_handed_in: bool) -> None:
    assignment = _given(cast, is_handed_in=is_handed_in)
    with pytest.raises(WrongPerson):
        reassign(by=cast.editor, assignment=assignment, person=cast.publisher, reason="On leave.")
    assignment.refresh_from_db()
    assert assignment.taken_back_at is None
    made = reassign(by=cast.editor, assignment=assignment, person=cast.reviewer_b, reason="On leave.")
    assert (made.person, made.state) == (cast.reviewer_b, "given")
    assignment.refresh_from_db()
    assert assignment.taken_back_at is not None


def test_a_rating_of_a_place_taken_back_is_kept_and_counts(cast: Any) -> None:
    assignment = _given(cast, is_handed_in=True)
    round_ = assignment.round
    take_back(by=cast.editor, assignment=assignment, reason="On leave.")
    given(cast, round_, cast.reviewer_b, cast.reviewer_c)
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_))
    round_.refresh_from_db()
    assert round_.state == "decided", "two ratings are the quorum"
    with pytest.raises(WrongState) as late:
        hand_in(by=cast.reviewer_c, round_=round_, form=a_form(round_))
    assert late.value.code == "round_not_open"
    assert round_.ratings.count() == 2, "never more than the quorum"


def test_who_does_not_get_to_it_cannot_hand_in_after_it_was_taken_back(cast: Any) -> None:
    assignment = _given(cast, is_handed_in=False)
    take_back(by=cast.publisher, assignment=assignment, reason="On leave.")
    with pytest.raises(WrongPerson) as refused:
        hand_in(by=cast.reviewer_a, round_=assignment.round, form=a_form(assignment.round))
    assert refused.value.code == "not_assigned"


def test_declares_before_any_evidence(cast: Any) -> None:
    round_ = an_open_round(cast)
    assign(by=cast.editor, round_=round_, person=cast.reviewer_a)
    with pytest.raises(WrongState) as missing:
        check_may_rate(by=cast.reviewer_a, round_=round_)
    assert missing.value.code == "interest_missing"
    with pytest.raises(WrongPerson) as stranger:
        declare_interest(by=cast.reviewer_b, round_=round_, is_declared=False)
    assert stranger.value.code == "not_assigned"
    with pytest.raises(Several):
        declare_interest(by=cast.reviewer_a, round_=round_, is_declared=True, words=" ")
    declare_interest(by=cast.reviewer_a, round_=round_, is_declared=False)
    check_may_rate(by=cast.reviewer_a, round_=round_)
    with pytest.raises(WrongState) as twice:
        declare_interest(by=cast.reviewer_a, round_=round_, is_declared=True, words="My sister works there.")
    assert twice.value.code == "interest_declared_already"


def test_a_declared_interest_passes_over_and_frees_the_place(cast: Any) -> None:
    round_ = an_open_round(cast, quorum=1)
    assign(by=cast.editor, round_=round_, person=cast.reviewer_a)
    interest = declare_interest(by=cast.reviewer_a, round_=round_, is_declared=True, words="I worked there.")
    assert Assignment.objects.get().state == "passed_over"
    with pytest.raises(WrongPerson) as barred:
        check_may_rate(by=cast.reviewer_a, round_=round_)
    assert barred.value.code == "interest_declared"
    assert "worked" not in Event.objects.get(action="interest_declared").after

    take_next(by=cast.reviewer_b)
    with pytest.raises(WrongState) as full:
        accept_interest(by=cast.publisher, interest=interest, reason="It is twenty years ago.")
    assert full.value.code == "quorum_full"


def test_somebody_without_an_interest_accepts_with_a_reason(cast: Any) -> None:
    round_ = an_open_round(cast)
    assign(by=cast.editor, round_=round_, person=cast.reviewer_a)
    interest = declare_interest(by=cast.reviewer_a, round_=round_, is_declared=True, words="I worked there.")
    declare_interest(by=cast.publisher2, round_=round_, is_declared=True, words="A friend.", capacity="publisher")
    cast.reviewer_a.groups.add(cast.publisher.groups.get())
    for person, code in (
        (cast.reviewer_a, "same_person"),
        (cast.publisher2, "has_interest"),
        (cast.reviewer_b, "not_in_group"),
    ):
        with pytest.raises(WrongPerson) as refused:
            accept_interest(by=person, interest=interest, reason="Long ago.")
        assert refused.value.code == code
    with pytest.raises(Several):
        accept_interest(by=cast.publisher, interest=interest, reason="")
    accept_interest(by=cast.publisher, interest=interest, reason="It is twenty years ago.")
    check_may_rate(by=cast.reviewer_a, round_=round_)
    with pytest.raises(WrongState):
        accept_interest(by=cast.publisher, interest=interest, reason="Again.")


def test_a_superuser_without_a_group_cannot_rate(cast: Any) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    with pytest.raises(WrongPerson) as refused:
        check_may_rate(by=cast.superuser, round_=round_)
    assert refused.value.code == "not_in_group"
