"""Ratings side by side: letters for names, what differs marked, passages beside findings, the adjudicator's own apart."""

from dataclasses import replace
from typing import Any

import pytest

from claims.desk.ratings_view import Comparison, comparisons_of
from claims.models import Round
from claims.querysets import dossier_of
from claims.services.adjudicating import Settlement, rate_blind, settle
from claims.services.conferring import confer, send_to_adjudication
from claims.services.declaring import declare_interest
from claims.services.pinning import pin
from claims.services.rating import hand_in
from tests.claims.services.round_factory import a_differing_round, a_form, an_open_round, given

pytestmark = pytest.mark.django_db


def differing_with_pins(cast: Any) -> Round:
    round_ = an_open_round(cast, parts="ab")
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    first = dossier_of(round_).citations[0].id
    pin(by=cast.reviewer_a, round_=round_, citation_id=first, exact="1,980,000 containers")
    pin(by=cast.reviewer_b, round_=round_, citation_id=first, exact="in round numbers two million")
    form = a_form(round_)
    silent = tuple(replace(each, answer="silent", note="Not on this.") for each in form.findings[:1])
    hand_in(by=cast.reviewer_a, round_=round_, form=form)
    hand_in(
        by=cast.reviewer_b,
        round_=round_,
        form=replace(form, support="mixed", findings=(*silent, *form.findings[1:]), reasons="It is rounded."),
    )
    round_.refresh_from_db()
    return round_


def adjudicating(cast: Any, round_: Round) -> Round:
    round_ = send_to_adjudication(by=cast.reviewer_a, round_=round_)
    declare_interest(by=cast.adjudicator, round_=round_, is_declared=False, capacity="adjudicator")
    rate_blind(by=cast.adjudicator, round_=round_, form=a_form(round_, support="contradicted", reasons="My own."))
    return round_


def row_of(comparison: Comparison, question: str) -> Any:
    return next(row for row in comparison.rows if row.question == question)


def test_marks_what_differs_and_nothing_else(cast: Any) -> None:
    (comparison,) = comparisons_of(differing_with_pins(cast), for_person=cast.reviewer_a.pk)
    marked = [row.question for row in comparison.rows if row.differs]
    assert marked == ["Support", "Source 1, part a"]


def test_passages_stand_beside_the_finding_of_whoever_pinned_them(cast: Any) -> None:
    (comparison,) = comparisons_of(differing_with_pins(cast), for_person=cast.reviewer_a.pk)
    cells = row_of(comparison, "Source 1, part a").cells
    own, other = sorted(cells, key=lambda cell: "(you)" not in cell.who)
    assert own.quotes == ("1,980,000 containers",)
    assert other.quotes == ("in round numbers two million",)
    assert other.note == "Not on this."
    assert all(not cell.quotes for cell in row_of(comparison, "Source 1, part b").cells), "once is enough"


def test_the_adjudicator_sees_their_own_beside_the_others_and_it_marks_nothing(cast: Any, logged_in: Any) -> None:
    round_ = adjudicating(cast, a_differing_round(cast))
    (comparison,) = comparisons_of(round_, for_person=cast.adjudicator.pk)
    assert [column.who for column in comparison.columns] == ["Reviewer A", "Reviewer B", "You, blind"]
    assert row_of(comparison, "Support").cells[2].word == "Contradicted"
    assert not row_of(comparison, "Did they say it?").differs
    page = logged_in(cast.adjudicator).get(f"/desk/rounds/{round_.public_id}/adjudicate/").content.decode()
    for name in (cast.reviewer_a.username, cast.reviewer_b.username):
        assert name not in page
    assert "My own." in page
    assert "confidence low" in page, "what is chosen is named whole"
    assert "The register counts 1,980,000 containers" in page, "the evidence is at hand"


def test_raters_see_nothing_of_an_adjudicator_before_the_decision(cast: Any) -> None:
    round_ = adjudicating(cast, a_differing_round(cast))
    for person in (cast.reviewer_a, cast.reviewer_b, cast.publisher):
        for comparison in comparisons_of(round_, for_person=person.pk):
            assert "My own." not in [column.reasons for column in comparison.columns]
    settle(by=cast.adjudicator, round_=round_, settlement=Settlement(kind="differ", reasons="Both can be held."))
    round_.refresh_from_db()
    assert [column.who for column in comparisons_of(round_, for_person=cast.reviewer_a.pk)[-1].columns] == [
        "Adjudicator"
    ]


def test_second_ratings_come_up_together(cast: Any) -> None:
    round_ = a_differing_round(cast)
    form = a_form(round_, support="contradicted", change_reason="I read on.")
    confer(by=cast.reviewer_a, round_=round_, form=form)
    assert len(comparisons_of(round_, for_person=cast.reviewer_b.pk)) == 1
    own = comparisons_of(round_, for_person=cast.reviewer_a.pk)[1]
    assert [column.is_own for column in own.columns] == [True]
    confer(by=cast.reviewer_b, round_=round_, form=replace(form, support="mixed"))
    both = comparisons_of(round_, for_person=cast.reviewer_b.pk)[1]
    assert len(both.columns) == 2


def test_a_comparison_needs_no_more_queries_for_more_of_anything(cast: Any, django_assert_num_queries: Any) -> None:
    small, large = a_differing_round(cast), a_differing_round(cast, parts="abc", sources=5)
    for round_ in (small, large):
        round_.refresh_from_db()
        with django_assert_num_queries(7):
            comparisons_of(Round.objects.select_related("dossier").get(pk=round_.pk), for_person=cast.reviewer_a.pk)
