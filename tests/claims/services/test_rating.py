"""Drafts, and handing in: what is refused, what is written, and when it is revealed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from claims.domain.answers import FindingAnswer, LinkAnswered, RatingForm
from claims.models import Assignment, Claim, Finding, LinkAnswer, Rating, RatingDraft, Round
from claims.querysets import dossier_of
from claims.services.opening import supersede_open_round
from claims.services.rating import draft_of, hand_in, save_draft
from sources.domain.errors import BadInput, Several, WrongPerson, WrongState
from sources.models import Event
from tests.claims.services.round_factory import a_form, an_open_round, given

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(cast: Any) -> Round:
    opened = an_open_round(cast, parts="ab")
    given(cast, opened, cast.reviewer_a, cast.reviewer_b)
    return opened


def codes(error: pytest.ExceptionInfo[Several]) -> list[str]:
    return [each.code for each in error.value.errors]


def test_hands_in_and_writes_everything_down(cast: Any, round_: Round) -> None:
    save_draft(by=cast.reviewer_a, round_=round_, payload={"reasons": "So far"})
    rating = hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))

    assert (rating.stage, rating.attribution, rating.support) == ("first", "said_it", "mostly_supported")
    assert rating.dossier_sha256 == round_.dossier.sha256
    assert Finding.objects.filter(rating=rating).count() == 4
    assert LinkAnswer.objects.filter(rating=rating).count() == 1
    assert not RatingDraft.objects.exists()
    assert Assignment.objects.get(round=round_, person=cast.reviewer_a).state == "handed_in"
    event = Event.objects.get(action="rating_handed_in")
    assert event.subject_id == rating.public_id
    assert (event.before, event.after, event.reason) == ("{}", "{}", "")
    round_.refresh_from_db()
    assert (round_.state, round_.revealed_at) == ("open", None)


def test_reveals_at_the_quorum_and_publishes_the_lower_confidence(cast: Any, round_: Round) -> None:
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_, confidence="high"))
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_, confidence="low"))
    round_.refresh_from_db()
    assert (round_.state, round_.outcome) == ("decided", "agreed")
    assert (round_.attribution, round_.support, round_.confidence) == ("said_it", "mostly_supported", "low")
    assert round_.revealed_at is not None
    assert not round_.is_rerated_by_same
    assert Event.objects.filter(action__in=("round_revealed", "round_decided")).count() == 2


@pytest.mark.parametrize(
    "other", [{"support": "mixed"}, {"attribution": "said_elsewhere"}, {"support": "not_checkable"}]
)
def test_differing_labels_are_never_averaged(cast: Any, round_: Round, other: dict[str, str]) -> None:
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_, **other))
    round_.refresh_from_db()
    assert (round_.state, round_.outcome, round_.support) == ("differing", "", "")


def test_one_reviewer_is_enough_where_the_claim_says_so(cast: Any) -> None:
    alone = an_open_round(cast, quorum=1)
    given(cast, alone, cast.reviewer_a)
    hand_in(by=cast.reviewer_a, round_=alone, form=a_form(alone))
    alone.refresh_from_db()
    assert alone.outcome == "agreed"


@pytest.mark.parametrize(("who", "code"), [("source", "own_words"), ("unnamed", "no_one_named")])
def test_attribution_is_set_by_itself_where_nobody_is_named(cast: Any, who: str, code: str) -> None:
    automatic = an_open_round(cast, attributed=who)
    given(cast, automatic, cast.reviewer_a)
    with pytest.raises(Several) as error:
        hand_in(by=cast.reviewer_a, round_=automatic, form=a_form(automatic, attribution="said_it"))
    assert codes(error) == ["attribution_automatic"]
    assert hand_in(by=cast.reviewer_a, round_=automatic, form=a_form(automatic)).attribution == code


def _first(form: RatingForm, **more: Any) -> RatingForm:
    return replace(form, findings=(replace(form.findings[0], **more), *form.findings[1:]))


FAULTS: dict[str, tuple[Callable[[RatingForm], RatingForm], str]] = {
    "no attribution": (lambda form: replace(form, attribution=""), "attribution_missing"),
    "an automatic attribution": (lambda form: replace(form, attribution="own_words"), "label_unknown"),
    "no support": (lambda form: replace(form, support=""), "support_missing"),
    "a made-up label": (lambda form: replace(form, support="pants_on_fire"), "label_unknown"),
    "no confidence": (lambda form: replace(form, confidence=""), "confidence_missing"),
    "no reason": (lambda form: replace(form, reasons=" \n "), "text_missing"),
    "100,000 characters": (lambda form: replace(form, reasons="x" * 100_000), "text_too_long"),
    "control characters": (lambda form: replace(form, reasons="a\x00b"), "text_unprintable"),
    "a missing finding": (lambda form: replace(form, findings=form.findings[1:]), "finding_missing"),
    "an empty finding": (lambda form: _first(form, answer=""), "finding_missing"),
    "a made-up finding": (lambda form: _first(form, answer="maybe"), "label_unknown"),
    "a forged citation": (
        lambda form: replace(form, findings=(*form.findings, FindingAnswer(str(uuid4()), "", "supports"))),
        "citation_not_in_dossier",
    ),
    "a wrong part": (
        lambda form: replace(
            form, findings=(*form.findings, FindingAnswer(form.findings[0].citation_id, "z", "supports"))
        ),
        "part_not_asked",
    ),
    "a finding twice": (lambda form: replace(form, findings=(*form.findings, form.findings[0])), "finding_twice"),
    "a missing link": (lambda form: replace(form, links=()), "link_missing"),
    "a forged link": (
        lambda form: replace(form, links=(*form.links, LinkAnswered(str(uuid4()), "shown"))),
        "link_not_in_dossier",
    ),
    "a label that rests on nothing": (
        lambda form: replace(form, findings=tuple(replace(row, answer="silent") for row in form.findings)),
        "label_without_evidence",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_refuses_with_a_sentence_and_writes_nothing(cast: Any, round_: Round, name: str) -> None:
    change, code = FAULTS[name]
    save_draft(by=cast.reviewer_a, round_=round_, payload={"reasons": "kept"})
    with pytest.raises(Several) as error:
        hand_in(by=cast.reviewer_a, round_=round_, form=change(a_form(round_)))
    assert code in codes(error)
    assert all(each.sentence.endswith((".", "is.")) and each.field for each in error.value.errors)
    assert not Rating.objects.exists()
    assert draft_of(by=cast.reviewer_a, round_=round_) is not None


def test_a_citation_of_another_claim_is_refused(cast: Any, round_: Round) -> None:
    other = dossier_of(an_open_round(cast)).citations[0].id
    form = a_form(round_)
    forged = replace(form, findings=(*form.findings, FindingAnswer(other, "", "supports")))
    with pytest.raises(Several) as error:
        hand_in(by=cast.reviewer_a, round_=round_, form=forged)
    assert codes(error) == ["citation_not_in_dossier"]


def test_what_has_no_copy_could_not_be_read(cast: Any) -> None:
    from claims.services.opening import open_round
    from tests.claims.services.round_factory import a_ready_claim

    claim = a_ready_claim(cast.editor)
    citation = claim.citations.get(position=2)
    claim.citations.filter(pk=citation.pk).update(unobtainable_reason="Out of print.", source=_bare(cast))
    opened = open_round(by=cast.editor, claim=claim)
    given(cast, opened, cast.reviewer_a)
    form = a_form(opened)
    assert [row.answer for row in form.findings] == ["supports", "could_not_be_read"]
    wrong = replace(form, findings=tuple(replace(row, answer="supports") for row in form.findings))
    with pytest.raises(Several) as error:
        hand_in(by=cast.reviewer_a, round_=opened, form=wrong)
    assert codes(error) == ["finding_without_copy"]
    hand_in(by=cast.reviewer_a, round_=opened, form=form)


def _bare(cast: Any) -> Any:
    from tests.claims.services.round_factory import a_source

    return a_source(cast.editor)


def test_right_to_left_reasons_are_kept_as_typed(cast: Any, round_: Round) -> None:
    words = "السجل يقول ذلك، \u200f1,980,000"
    assert hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_, reasons=words)).reasons == words


def test_twice_and_late_and_after_an_edit(cast: Any, round_: Round) -> None:
    form = a_form(round_)
    hand_in(by=cast.reviewer_a, round_=round_, form=form)
    with pytest.raises(WrongState) as error:
        hand_in(by=cast.reviewer_a, round_=round_, form=form)
    assert error.value.code == "handed_in_already"

    save_draft(by=cast.reviewer_b, round_=round_, payload={"reasons": "A long reason"})
    supersede_open_round(claim=round_.claim, by=cast.editor, reason="Edited.")
    for act in (
        lambda: hand_in(by=cast.reviewer_b, round_=round_, form=form),
        lambda: save_draft(by=cast.reviewer_b, round_=round_, payload={"reasons": "More"}),
    ):
        with pytest.raises(WrongState) as error:
            act()
        assert error.value.code == "round_superseded"
    kept = draft_of(by=cast.reviewer_b, round_=round_)
    assert kept is not None
    assert "A long reason" in kept.payload
    assert Rating.objects.count() == 1


def test_refuses_contributors_strangers_and_who_saw(cast: Any, round_: Round) -> None:
    from sources.services.history import record_event

    with pytest.raises(WrongPerson) as error:
        hand_in(by=cast.reviewer_c, round_=round_, form=a_form(round_))
    assert error.value.code == "not_assigned"
    record_event(by=cast.reviewer_a, action="claim_edited", subject=round_.claim, version=1)
    with pytest.raises(WrongPerson) as error:
        hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    assert error.value.code == "own_claim"


def test_drafts_count_their_saves_and_two_windows_are_told(cast: Any, round_: Round) -> None:
    first = save_draft(by=cast.reviewer_a, round_=round_, payload={"reasons": "one"}, revision=0)
    second = save_draft(by=cast.reviewer_a, round_=round_, payload={"reasons": "two"}, revision=first.revision)
    assert second.revision == 2
    with pytest.raises(WrongState) as error:
        save_draft(by=cast.reviewer_a, round_=round_, payload={"reasons": "old window"}, revision=1)
    assert error.value.code == "draft_saved_elsewhere"
    assert save_draft(by=cast.reviewer_a, round_=round_, payload={"reasons": "two"}, revision=1).revision == 2
    assert draft_of(by=cast.reviewer_b, round_=round_) is None
    with pytest.raises(BadInput):
        save_draft(by=cast.reviewer_a, round_=round_, payload={"reasons": "x" * 500_000})


def test_a_round_rated_again_by_the_same_people_says_so(cast: Any, round_: Round) -> None:
    from claims.services.opening import open_round

    for person in (cast.reviewer_a, cast.reviewer_b):
        hand_in(by=person, round_=round_, form=a_form(round_))
    again = open_round(by=cast.editor, claim=Claim.objects.get(pk=round_.claim_id))
    given(cast, again, cast.reviewer_b, cast.reviewer_c)
    for person in (cast.reviewer_b, cast.reviewer_c):
        hand_in(by=person, round_=again, form=a_form(again))
    again.refresh_from_db()
    assert again.is_rerated_by_same
