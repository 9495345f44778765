"""The desk's methods page: what counts, what does not yet, and what never does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.desk.methods_page import HeatRow, MethodsPage, RubricPart, methods_page
from claims.domain.agreement import Level, alpha, tally
from claims.models import Claim, Round
from claims.services.adjudicating import Settlement, hold_as_differing, rate_blind, settle
from claims.services.conferring import confer, send_to_adjudication
from claims.services.declaring import declare_interest
from claims.services.opening import open_round, supersede_open_round
from claims.services.rating import hand_in
from tests.claims.services.round_factory import a_differing_round, a_form, an_open_round, given

pytestmark = pytest.mark.django_db


def rated(cast: Any, one: str, other: str, **more: Any) -> Round:
    """A round that is rated twice, and decided: at once, or as one on which reviewers differ."""
    round_ = an_open_round(cast, **more)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    for person, support in ((cast.reviewer_a, one), (cast.reviewer_b, other)):
        hand_in(by=person, round_=round_, form=a_form(round_, support=support))
    round_.refresh_from_db()
    if one != other:
        hold_as_differing(by=cast.publisher, round_=round_, reason="Nobody is left to settle it.")
    return round_


def only_part(page: MethodsPage) -> RubricPart:
    (part,) = page.parts
    return part


def met(part: RubricPart, one: str, other: str) -> str:
    rows: dict[str, HeatRow] = {row.label.code: row for row in part.heat}
    return rows[one].cells[list(rows).index(other)].count


def test_counts_first_ratings_of_decided_rounds(cast: Any) -> None:
    labels = [
        ("supported", "supported"),
        ("mixed", "mixed"),
        ("mixed", "mostly_supported"),
        ("mixed", "not_checkable"),
    ]
    for one, other in labels:
        rated(cast, one, other)
    part = only_part(methods_page())
    ordered = ("contradicted", "mostly_contradicted", "mixed", "mostly_supported", "supported")
    right = alpha(tally(labels, ordered), Level.ORDINAL).value
    ordinal, nominal, attribution = part.figures
    assert right is not None
    assert ordinal.value == f"{right:.3f}".replace("-", "−")
    assert (ordinal.units, nominal.units, nominal.ratings) == (3, 4, 8)
    assert nominal.agreement == "50%"
    assert attribution.value == "not defined: one and the same label throughout"
    assert ordinal.interval == "–", "three rounds are too few for an interval"
    assert met(part, "mixed", "mostly_supported") == met(part, "mostly_supported", "mixed") == "1"
    assert met(part, "supported", "supported") == "1"
    assert {row.name: row.count for row in part.labels}["Mixed"] == 4
    assert [row.count for row in part.outcomes] == [2, 0, 0, 2]


def test_what_was_said_after_discussion_leaves_the_statistic_as_it_was(cast: Any) -> None:
    round_ = a_differing_round(cast)
    for person in (cast.reviewer_a, cast.reviewer_b):
        confer(by=person, round_=round_, form=a_form(round_, support="mixed", change_reason="We talked."))
    part = only_part(methods_page())
    assert part.figures[1].agreement == "0%"
    assert [row.count for row in part.outcomes] == [0, 1, 0, 0]


def test_tells_nothing_of_a_round_before_it_is_decided(cast: Any) -> None:
    """An adjudicator who has yet to rate blind would read two labels off the heat map."""
    rated(cast, "supported", "supported")
    before = methods_page()
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    assert methods_page() == before
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_, support="mixed"))
    assert methods_page() == before
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_, support="contradicted"))
    assert methods_page() == before
    send_to_adjudication(by=cast.publisher, round_=round_)
    declare_interest(by=cast.adjudicator, round_=round_, is_declared=False, capacity="adjudicator")
    rate_blind(by=cast.adjudicator, round_=round_, form=a_form(round_))
    assert methods_page() == before
    settle(by=cast.adjudicator, round_=round_, settlement=Settlement(kind="differ", reasons="Both can be held."))
    after = only_part(methods_page())
    assert met(after, "mixed", "contradicted") == "1"
    assert after.figures[1].ratings == 4, "the adjudicator’s own rating is none of them"


def test_a_round_revealed_and_then_superseded_counts_once_a_later_one_is_decided(cast: Any) -> None:
    first = a_differing_round(cast)
    supersede_open_round(claim=first.claim, by=cast.editor, reason="Edited.")
    assert methods_page().parts == ()
    again = open_round(by=cast.editor, claim=first.claim)
    for person in (cast.reviewer_a, cast.reviewer_b):
        declare_interest(by=person, round_=again, is_declared=False)
        hand_in(by=person, round_=again, form=a_form(again))
    part = only_part(methods_page())
    assert part.figures[1].units == 2
    assert sum(row.count for row in part.outcomes) == 1, "only one of the two was decided"


def test_a_round_that_was_never_revealed_never_counts(cast: Any) -> None:
    first = an_open_round(cast)
    given(cast, first, cast.reviewer_a, cast.reviewer_b)
    hand_in(by=cast.reviewer_a, round_=first, form=a_form(first, support="mixed"))
    supersede_open_round(claim=first.claim, by=cast.editor, reason="Edited.")
    again = open_round(by=cast.editor, claim=first.claim)
    for person in (cast.reviewer_a, cast.reviewer_b):
        declare_interest(by=person, round_=again, is_declared=False)
        hand_in(by=person, round_=again, form=a_form(again))
    assert only_part(methods_page()).figures[1].ratings == 2


def test_an_attribution_set_by_itself_flatters_nobody(cast: Any) -> None:
    rated(cast, "mixed", "mixed", attributed="source")
    rated(cast, "mixed", "supported")
    assert only_part(methods_page()).figures[2].units == 1


def test_demonstration_records_stay_out_and_are_shown_apart(cast: Any, logged_in: Any) -> None:
    rated(cast, "mixed", "mixed")
    shown = rated(cast, "supported", "contradicted")
    Claim.objects.filter(pk=shown.claim_id).update(is_demonstration=True)
    client = logged_in(cast.reviewer_a)
    page = client.get("/desk/methods/").content.decode()
    assert "1 demonstration round is left out" in page
    assert only_part(methods_page()).figures[1].agreement == "100%"
    apart = client.get("/desk/methods/?records=demonstration").content.decode()
    assert "<strong>Demonstration.</strong>" in apart
    assert only_part(methods_page(is_demonstration=True)).figures[1].agreement == "0%"


def test_names_nobody_and_is_for_the_desk_alone(cast: Any, logged_in: Any, client: Any) -> None:
    assert client.get("/desk/methods/").status_code == 302
    rated(cast, "mixed", "supported")
    assert logged_in(cast.outsider).get("/desk/methods/").status_code == 403
    answer = logged_in(cast.adjudicator).get("/desk/methods/")
    assert answer.status_code == 200
    page = answer.content.decode()
    for name in ("reviewer_a", "reviewer_b", "publisher"):
        assert name not in page


def test_quarters_stand_apart_and_are_charted(cast: Any, noon: Any) -> None:
    for months, labels in ((0, ("mixed", "supported")), (92, ("supported", "supported")), (184, ("mixed", "mixed"))):
        noon.move_to("2026-02-01T12:00:00+00:00")
        noon.shift(timedelta(days=months))
        rated(cast, *labels)
        rated(cast, "contradicted", "contradicted")
    part = only_part(methods_page())
    assert [quarter.name for quarter in part.quarters] == ["2026 Q1", "2026 Q2", "2026 Q3"]
    assert [quarter.rounds for quarter in part.quarters] == [2, 2, 2]
    assert [quarter.nominal.agreement for quarter in part.quarters] == ["50%", "100%", "100%"]
    assert part.chart is not None
    assert len(part.chart.dots) == 3


def test_turnaround_is_counted_from_the_opening(cast: Any, noon: Any) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    noon.shift(timedelta(days=3))
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_, support="mixed"))
    noon.shift(timedelta(days=2))
    round_.refresh_from_db()
    hold_as_differing(by=cast.publisher, round_=round_, reason="Nobody is left to settle it.")
    (quarter,) = only_part(methods_page()).quarters
    assert quarter.to_reveal.startswith("3.0 ")
    assert quarter.to_decision.startswith("5.0 ")
    assert quarter.adjudicated == "0 of 1 (0%)"


def test_needs_no_more_queries_for_more_rounds(cast: Any, logged_in: Any) -> None:
    client, counts = logged_in(cast.reviewer_a), []
    for _ in range(2):
        rated(cast, "mixed", "supported")
        rated(cast, "mixed", "mixed")
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/methods/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
