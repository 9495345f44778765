"""Drafts at the desk: two windows, an ended session, another log-in. Nothing that was typed is lost, and words say so."""

import json
from typing import Any

import pytest
from django.test import Client

from claims.models import Pin, Rating, RatingDraft, Round
from claims.querysets import dossier_of
from claims.services.opening import supersede_open_round
from tests.claims.desk.test_pages import answers, at
from tests.claims.services.round_factory import an_open_round, given

pytestmark = pytest.mark.django_db

LONG = "A reason that took an hour. " * 40


@pytest.fixture
def round_(cast: Any) -> Round:
    found = an_open_round(cast, parts="ab")
    given(cast, found, cast.reviewer_a)
    return found


def two_windows(client: Client, round_: Round) -> None:
    """One window saved after the other was loaded."""
    client.post(at(round_, "draft"), {"reasons": "From the first window", "support": "mixed", "revision": "0"})
    client.post(at(round_, "draft"), {"reasons": "From the second", "support": "supported", "revision": "1"})


def test_a_save_from_an_older_window_is_kept_beside_and_told(cast: Any, logged_in: Any, round_: Round) -> None:
    client = logged_in(cast.reviewer_a)
    two_windows(client, round_)
    late = client.post(at(round_, "draft"), {"reasons": "And on in the first", "support": "mixed", "revision": "1"})
    assert (late.status_code, late.json()["code"]) == (409, "draft_saved_elsewhere")
    assert "kept beside it" in late.json()["sentence"]
    page = client.get(at(round_, "rate")).content.decode()
    assert "Two versions of your draft" in page
    for words in ("From the second", "And on in the first", "Supported", "Mixed"):
        assert words in page
    assert client.post(at(round_, "rate"), {"do": "swap", "reasons": "From the second", "support": "supported",
                                            "revision": "2"}).status_code == 302  # fmt: skip
    draft = RatingDraft.objects.get()
    assert json.loads(draft.payload)["reasons"] == "And on in the first"
    assert json.loads(draft.aside)["reasons"] == "From the second"
    page = client.get(at(round_, "rate")).content.decode()
    assert "And on in the first</textarea>" in page
    client.post(at(round_, "rate"), {"do": "drop", **json.loads(draft.payload), "revision": str(draft.revision)})
    assert "Two versions" not in client.get(at(round_, "rate")).content.decode()


@pytest.mark.parametrize("do", ["hand_in", "save"])
def test_an_older_window_neither_hands_in_nor_saves_over_a_newer_one(
    cast: Any, logged_in: Any, round_: Round, do: str
) -> None:
    client = logged_in(cast.reviewer_a)
    two_windows(client, round_)
    answer = client.post(at(round_, "rate"), answers(round_, reasons=LONG, do=do, revision="1"))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "A newer draft of yours was saved in another window." in page
    assert "From the second" in page
    assert LONG.strip() in page
    assert not Rating.objects.exists()
    draft = RatingDraft.objects.get()
    assert json.loads(draft.payload)["reasons"] == "From the second"
    assert json.loads(draft.aside)["reasons"] == LONG
    handed = client.post(at(round_, "rate"), answers(round_, reasons=LONG, revision="2"))
    assert handed.status_code == 302, "the choice made, it is taken"
    assert Rating.objects.get().reasons == LONG.strip()


def test_pinning_in_an_older_window_pins_and_loses_neither_version(cast: Any, logged_in: Any, round_: Round) -> None:
    client = logged_in(cast.reviewer_a)
    two_windows(client, round_)
    citation = dossier_of(round_).citations[0].id
    typed = {"do": f"pin:{citation}", f"paste-{citation}": "1,980,000 containers", "reasons": "Old", "revision": "1"}
    assert client.post(at(round_, "rate"), typed).status_code == 302
    assert Pin.objects.count() == 1
    draft = RatingDraft.objects.get()
    assert json.loads(draft.payload)["reasons"] == "From the second"
    assert json.loads(draft.aside)["reasons"] == "Old"


def test_the_same_words_in_two_windows_are_no_conflict(cast: Any, logged_in: Any, round_: Round) -> None:
    client = logged_in(cast.reviewer_a)
    form = answers(round_, reasons="Alike in both")
    kept = {name: value for name, value in form.items() if name not in ("do", "revision")}
    client.post(at(round_, "draft"), {**kept, "revision": "0"})
    RatingDraft.objects.update(revision=9)
    assert client.post(at(round_, "rate"), {**form, "revision": "1"}).status_code == 302
    assert Rating.objects.count() == 1


def test_an_ended_session_hands_back_a_long_reason(cast: Any, client: Client, round_: Round) -> None:
    answer = client.post(at(round_, "rate"), answers(round_, reasons=LONG))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "logged_out" in page
    assert LONG.strip() in page
    assert (
        f"/account/login/?next=/desk/rounds/{round_.public_id}/rate/".replace("/", "%2F").split("next=")[-1] in page
    )
    assert not Rating.objects.exists()
    assert client.get(at(round_, "rate")).status_code == 302, "who only looks is led to the log-in"


def test_a_program_is_told_that_the_session_ended(client: Client, round_: Round) -> None:
    answer = client.post(at(round_, "draft"), {"reasons": LONG}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "logged_out")


def test_after_logging_in_again_the_draft_is_there(cast: Any, client: Client, logged_in: Any, round_: Round) -> None:
    logged_in(cast.reviewer_a).post(at(round_, "draft"), {"reasons": LONG, "revision": "0"})
    client.logout()
    login = client.get(at(round_, "rate"))["Location"]
    done = client.post(login, {"username": "reviewer_a", "password": "correct-horse-battery-9"})
    assert done["Location"] == at(round_, "rate")
    assert LONG.strip() in client.get(done["Location"]).content.decode()


def test_a_form_from_before_another_login_is_handed_back(cast: Any, round_: Round) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.reviewer_a, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(at(round_, "rate"), answers(round_, reasons=LONG, csrfmiddlewaretoken="x" * 64))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "form_expired" in page
    assert LONG.strip() in page
    assert f'href="{at(round_, "rate")}"' in page
    assert not Rating.objects.exists()
    elsewhere = client.post("/admin/login/", {"username": "x"})
    assert elsewhere.status_code == 403
    assert "Load it again" in elsewhere.content.decode()


@pytest.mark.parametrize("page", ["rate", "draft"])
def test_words_that_come_after_an_edit_are_kept_as_the_page_says(
    cast: Any, logged_in: Any, round_: Round, page: str
) -> None:
    client = logged_in(cast.reviewer_a)
    client.post(at(round_, "draft"), {"reasons": "Before the edit", "revision": "0"})
    supersede_open_round(claim=round_.claim, by=cast.editor, reason="Edited.")
    answer = client.post(at(round_, page), answers(round_, reasons=LONG, revision="1"))
    assert answer.status_code == 409
    assert "kept as your draft" in answer.content.decode()
    draft = RatingDraft.objects.get()
    assert json.loads(draft.payload)["reasons"] == LONG
    assert json.loads(draft.aside)["reasons"] == "Before the edit"
