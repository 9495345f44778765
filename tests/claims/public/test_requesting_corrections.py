"""A reader's request is kept once it is a person's, and printed only as its outcome."""

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from claims.models import CorrectionRequest
from claims.public.forms import opened_now
from claims.services.answering_corrections import answer_correction
from claims.services.requesting_corrections import MOST_AN_HOUR
from sources.models import Door, Event
from tests.claims.public.conftest import Publish
from tests.claims.public.published import Published
from tests.conftest import NOON, Cast

pytestmark = pytest.mark.django_db

WORDS = "The report gives two million for 2015, not for 2016."


def _send(client: Client, made: Published, **changes: str):  # type: ignore[no-untyped-def]
    with time_machine.travel(NOON, tick=False) as clock:
        opened = opened_now()
        clock.shift(10)
        form = {"text": WORDS, "name": "A Reader", "email": "reader@example.org", "opened": opened, **changes}
        return client.post(f"{made.path}request-correction/", form)


def test_is_kept_with_an_event_that_repeats_none_of_it(client: Client, put_up: Publish) -> None:
    made = put_up()
    response = _send(client, made)
    assert response.status_code == 200
    assert "Thank you." in response.content.decode()
    request = CorrectionRequest.objects.get()
    assert (request.text, request.name, request.may_be_named) == (WORDS, "A Reader", False)
    event = Event.objects.get(action="correction_requested")
    assert (event.by, event.door, event.subject_id) == (None, Door.PUBLIC, request.public_id)
    assert "report" not in event.after
    assert not response.cookies


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"text": "wrong"}, "at least 20 characters"),
        ({"text": "x" * 6000}, "at most 5000 characters"),
        ({"text": ""}, "Say what is wrong."),
        ({"email": "nobody"}, "That is no e-mail address."),
        ({"email": "a" * 250 + "@example.org"}, "at most 254 characters"),
        ({"name": "", "may_be_named": "on"}, "Give the name that may be printed."),
        ({"website": "http://spam.example"}, "Leave the field"),
        ({"opened": "forged"}, "open for too long"),
        ({"opened": ""}, "open for too long"),
        ({"text": "nul \x00 in the middle of it"}, "Null characters"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_input_is_told_and_nothing_typed_is_lost(
    client: Client, put_up: Publish, changes: dict[str, str], told: str
) -> None:
    response = _send(client, put_up(), **changes)
    page = response.content.decode()
    assert response.status_code == 400
    assert told in page
    assert "reader@example.org" in page or "email" in changes
    assert not CorrectionRequest.objects.exists()


def test_what_comes_back_at_once_is_asked_for_again_and_then_taken(client: Client, put_up: Publish) -> None:
    path = f"{put_up().path}request-correction/"
    with time_machine.travel(NOON, tick=False) as clock:
        response = client.post(path, {"text": WORDS, "opened": opened_now()})
        assert "very quick" in response.content.decode()
        again = response.context["form"]["opened"].value()
        clock.shift(5)
        assert client.post(path, {"text": WORDS, "opened": again}).status_code == 200
    assert CorrectionRequest.objects.count() == 1


def test_a_flood_about_one_claim_is_stopped(client: Client, put_up: Publish) -> None:
    made = put_up()
    for number in range(MOST_AN_HOUR):
        client.defaults["REMOTE_ADDR"] = f"192.0.2.{number}"
        assert _send(client, made).status_code == 200
    client.defaults["REMOTE_ADDR"] = "192.0.2.200"
    response = _send(client, made)
    assert response.status_code == 409
    assert "Please try again later." in response.content.decode()


def test_an_unpublished_claim_takes_none(client: Client) -> None:
    assert client.get("/claims/none/request-correction/").status_code == 404


def test_the_outcome_is_printed_without_the_readers_words_and_name(client: Client, put_up: Publish) -> None:
    made = put_up()
    _send(client, made)
    CorrectionRequest.objects.update(
        outcome="no_change", outcome_text="The report says 2016.", answered_at=timezone.now()
    )
    page = client.get(made.path).content.decode()
    assert "The report says 2016." in page
    assert WORDS not in page
    assert "A Reader" not in page
    CorrectionRequest.objects.update(may_be_named=True)
    assert "A Reader" in client.get(made.path).content.decode()


def test_the_readers_address_is_deleted_with_the_answer(client: Client, put_up: Publish, cast: Cast) -> None:
    _send(client, put_up())
    kept = CorrectionRequest.objects.get()
    assert kept.email == "reader@example.org"
    answer_correction(by=cast.editor, request=kept, outcome="no_change", text="The report says 2016.")
    kept.refresh_from_db()
    assert (kept.email, kept.outcome) == ("", "no_change")
    assert Event.objects.get(action="correction_answered").by == cast.editor
