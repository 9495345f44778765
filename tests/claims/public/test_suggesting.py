"""A reader's claim to check is kept once it is a person's, and answered by an editor: taken up, or declined."""

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from claims.models import Claim, Suggestion
from claims.public.forms import opened_now
from claims.public.guard import MOST_AN_HOUR
from claims.services import suggesting
from claims.services.suggesting import accept_suggestion, decline_suggestion, suggest_claim
from sources.domain.errors import BadInput, Several, WrongPerson, WrongState
from sources.models import Door, Event
from tests.conftest import NOON, Cast

pytestmark = pytest.mark.django_db

WORDS = "The ferry carries five hundred people a day."


def _send(client: Client, headers: dict[str, str] | None = None, **changes: str):  # type: ignore[no-untyped-def]
    with time_machine.travel(NOON, tick=False) as clock:
        opened = opened_now()
        clock.shift(10)
        form = {
            "text": WORDS,
            "said_by": "The mayor",
            "seen_at": "https://town.example/",
            "opened": opened,
            **changes,
        }
        return client.post("/suggest/", form, headers=headers or {})


def test_is_kept_with_an_event_that_repeats_none_of_it(client: Client) -> None:
    response = _send(client, email="reader@example.org")
    assert (response.status_code, bool(response.cookies)) == (200, False)
    assert "Thank you." in response.content.decode()
    kept = Suggestion.objects.get()
    assert (kept.text, kept.said_by, kept.state) == (WORDS, "The mayor", "open")
    event = Event.objects.get(action="claim_suggested")
    assert (event.by, event.door, event.subject_id) == (None, Door.PUBLIC, kept.public_id)
    assert "ferry" not in event.after


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"text": "short"}, "at least 15 characters"),
        ({"text": ""}, "Say what was said."),
        ({"text": "x" * 3000}, "at most 2000 characters"),
        ({"seen_at": "y" * 3000}, "at most 2000 characters"),
        ({"text": "what \x07 was said there"}, "cannot be printed"),
        ({"email": "nobody"}, "That is no e-mail address."),
        ({"website": "x"}, "Leave the field"),
        ({"opened": "forged"}, "open for too long"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_bad_input_is_told_and_nothing_typed_is_lost(client: Client, changes: dict[str, str], told: str) -> None:
    response = _send(client, **changes)
    page = response.content.decode()
    assert response.status_code == 400
    assert told in page
    assert "The mayor" in page
    assert "https://town.example/" in page or "seen_at" in changes
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize(
    ("headers", "is_taken"),
    [
        ({"origin": "https://elsewhere.example"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"origin": "http://testserver", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "null"}, True),
        ({}, True),
    ],
    ids=["another origin", "fetch metadata", "ours", "no origin told", "an old browser"],
)
def test_what_another_site_sends_is_not_taken(client: Client, headers: dict[str, str], is_taken: bool) -> None:
    response = _send(client, headers)
    assert Suggestion.objects.exists() is is_taken
    assert ("Another site sent this form" in response.content.decode()) is not is_taken


def test_much_from_one_address_is_stopped_and_others_are_not(client: Client) -> None:
    for _ in range(MOST_AN_HOUR):
        assert _send(client).status_code == 200
    refused = _send(client)
    assert refused.status_code == 400
    assert "from your address within the hour" in refused.content.decode()
    assert WORDS in refused.content.decode()
    client.defaults["REMOTE_ADDR"] = "2001:db8:1:2::3"
    assert _send(client).status_code == 200


def test_a_proxy_is_believed_only_where_that_is_set(client: Client, settings: LazySettings) -> None:
    for number in range(MOST_AN_HOUR):
        _send(client, {"x-forwarded-for": f"192.0.2.{number}"})
    assert _send(client, {"x-forwarded-for": "192.0.2.99"}).status_code == 400
    settings.TRUST_PROXY = True
    assert _send(client, {"x-forwarded-for": "192.0.2.99"}).status_code == 200


def test_a_flood_from_everywhere_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggesting, "MOST_AN_HOUR", 2)
    suggest_claim(text=WORDS)
    suggest_claim(text=WORDS)
    with pytest.raises(WrongState) as refused:
        suggest_claim(text=WORDS)
    assert refused.value.code == "suggestions_too_many"


def test_an_editor_takes_it_up_as_a_draft_and_the_address_goes(cast: Cast) -> None:
    kept = suggest_claim(text=WORDS, said_by="The mayor", email="reader@example.org")
    claim = accept_suggestion(
        by=cast.editor, suggestion=kept, statement="The ferry carries 500 a day.", language="en", said_by="a mayor"
    )
    kept.refresh_from_db()
    assert (kept.state, kept.claim, kept.email, kept.answered_by) == ("accepted", claim, "", cast.editor)
    assert claim.links.get().unnamed == "a mayor"
    assert Event.objects.get(action="suggestion_accepted").by == cast.editor
    assert Event.objects.filter(action="claim_entered", subject_id=claim.public_id).exists()


def test_a_bad_statement_leaves_it_open_and_enters_nothing(cast: Cast) -> None:
    kept = suggest_claim(text=WORDS)
    with pytest.raises(Several):
        accept_suggestion(by=cast.editor, suggestion=kept, statement="", language="en")
    kept.refresh_from_db()
    assert (kept.state, Claim.objects.count()) == ("open", 0)


def test_declining_needs_a_reason_and_happens_once(cast: Cast) -> None:
    kept = suggest_claim(text=WORDS, email="reader@example.org")
    with pytest.raises(BadInput):
        decline_suggestion(by=cast.editor, suggestion=kept, reason=" ")
    declined = decline_suggestion(by=cast.editor, suggestion=kept, reason="It is a forecast.")
    assert (declined.state, declined.email) == ("declined", "")
    assert Event.objects.get(action="suggestion_declined").reason == "It is a forecast."
    with pytest.raises(WrongState) as refused:
        accept_suggestion(by=cast.editor, suggestion=kept, statement="Something.", language="en")
    assert refused.value.code == "suggestion_answered"


@pytest.mark.parametrize("who", ["reviewer_a", "publisher", "superuser", "outsider"])
def test_only_an_editor_answers(cast: Cast, who: str) -> None:
    with pytest.raises(WrongPerson):
        decline_suggestion(by=getattr(cast, who), suggestion=suggest_claim(text=WORDS), reason="No.")


def test_the_admin_lists_it_and_takes_it_up(cast: Cast, logged_in) -> None:  # type: ignore[no-untyped-def]
    kept = suggest_claim(text=WORDS)
    client = logged_in(cast.editor)
    url = f"/admin/claims/suggestion/{kept.pk}/change/"
    assert WORDS in client.get("/admin/claims/suggestion/").content.decode()
    assert client.get(url).status_code == 200
    refused = client.post(url, {"answer": "declined", "why_not": ""})
    assert "Say why it is not taken up." in refused.content.decode()
    missing = client.post(url, {"answer": "accepted", "statement": "", "language": "en"})
    assert "The statement is missing." in missing.content.decode()
    done = client.post(url, {"answer": "accepted", "statement": "The ferry carries 500 a day.", "language": "en"})
    assert done.status_code == 302
    assert Event.objects.get(action="suggestion_accepted").door == Door.ADMIN
    assert client.get(url).status_code == 200


def test_no_suggestion_is_shown_to_readers(client: Client) -> None:
    suggest_claim(text=WORDS)
    for path in ("/", "/claims/", "/search/?q=ferry", "/suggest/", "/feeds/verdicts.atom", "/api/v1/claims/"):
        assert WORDS not in client.get(path).content.decode()
