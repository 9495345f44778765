"""Feeds tell what happened to an entry under the same id, are well formed whatever is claimed, and can be found."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from lxml import etree

from claims.domain.record_v1 import RecordRevision, RecordTopic
from claims.models import PublicClaim
from claims.services.suspending import lift_recheck, put_up_recheck, suspend
from tests.claims.presenters.records import a_record, new_id, with_claim, with_verdict
from tests.claims.public.conftest import Publish
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}
FEEDS = ("/feeds/verdicts", "/feeds/corrections", "/feeds/topics/harbours", "/feeds/search")
HOSTILE = "</title><script>alert(1)</script>&\x0b]]>\u202e<b>"


def _atom(client: Client, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return etree.fromstring(response.content)


def _json(client: Client, path: str) -> dict[str, Any]:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/feed+json")
    data: dict[str, Any] = json.loads(response.content)
    assert data["version"] == "https://jsonfeed.org/version/1.1"
    return data


def _items(client: Client, path: str) -> dict[str, str]:
    """Titles by id, the same in both formats."""
    entries = _atom(client, f"{path.replace('?', '.atom?', 1) if '?' in path else path + '.atom'}").findall(
        "a:entry", ATOM
    )
    found = {entry.findtext("a:id", namespaces=ATOM): entry.findtext("a:title", namespaces=ATOM) for entry in entries}
    items = _json(client, f"{path.replace('?', '.json?', 1) if '?' in path else path + '.json'}")["items"]
    assert {item["id"]: item["title"] for item in items} == found
    return found


def _corrected(record: Any, kind: str, **more: Any) -> Any:
    revision = RecordRevision(2, kind, "A figure was wrong.", "2026-03-03T12:00:00Z", "2026-03-02T12:00:00Z")
    return replace(record, revision=revision, **more)


def test_a_correction_updates_its_entry_and_stands_in_the_corrections(client: Client, put_up: Publish) -> None:
    record = a_record()
    put_up(record)
    before = _items(client, "/feeds/verdicts")
    changed = with_verdict(_corrected(record, "changed_verdict"), support="supported")
    put_up(changed)
    after = _items(client, "/feeds/verdicts")
    assert after.keys() == before.keys()
    assert next(iter(before.values())).startswith("Mixed")
    assert next(iter(after.values())).startswith("Supported")
    assert [title.split(":")[0] for title in _items(client, "/feeds/corrections").values()] == ["Changed verdict"]
    text = _json(client, "/feeds/corrections.json")["items"][0]["content_text"]
    assert text == "A figure was wrong."


def test_a_retraction_says_so_and_takes_the_verdict_out(client: Client, put_up: Publish) -> None:
    record = a_record()
    put_up(record)
    put_up(_corrected(record, "retraction"), state="retracted")
    item = _json(client, "/feeds/verdicts.json")["items"][0]
    assert item["id"] == f"urn:uuid:{record.claim.id}"
    assert item["title"].startswith("Retracted: ")
    assert "We no longer stand by the verdict" in item["content_text"]
    assert record.headline not in item["content_text"]
    assert item["_factcheck"] == {
        "about": "http://127.0.0.1:8000/methodology/", "state": "retracted", "support": None,
    }  # fmt: skip
    entry = _atom(client, "/feeds/verdicts.atom").find("a:entry", ATOM)
    assert entry.find("a:category", ATOM).get("term") == "retracted"


def test_a_suspension_and_a_recheck_are_told_and_lifted_under_one_id(
    client: Client, put_up: Publish, cast: Cast
) -> None:
    made = put_up()
    put_up_recheck(by=cast.publisher, claim=made.claim, text="A newer register came.")
    standing = _items(client, "/feeds/corrections")
    lift_recheck(by=cast.publisher2, claim=made.claim, reason="Read.")
    lifted = _items(client, "/feeds/corrections")
    assert lifted.keys() == standing.keys()
    assert "lifted" in next(iter(lifted.values()))
    suspend(by=cast.publisher, claim=made.claim, text="A fault.")
    assert next(iter(_items(client, "/feeds/verdicts").values())).startswith("Suspended: ")
    assert len(_items(client, "/feeds/corrections")) == 2


def test_a_topic_and_a_search_have_feeds_that_their_pages_name(client: Client, put_up: Publish) -> None:
    put_up(with_claim(a_record(), slug="harbour"))
    other = put_up(with_claim(a_record(), slug="other", topics=(), statement="Bread costs twice as much."))
    assert len(_items(client, "/feeds/topics/harbours")) == 1
    found = _items(client, "/feeds/search?" + urlencode({"q": "bread"}))
    assert list(found) == [f"urn:uuid:{other.record.claim.id}"]
    topic = client.get("/topics/harbours/").content.decode()
    assert 'href="/feeds/topics/harbours.atom"' in topic
    search = client.get("/search/?q=bread&support=mixed").content.decode()
    assert 'href="/feeds/search.json?q=bread&amp;support=mixed"' in search
    assert client.get("/feeds/search.json?q=bread&support=mixed").status_code == 200
    assert client.get("/feeds/topics/none-such.atom").status_code == 404


def test_a_topic_with_capitals_in_its_address_has_its_feed_too(client: Client, put_up: Publish) -> None:
    put_up(with_claim(a_record(), topics=(RecordTopic("Harbours-North", "Harbours, north"),)))
    for address in ("/feeds/topics/harbours-north", "/feeds/topics/Harbours-North"):
        assert len(_items(client, address)) == 1
    assert "/topics/harbours-north/" in client.get("/topics/").content.decode()
    assert client.get("/topics/Harbours-North/").status_code == 200


def test_the_feed_of_a_topic_begins_with_the_newest_change(client: Client, put_up: Publish) -> None:
    records = [with_claim(a_record(), id=new_id(), slug=f"claim-{number}") for number in range(3)]
    for record in records:
        put_up(record)
    put_up(_corrected(records[0], "clarification"))
    items = _json(client, "/feeds/topics/harbours.json")["items"]
    assert [item["id"] for item in items] == [f"urn:uuid:{records[number].claim.id}" for number in (0, 2, 1)]


def test_every_readers_page_names_the_feeds(client: Client, put_up: Publish) -> None:
    path = put_up().path
    for page in ("/", "/claims/", path, "/corrections/"):
        text = client.get(page).content.decode()
        for feed in ("verdicts.atom", "verdicts.json", "corrections.atom", "corrections.json"):
            assert f'href="/feeds/{feed}"' in text


@pytest.mark.parametrize("path", FEEDS)
def test_hostile_words_are_inert(client: Client, put_up: Publish, path: str) -> None:
    record = a_record(headline=HOSTILE)
    put_up(with_claim(record, statement=HOSTILE))
    put_up(with_claim(_corrected(record, "typo"), statement=HOSTILE))
    query = "?topic=harbours" if path.endswith("search") else ""
    feed = _atom(client, f"{path}.atom{query}")
    assert feed.findall("a:entry", ATOM)
    assert not feed.findall(".//script")
    assert _json(client, f"{path}.json{query}")["items"]


@pytest.mark.parametrize("path", FEEDS)
@pytest.mark.parametrize("form", ["atom", "json"])
def test_an_empty_feed_is_a_feed(client: Client, put_up: Publish, path: str, form: str) -> None:
    if "topics" in path:
        put_up()
        PublicClaim.objects.all().delete()
    assert client.get(f"{path}.{form}").status_code == 200


@pytest.mark.parametrize("query", ["q=%00", "q=%22", "q=NEAR(", "support=none", "topic=%ed%a0%80", "date=9999-99"])
def test_a_search_feed_refuses_what_the_search_refuses(client: Client, query: str) -> None:
    assert client.get(f"/feeds/search.json?{query}").status_code == client.get(f"/search/?{query}").status_code


def test_a_demonstration_says_so_in_title_and_author(client: Client, put_up: Publish) -> None:
    put_up(with_claim(a_record(), demonstration=True))
    item = _json(client, "/feeds/verdicts.json")["items"][0]
    assert item["title"].startswith("Demonstration: ")
    assert item["authors"] == [{"name": "Demonstration, not a fact-checker"}]
