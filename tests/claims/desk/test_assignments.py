"""The pages on which editors give, extend and take back; they tell nobody who has handed in."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.models import Assignment, Claim, Round
from claims.services.assigning import assign
from claims.services.opening import open_round, supersede_open_round
from claims.services.rating import hand_in, save_draft
from claims.services.taking_back import take_back
from claims.services.versions import grow_version
from sources.models import Event
from sources.services.history import record_event
from tests.claims.services.round_factory import a_form, an_open_round, given

pytestmark = pytest.mark.django_db
LogIn = Callable[[Any], Client]


def people(round_: Round) -> str:
    return f"/desk/rounds/{round_.public_id}/people/"


def assignment_of(round_: Round, person: Any) -> Assignment:
    return Assignment.objects.get(round=round_, person=person)


def test_gives_a_round_to_a_reviewer_whom_nothing_bars(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    record_event(by=cast.reviewer_c, action="passage_chosen", subject=round_.claim, version=1)
    assert cast.reviewer_a.pk and cast.reviewer_b.pk
    client = logged_in(cast.editor)
    page = client.get(people(round_)).content.decode()
    assert 'value="reviewer_a"' in page
    assert 'value="reviewer_c"' not in page, "who chose its evidence is not offered"
    assert "2 places are free" in page
    for typed in ({"person": ""}, {"person": "nobody"}, {"person": "reviewer_a", "due_at": "nonsense"}):
        assert client.post(people(round_), {"do": "give", **typed}).status_code == 400
    past = client.post(people(round_), {"do": "give", "person": "reviewer_a", "due_at": "2020-01-01T09:00"})
    assert past.status_code == 400
    assert "still to come" in past.content.decode()
    assert client.post(people(round_), {"do": "give", "person": "reviewer_a"}).status_code == 302
    assert assignment_of(round_, cast.reviewer_a).given_by == cast.editor
    assert client.post(people(round_), {"do": "give", "person": "reviewer_c"}).status_code == 403


def test_lists_every_round_that_is_being_rated_with_its_people(cast: Any, logged_in: LogIn) -> None:
    round_, other = an_open_round(cast), an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    supersede_open_round(claim=other.claim, by=cast.editor, reason="Edited.")
    page = logged_in(cast.publisher).get("/desk/assignments/?language=en&page=x").content.decode()
    assert round_.claim.statement in page
    assert "reviewer_a, due on" in " ".join(page.split())
    assert "1 place free" in page
    assert other.claim.statement not in page
    assert (
        "No round that is being rated fits"
        in logged_in(cast.publisher).get("/desk/assignments/?topic=x").content.decode()
    )
    assert "not being rated any more" in logged_in(cast.editor).get(people(other)).content.decode()


def test_only_editors_and_publishers_give(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    for person in (cast.reviewer_a, cast.adjudicator, cast.superuser):
        assert logged_in(person).get("/desk/assignments/").status_code == 403
        assert logged_in(person).get(people(round_)).status_code == 403
        assert logged_in(person).post(people(round_), {"do": "give", "person": "reviewer_a"}).status_code == 403


def test_extends_takes_back_and_reassigns(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    assert cast.reviewer_b.pk
    one = assignment_of(round_, cast.reviewer_a)
    client = logged_in(cast.editor)
    named = {name: f"{name}-{one.public_id}" for name in ("due_at", "reason", "person")}
    later = (timezone.now() + timedelta(days=20)).strftime("%Y-%m-%dT%H:%M")
    for deed, typed, field in (
        ("extend", {named["due_at"]: ""}, "due_at"),
        ("extend", {named["due_at"]: "2020-01-01T09:00"}, "due_at"),
        ("take_back", {named["reason"]: ""}, "reason"),
        ("reassign", {named["reason"]: "On leave for weeks", named["person"]: ""}, "person"),
    ):
        answer = client.post(people(round_), {"do": f"{deed}:{one.public_id}", **typed})
        assert answer.status_code == 400
        assert f'href="#{named[field]}"' in answer.content.decode()
    assert "On leave for weeks" in answer.content.decode()
    assert client.post(people(round_), {"do": f"extend:{one.public_id}", named["due_at"]: later}).status_code == 302
    typed = {named["reason"]: "On leave.", named["person"]: "reviewer_b"}
    assert client.post(people(round_), {"do": f"reassign:{one.public_id}", **typed}).status_code == 302
    other = assignment_of(round_, cast.reviewer_b)
    assert other.state == "given"
    kept = client.post(people(round_), {"do": f"take_back:{one.public_id}", named["reason"]: "Words kept"})
    assert kept.status_code == 409
    assert "Words kept" in kept.content.decode()
    for forged in ("take_back:nonsense", "take_back:", "nonsense"):
        assert client.post(people(round_), {"do": forged}).status_code == 404
    assert Event.objects.filter(action="assignment_taken_back").count() == 1


UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def test_every_step_answers_the_same_whether_or_not_somebody_has_handed_in(
    cast: Any, logged_in: LogIn, noon: Any
) -> None:
    """Two rounds alike but for one hand-in, and the same steps with both: the same bytes come back."""
    waiting, done = an_open_round(cast), an_open_round(cast)
    for round_ in (waiting, done):
        given(cast, round_, cast.reviewer_a)
    hand_in(by=cast.reviewer_a, round_=done, form=a_form(done))
    assert cast.reviewer_b.pk and cast.reviewer_c.pk
    client = logged_in(cast.editor)

    def story(round_: Round) -> list[tuple[int, str]]:
        one = assignment_of(round_, cast.reviewer_a).public_id
        told = []

        def hear(answer: Any) -> None:
            page = TOKEN.sub("", UUID.sub("", answer.content.decode())).replace(round_.claim.statement, "")
            told.append((answer.status_code, page.replace(round_.claim.statement[:59], "")))

        def step(do: str, **typed: str) -> None:
            data = {f"{name}-{one}" if name != "do" else name: text for name, text in typed.items()}
            hear(client.post(people(round_), {"do": f"{do}:{one}", **data}))
            hear(client.get(people(round_)))

        hear(client.get(people(round_)))
        step("extend", due_at="2026-03-20T12:00")
        step("take_back", reason="")
        step("take_back", reason="On leave.")
        step("take_back", reason="On leave.")
        step("extend", due_at="2026-03-22T12:00")
        hear(client.post(people(round_), {"do": "give", "person": "reviewer_b"}))
        hear(client.post(people(round_), {"do": "give", "person": "reviewer_a"}))
        step("reassign", reason="Not yet back.", person="reviewer_c")
        hear(client.post(people(round_), {"do": "give", "person": "reviewer_a"}))
        hear(client.get(people(round_)))
        return told

    first, second = story(waiting), story(done)
    assert [status for status, _ in first] == [status for status, _ in second]
    assert first == second


def test_the_list_needs_no_more_queries_for_more_rounds(cast: Any, logged_in: LogIn) -> None:
    client = logged_in(cast.editor)
    counts = []
    for _ in range(2):
        for _ in range(3):
            round_ = an_open_round(cast)
            for person in (cast.reviewer_a, cast.reviewer_b):
                assign(by=cast.editor, round_=round_, person=person)
        client.get("/desk/assignments/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/assignments/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_desk_tells_what_ended_under_ones_hands_and_keeps_the_words(cast: Any, logged_in: LogIn) -> None:
    edited, back, left = an_open_round(cast), an_open_round(cast), an_open_round(cast)
    for round_ in (edited, back, left):
        given(cast, round_, cast.reviewer_a)
        save_draft(by=cast.reviewer_a, round_=round_, payload={"reasons": f"An hour of words on {round_.pk}"})
    grow_version(by=cast.editor, claim=Claim.objects.get(pk=edited.claim_id), action="claim_edited")
    take_back(by=cast.editor, assignment=assignment_of(back, cast.reviewer_a), reason="On leave.")
    given(cast, left, cast.reviewer_b)
    hand_in(by=cast.reviewer_b, round_=left, form=a_form(left))
    take_back(by=cast.editor, assignment=assignment_of(left, cast.reviewer_b), reason="On leave.")
    given(cast, left, cast.reviewer_c)
    hand_in(by=cast.reviewer_c, round_=left, form=a_form(left))

    client = logged_in(cast.reviewer_a)
    page = client.get("/desk/").content.decode()
    for told in (
        "The claim was edited, so that the round was closed.",
        "It was taken back, so that somebody else can rate it.",
        "The round is complete without you.",
    ):
        assert told in page
    before = f"/desk/rounds/{edited.public_id}/"
    assert f"An hour of words on {edited.pk}" in client.get(before).content.decode()
    again = open_round(by=cast.editor, claim=edited.claim)
    assert f'href="/desk/rounds/{again.public_id}/rate/"' in client.get(before).content.decode()
    assert "An hour of words" not in logged_in(cast.reviewer_c).get(before).content.decode()
