"""What happens when reviewers differ: one discussion, then an adjudicator, or both answers stand."""

from typing import Any

import pytest

from claims.models import Interest, Rating, Round
from claims.services.adjudicating import Settlement, hold_as_differing, rate_blind, settle
from claims.services.assigning import assign, take_next
from claims.services.breaking_glass import break_glass
from claims.services.conferring import confer, send_to_adjudication
from claims.services.declaring import declare_interest
from claims.services.opening import abandon_round, open_round
from claims.services.rating import check_may_rate, hand_in
from claims.services.requesting_evidence import answer_evidence_request, request_evidence
from sources.domain.errors import BadInput, Several, WrongPerson, WrongState
from sources.models import Event
from tests.claims.services.round_factory import a_differing_round, a_form, an_open_round, given

pytestmark = pytest.mark.django_db


def in_adjudication(cast: Any) -> Round:
    round_ = send_to_adjudication(by=cast.reviewer_a, round_=a_differing_round(cast))
    declare_interest(by=cast.adjudicator, round_=round_, is_declared=False, capacity="adjudicator")
    return round_


def test_agrees_after_discussion_and_keeps_the_first_ratings(cast: Any) -> None:
    round_ = a_differing_round(cast)
    confer(by=cast.reviewer_a, round_=round_, form=a_form(round_, support="mixed", change_reason="The rounding."))
    round_.refresh_from_db()
    assert round_.state == "differing"
    confer(by=cast.reviewer_b, round_=round_, form=a_form(round_, support="mixed", change_reason="I keep it."))
    round_.refresh_from_db()
    assert (round_.state, round_.outcome, round_.support) == ("decided", "agreed_after_discussion", "mixed")
    assert set(Rating.objects.filter(stage="first").values_list("support", flat=True)) == {
        "mixed",
        "mostly_supported",
    }


def test_one_who_gives_in_alone_agrees_on_nothing(cast: Any) -> None:
    round_ = a_differing_round(cast)
    for person, support in ((cast.reviewer_a, "mixed"), (cast.reviewer_b, "mostly_supported")):
        confer(by=person, round_=round_, form=a_form(round_, support=support, change_reason="Persuaded."))
    round_.refresh_from_db()
    assert (round_.state, round_.outcome) == ("differing", "")


def test_refuses_a_second_rating_without_reason_twice_or_by_others(cast: Any) -> None:
    round_ = a_differing_round(cast)
    with pytest.raises(BadInput) as error:
        confer(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    assert error.value.code == "change_reason_missing"
    with pytest.raises(WrongPerson):
        confer(by=cast.reviewer_c, round_=round_, form=a_form(round_, change_reason="Why not."))
    form = a_form(round_, change_reason="The rounding.")
    confer(by=cast.reviewer_a, round_=round_, form=form)
    with pytest.raises(WrongState) as late:
        confer(by=cast.reviewer_a, round_=round_, form=form)
    assert late.value.code == "handed_in_already"
    fresh = an_open_round(cast)
    given(cast, fresh, cast.reviewer_a)
    with pytest.raises(WrongState) as early:
        confer(by=cast.reviewer_a, round_=fresh, form=a_form(fresh, change_reason="Early."))
    assert early.value.code == "round_not_differing"


def test_adjudicator_rates_blind_first_then_decides_for_one(cast: Any) -> None:
    round_ = in_adjudication(cast)
    chosen = Rating.objects.get(round=round_, support="mixed")
    decision = Settlement(kind="for_one", reasons="The rounding misleads.", chosen=chosen)
    with pytest.raises(WrongState) as error:
        settle(by=cast.adjudicator, round_=round_, settlement=decision)
    assert error.value.code == "blind_rating_missing"

    blind = rate_blind(by=cast.adjudicator, round_=round_, form=a_form(round_, support="supported"))
    assert blind.stage == "adjudicator"
    with pytest.raises(WrongState):
        rate_blind(by=cast.adjudicator, round_=round_, form=a_form(round_))
    adjudication = settle(by=cast.adjudicator, round_=round_, settlement=decision)
    round_.refresh_from_db()
    assert (round_.state, round_.outcome, round_.support, round_.confidence) == (
        "decided",
        "adjudicated",
        "mixed",
        "low",
    )
    assert adjudication.chosen == chosen
    assert Rating.objects.count() == 3
    with pytest.raises(WrongState) as late:
        settle(by=cast.adjudicator, round_=round_, settlement=decision)
    assert late.value.code == "round_not_in_adjudication"


@pytest.mark.parametrize(
    ("settlement", "expected"),
    [
        (Settlement(kind="differ", reasons="Both can be held."), ("reviewers_differ", "", "")),
        (
            Settlement(
                kind="own",
                reasons="Neither.",
                attribution="said_it",
                support="conflicting_evidence",
                confidence="high",
            ),
            ("adjudicated", "said_it", "conflicting_evidence"),
        ),
    ],
    ids=["reviewers differ", "own labels"],
)
def test_adjudicator_may_leave_it_open_or_answer_otherwise(
    cast: Any, settlement: Settlement, expected: tuple[str, str, str]
) -> None:
    round_ = in_adjudication(cast)
    rate_blind(by=cast.adjudicator, round_=round_, form=a_form(round_))
    settle(by=cast.adjudicator, round_=round_, settlement=settlement)
    round_.refresh_from_db()
    assert (round_.outcome, round_.attribution, round_.support) == expected


@pytest.mark.parametrize(
    ("settlement", "code"),
    [
        (Settlement(kind="coin", reasons="Heads."), "settlement_unknown"),
        (Settlement(kind="for_one", reasons="This."), "chosen_missing"),
        (Settlement(kind="differ", reasons=" "), "text_missing"),
        (
            Settlement(kind="own", reasons="So.", attribution="said_it", support="x", confidence="low"),
            "label_unknown",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refuses_a_settlement_that_is_none(cast: Any, settlement: Settlement, code: str) -> None:
    round_ = in_adjudication(cast)
    rate_blind(by=cast.adjudicator, round_=round_, form=a_form(round_))
    with pytest.raises(Several) as error:
        settle(by=cast.adjudicator, round_=round_, settlement=settlement)
    assert code in [each.code for each in error.value.errors]


def test_refuses_a_rating_of_another_round_and_the_adjudicators_own(cast: Any) -> None:
    other = Rating.objects.filter(round=a_differing_round(cast)).first()
    round_ = in_adjudication(cast)
    blind = rate_blind(by=cast.adjudicator, round_=round_, form=a_form(round_))
    for chosen in (other, blind):
        with pytest.raises(Several) as error:
            settle(by=cast.adjudicator, round_=round_, settlement=Settlement("for_one", "This one.", chosen))
        assert [each.code for each in error.value.errors] == ["rating_of_another_round"]


def test_who_rated_or_wrote_or_has_an_interest_cannot_adjudicate(cast: Any) -> None:
    round_ = send_to_adjudication(by=cast.reviewer_a, round_=a_differing_round(cast))
    for person in (cast.reviewer_a, cast.editor, cast.adjudicator):
        person.groups.add(cast.adjudicator.groups.get())
        is_declared = person == cast.adjudicator
        declare_interest(
            by=person,
            round_=round_,
            is_declared=is_declared,
            words="A cousin." if is_declared else "",
            capacity="adjudicator",
        )
    for person, code in (
        (cast.reviewer_a, "rated_this_round"),
        (cast.editor, "own_claim"),
        (cast.adjudicator, "interest_declared"),
        (cast.superuser, "not_in_group"),
    ):
        with pytest.raises(WrongPerson) as error:
            rate_blind(by=person, round_=round_, form=a_form(round_))
        assert error.value.code == code


def test_both_answers_stand_where_no_adjudicator_is_to_be_had(cast: Any) -> None:
    round_ = a_differing_round(cast)
    with pytest.raises(WrongPerson):
        hold_as_differing(by=cast.reviewer_a, round_=round_, reason="Nobody is left.")
    with pytest.raises(BadInput):
        hold_as_differing(by=cast.publisher, round_=round_, reason="")
    hold_as_differing(by=cast.publisher, round_=round_, reason="Everybody else had a hand in it.")
    round_.refresh_from_db()
    assert (round_.state, round_.outcome, round_.closed_reason) == (
        "decided",
        "reviewers_differ",
        "Everybody else had a hand in it.",
    )


def test_only_raters_editors_and_publishers_send_to_adjudication(cast: Any) -> None:
    round_ = a_differing_round(cast)
    with pytest.raises(WrongPerson) as error:
        send_to_adjudication(by=cast.reviewer_c, round_=round_)
    assert error.value.code == "did_not_rate"
    assert send_to_adjudication(by=cast.publisher, round_=round_).state == "in_adjudication"
    with pytest.raises(WrongState):
        send_to_adjudication(by=cast.publisher, round_=round_)


def test_asks_for_other_evidence_and_stays_free_to_rate(cast: Any) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    with pytest.raises(WrongPerson):
        request_evidence(by=cast.reviewer_b, round_=round_, wanted="The register of 2015")
    with pytest.raises(Several):
        request_evidence(by=cast.reviewer_a, round_=round_, wanted=" ")
    asked = request_evidence(by=cast.reviewer_a, round_=round_, wanted="The register of 2015")
    assert not Rating.objects.exists()
    with pytest.raises(WrongPerson):
        answer_evidence_request(by=cast.reviewer_a, request=asked, state="added")
    with pytest.raises(Several):
        answer_evidence_request(by=cast.editor, request=asked, state="declined")
    with pytest.raises(BadInput):
        answer_evidence_request(by=cast.editor, request=asked, state="perhaps")
    done = answer_evidence_request(by=cast.editor, request=asked, state="declined", answer="It was never printed.")
    assert done.state == "declined"
    with pytest.raises(WrongState):
        answer_evidence_request(by=cast.editor, request=asked, state="added")
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))


def test_breaking_the_glass_is_on_the_record_and_bars(cast: Any) -> None:
    round_ = an_open_round(cast)
    cast.publisher.groups.add(cast.reviewer_a.groups.get(), cast.adjudicator.groups.get())
    given(cast, round_, cast.reviewer_a, cast.publisher)
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    for person in (cast.reviewer_b, cast.editor):
        with pytest.raises(WrongPerson) as error:
            break_glass(by=person, round_=round_, reason="Curious.")
        assert error.value.code == "may_not_break_glass"
    with pytest.raises(BadInput):
        break_glass(by=cast.superuser, round_=round_, reason="")
    ratings = break_glass(by=cast.publisher, round_=round_, reason="A threat was found in a reason.")
    assert [row.person for row in ratings] == [cast.reviewer_a]
    assert Event.objects.get(action="glass_broken").subject_id == round_.public_id
    with pytest.raises(WrongPerson) as barred:
        check_may_rate(by=cast.publisher, round_=round_)
    assert barred.value.code == "saw_ratings"
    assert Interest.objects.filter(round=round_, person=cast.publisher).exists()


def test_breaking_the_glass_bars_from_the_round_that_asks_the_same_again(cast: Any) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    cast.publisher.groups.add(cast.reviewer_a.groups.get())
    break_glass(by=cast.publisher, round_=round_, reason="A threat was found in a reason.")
    abandon_round(by=cast.editor, claim=round_.claim, reason="To begin again.")
    again = open_round(by=cast.editor, claim=round_.claim)
    with pytest.raises(WrongPerson) as barred:
        assign(by=cast.editor, round_=again, person=cast.publisher)
    assert barred.value.code == "saw_ratings"
    with pytest.raises(WrongState):
        take_next(by=cast.publisher)


def test_there_is_no_glass_after_the_reveal(cast: Any) -> None:
    with pytest.raises(WrongState) as error:
        break_glass(by=cast.superuser, round_=a_differing_round(cast), reason="To see.")
    assert error.value.code == "revealed_already"
