"""Entering and editing a claim through the admin's page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from claims.models import Claim
from claims.services.drafting import save_claim
from sources.models import Capture, Event
from tests.claims.admin.forms import fields_of
from tests.claims.services.desk_factory import PAGE, a_draft, a_speaker
from tests.claims.services.round_factory import a_ready_claim

pytestmark = pytest.mark.django_db

ADD = "/admin/claims/claim/add/"


def typed_claim(page: Any, speaker: Any, **more: str) -> dict[str, Any]:
    fields = fields_of(page, "claim_form")
    return {
        **fields,
        "statement": "The harbour handled two million containers in 2016.",
        "links-0-speaker": str(speaker.pk),
        "links-0-is_attributed": "on",
        "citations-0-url_typed": PAGE,
        **more,
    }


def change_url(claim: Claim) -> str:
    return reverse("admin:claims_claim_change", args=[claim.pk])


def test_enters_a_claim_as_one_draft(cast: Any, logged_in: Callable[[Any], Any]) -> None:
    client, speaker = logged_in(cast.editor), a_speaker(cast.editor)
    answer = client.post(ADD, typed_claim(client.get(ADD), speaker, **{"links-0-date_edtf": "2016~"}))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    claim = Claim.objects.get()
    assert claim.links.get().speaker == speaker
    assert claim.links.get().date_edtf == "2016~"
    assert claim.citations.get().url_typed == PAGE
    assert Capture.objects.get().requested_by == cast.editor
    event = Event.objects.get(action="claim_entered")
    assert (event.door, event.by) == ("admin", cast.editor)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("statement", "x" * 8_000, "8,000 characters"),
        ("citations-0-url_typed", "see the report", "no web address"),
        ("citations-0-url_typed", "http://10.0.0.1/x", ""),
        ("citations-0-url_typed", "https://example.org/" + "y" * 8_000, ""),
        ("links-0-date_edtf", "2018-02-30", "does not exist"),
        ("links-0-speaker", "", "Name a speaker"),
        ("quorum", "0", "one to nine"),
    ],
    ids=[
        "statement too long",
        "no URL",
        "private address",
        "address too long",
        "no such day",
        "no speaker",
        "quorum",
    ],
)
def test_nothing_typed_is_lost_when_something_is_wrong(
    field: str, value: str, sentence: str, cast: Any, logged_in: Callable[[Any], Any]
) -> None:
    client, speaker = logged_in(cast.editor), a_speaker(cast.editor)
    typed = typed_claim(client.get(ADD), speaker, **{field: value, "context": "Kept all the same."})
    answer = client.post(ADD, typed)
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert "errorlist" in shown
    assert sentence in shown
    again = fields_of(answer, "claim_form")
    kept = again.get(field, "")
    assert (kept[0] if isinstance(kept, list) else kept) == value
    assert again["context"] == "Kept all the same."
    assert not Claim.objects.exists()
    assert not Capture.objects.exists()


def test_a_number_that_the_column_cannot_hold_is_told_of(cast: Any, logged_in: Callable[[Any], Any]) -> None:
    client, speaker = logged_in(cast.editor), a_speaker(cast.editor)
    for value in ("99999999999999999999", "-1", "two"):
        assert client.post(ADD, typed_claim(client.get(ADD), speaker, quorum=value)).status_code == 200
    assert not Claim.objects.exists()


def test_edits_a_claim_and_keeps_its_rows(cast: Any, logged_in: Callable[[Any], Any], filled: Claim) -> None:
    client = logged_in(cast.editor2)
    link, citations = filled.links.get(), list(filled.citations.order_by("position"))
    fields = fields_of(client.get(change_url(filled)), "claim_form")
    answer = client.post(change_url(filled), {**fields, "statement": "Other words."})
    assert answer.status_code == 302, answer.content.decode()
    filled.refresh_from_db()
    assert (filled.statement, filled.version) == ("Other words.", 2)
    assert filled.links.get() == link
    assert list(filled.citations.order_by("position")) == citations
    assert citations[1].part is not None
    assert (filled.parts.count(), filled.appearances.count(), filled.topics.count()) == (2, 1, 1)


def test_saving_the_page_as_it_is_changes_nothing(cast: Any, logged_in: Callable[[Any], Any], filled: Claim) -> None:
    client = logged_in(cast.editor2)
    events = Event.objects.count()
    fields = fields_of(client.get(change_url(filled)), "claim_form")
    assert client.post(change_url(filled), fields).status_code == 302
    filled.refresh_from_db()
    assert filled.version == 1
    assert Event.objects.count() == events


def test_takes_out_a_row(cast: Any, logged_in: Callable[[Any], Any], filled: Claim) -> None:
    client = logged_in(cast.editor)
    fields = fields_of(client.get(change_url(filled)), "claim_form")
    assert client.post(change_url(filled), {**fields, "citations-0-DELETE": "on"}).status_code == 302
    assert filled.citations.count() == 1


def test_the_slower_of_two_editors_is_told_and_loses_nothing(
    cast: Any, logged_in: Callable[[Any], Any], filled: Claim
) -> None:
    client = logged_in(cast.editor2)
    fields = fields_of(client.get(change_url(filled)), "claim_form")
    speaker = filled.links.get().speaker
    assert speaker is not None
    save_claim(by=cast.editor, draft=a_draft(speaker, statement="The first to save."), claim=filled, version=1)

    answer = client.post(change_url(filled), {**fields, "statement": "The second."})
    assert answer.status_code == 409
    assert "This claim was changed by editor" in answer.content.decode()
    again = fields_of(answer, "claim_form")
    assert again["statement"] == "The second."
    assert again["citations-1-url_typed"] == PAGE + "/2"
    filled.refresh_from_db()
    assert (filled.statement, filled.version) == ("The first to save.", 2)

    assert client.post(change_url(filled), again).status_code == 302
    filled.refresh_from_db()
    assert (filled.statement, filled.version) == ("The second.", 3)
    assert filled.citations.count() == 2


def test_a_publisher_and_a_superuser_only_look(cast: Any, logged_in: Callable[[Any], Any], filled: Claim) -> None:
    for person in (cast.publisher, cast.superuser):
        client = logged_in(person)
        page = client.get(change_url(filled))
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        assert client.post(change_url(filled), {"statement": "Mine."}).status_code == 403


def test_captures_are_shown_and_refresh_themselves(
    cast: Any, logged_in: Callable[[Any], Any], archived: Claim
) -> None:
    client, filled = logged_in(cast.editor), archived
    page = client.get(change_url(filled)).content.decode()
    assert "waiting for a worker" in page
    assert "stored, usable" in page
    address = reverse("admin:claims_claim_captures", args=[filled.pk])
    assert f'hx-get="{address}"' in page
    fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "waiting for a worker" in fragment
    assert "<html" in client.get(address).content.decode()


def test_open_review_tells_what_is_missing(cast: Any, logged_in: Callable[[Any], Any], filled: Claim) -> None:
    client = logged_in(cast.editor)
    address = reverse("admin:claims_claim_open_review", args=[filled.pk])
    page = client.get(address).content.decode()
    assert "Before review can open" in page
    answer = client.post(address)
    assert answer.status_code in (400, 409)
    assert "Review was not opened" in answer.content.decode()
    assert not filled.rounds.exists()


def test_open_review_asks_about_interests_and_says_what_could_not_be_done(
    cast: Any, logged_in: Callable[[Any], Any], settings: Any
) -> None:
    claim = a_ready_claim(cast.editor)
    client = logged_in(cast.editor)
    address = reverse("admin:claims_claim_open_review", args=[claim.pk])
    assert "It cannot be decided: it takes 2 ratings" in client.get(address).content.decode()
    for typed, words in (({}, "Choose one of the two"), ({"is_declared": "yes", "words": " "}, "is missing")):
        answer = client.post(address, typed)
        assert answer.status_code == 400
        assert words in answer.content.decode()
    assert not claim.rounds.exists()
    page = client.post(address, {"is_declared": "no"}, follow=True).content.decode()
    assert "Review is open" in page
    assert "It cannot be decided: it takes 2 ratings" in page
    assert claim.rounds.get().interests.get().is_declared is False
    settings.QUORUM = 3
    assert 'name="quorum" value="3"' in client.get("/admin/claims/claim/add/").content.decode()


def test_holds_and_releases(cast: Any, logged_in: Callable[[Any], Any], filled: Claim) -> None:
    client = logged_in(cast.publisher)
    hold = reverse("admin:claims_claim_hold", args=[filled.pk])
    assert client.post(hold, {"reason": ""}).status_code == 400
    assert client.post(hold, {"reason": "A lawyer reads it."}).status_code == 302
    filled.refresh_from_db()
    assert filled.hold_by == cast.publisher
    assert client.post(hold, {"reason": "Again."}).status_code == 409
    assert client.post(reverse("admin:claims_claim_release", args=[filled.pk]), {}).status_code == 302
    filled.refresh_from_db()
    assert filled.hold_reason == ""


def test_the_history_is_told_in_words(cast: Any, logged_in: Callable[[Any], Any], filled: Claim) -> None:
    page = logged_in(cast.editor).get(reverse("admin:claims_claim_history", args=[filled.pk])).content.decode()
    assert "claim entered" in page
    assert "reply recorded" in page


def test_finds_a_claim_by_its_speaker_without_accents(
    cast: Any, logged_in: Callable[[Any], Any], filled: Claim
) -> None:
    client = logged_in(cast.editor)
    for words in ("RUIZ", "hárbour", "containers 2016"):
        assert filled.statement in client.get("/admin/claims/claim/", {"q": words}).content.decode(), words
    assert filled.statement not in client.get("/admin/claims/claim/", {"q": "nothing of the kind"}).content.decode()


def test_a_role_is_found_with_whose_it_was(cast: Any, logged_in: Callable[[Any], Any], filled: Claim) -> None:
    found = logged_in(cast.editor).get(
        "/admin/autocomplete/",
        {"term": "ruiz", "app_label": "claims", "model_name": "link", "field_name": "role"},
    )
    assert [result["text"] for result in found.json()["results"]] == ["Ana Ruiz: minister"]
