"""Lists show what is published, page by cursor, and take any parameter."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from lxml import etree, html

from claims.domain.record_v1 import RecordRevision
from claims.models import Claim, CorrectionRequest
from tests.claims.presenters.records import a_record, with_claim, with_verdict
from tests.claims.public.conftest import Publish
from tests.claims.public.published import Published
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PAGES = ("/", "/claims/", "/speakers/", "/sources/", "/corrections/", "/search/", "/methodology/", "/about/",
         "/privacy/", "/feeds/verdicts.atom", "/sitemap.xml", "/robots.txt")  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_desk_has_every_page(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", PAGES)
def test_nothing_unpublished_is_anywhere(client: Client, cast: Cast, path: str) -> None:
    Claim.objects.create(statement="The secret draft.", created_by=cast.editor)
    assert "secret draft" not in client.get(path).content.decode()


@pytest.mark.parametrize("path", ["/claims/", "/search/?q=harbour", "/api/v1/claims/"])
@pytest.mark.parametrize("after", ["x", "2026-01-01T00:00:00Z", "~", "2026~a", "9" * 400, "2026-99-99T00:00:00Z~a",
                                   "0001-01-01T00:00:00+14:00~a", "9999-12-31T23:59:59-14:00~a"])  # fmt: skip
def test_a_cursor_that_no_list_gave_out_is_refused(client: Client, path: str, after: str) -> None:
    assert (
        client.get(path, {"after": after} if "?" not in path else {"q": "harbour", "after": after}).status_code == 400
    )


def test_pages_by_cursor_without_losing_or_repeating(client: Client, put_up: Publish) -> None:
    for number in range(25):
        put_up(with_claim(a_record(), slug=f"claim-{number:02}", topics=()))
    first = client.get("/api/v1/claims/").json()
    rest = client.get(first["next"]).json()
    slugs = [line["url"] for line in first["results"] + rest["results"]]
    assert len(slugs) == len(set(slugs)) == 25
    assert rest["next"] is None


def test_filters_by_verdict_and_topic(client: Client, put_up: Publish) -> None:
    put_up(with_claim(a_record(), slug="mixed-one"))
    put_up(with_claim(with_verdict(a_record(), support="supported"), slug="supported-one", topics=()))
    listed = client.get("/claims/?support=supported").content.decode()
    assert "supported-one" in listed
    assert "mixed-one" not in listed
    assert "mixed-one" in client.get("/topics/harbours/").content.decode()
    assert client.get("/topics/none-such/").status_code == 404
    assert client.get("/claims/?support=true").status_code == 400


def test_a_speaker_answers_only_for_what_they_said(client: Client, put_up: Publish) -> None:
    said = with_claim(a_record(), slug="said")
    put_up(said)
    not_said = with_claim(with_verdict(a_record(), attribution="said_something_else"), slug="not-said")
    who = replace(said.attributed_link, id=not_said.attributed_link.id)
    put_up(replace(not_said, chain=(who, *not_said.chain[1:])))
    page = client.get(f"/speakers/{said.attributed_link.who.id}/").content.decode()
    established, others = page.split("Attributed to them, not established", 1)
    assert "/claims/said/" in established
    assert "/claims/not-said/" not in established
    assert "/claims/not-said/" in others
    answer = client.get(f"/api/v1/speakers/{said.attributed_link.who.id}/").json()
    assert [line["url"] for line in answer["established"]] == ["/claims/said/"]
    assert [line["url"] for line in answer["attributed_not_established"]] == ["/claims/not-said/"]


def test_a_private_person_has_no_page(client: Client, put_up: Publish) -> None:
    record = a_record()
    link = record.attributed_link
    private = replace(link, who=replace(link.who, is_private=True))
    made = put_up(replace(record, chain=(private, *record.chain[1:])))
    path = f"/speakers/{link.who.id}/"
    assert client.get(path).status_code == 404
    assert path not in client.get(made.path).content.decode()
    assert path not in client.get("/speakers/").content.decode()


def test_the_feed_is_well_formed_whatever_is_claimed(client: Client, put_up: Publish) -> None:
    put_up(with_claim(a_record(), statement="A <b>bold</b> & \x0bodd ]]> claim\ufffe"))
    feed = etree.fromstring(client.get("/feeds/verdicts.atom").content)
    entry = feed.find("{http://www.w3.org/2005/Atom}entry")
    assert entry is not None
    assert "<b>bold</b> & odd ]]> claim" in (entry.findtext("{http://www.w3.org/2005/Atom}title") or "")


def test_the_sitemap_lists_claims_with_their_last_change(client: Client, put_up: Publish) -> None:
    first = a_record()
    put_up(first)
    again = RecordRevision(2, "typo", "A letter.", "2026-03-09T12:00:00Z", first.revision.first_published_at)
    put_up(replace(first, revision=again))
    text = client.get("/sitemap.xml").content.decode()
    assert text.count(f"{first.claim.slug}/</loc><lastmod>2026-03-09T12:00:00+00:00") == 1
    etree.fromstring(text.encode())


def test_an_address_that_is_none_has_a_page_of_its_own(client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "There is no page at this address." in response.content.decode()


def test_the_corrections_log_pages_by_cursor(
    client: Client, put_up: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claims.public.lists.LOG_CORRECTIONS", 2)
    for number in range(5):
        first = with_claim(a_record(), slug=f"claim-{number}", statement=f"Claim number {number}.")
        put_up(first)
        change = RecordRevision(
            2, "typo", "A letter.", f"2026-03-0{9 - number}T12:00:00Z", first.revision.published_at
        )
        put_up(replace(first, revision=change))
    seen, path = [], "/corrections/"
    while path:
        page = html.fromstring(client.get(path).content)
        seen += [link.get("href") for link in page.xpath("//ol[@class='history']//a")]
        older = page.xpath("//a[@rel='next']/@href")
        path = f"/corrections/{older[0]}" if older else ""
    assert seen == [f"/claims/claim-{number}/#history" for number in range(5)]
    assert client.get("/corrections/?after=x").status_code == 400


def test_a_speakers_lists_page_apart(client: Client, put_up: Publish) -> None:
    said = with_claim(a_record(), slug="said-00")
    put_up(said)
    for number in range(1, 23):
        one = with_claim(a_record(), slug=f"said-{number:02}")
        put_up(replace(one, chain=(replace(said.attributed_link, id=one.attributed_link.id), *one.chain[1:])))
    path = f"/speakers/{said.attributed_link.who.id}/"
    page = html.fromstring(client.get(path).content)
    rest = html.fromstring(client.get(path + page.xpath("//a[@rel='next']/@href")[0]).content)
    cards = [*page.xpath("//article/h3/a/@href"), *rest.xpath("//article/h3/a/@href")]
    assert cards == [f"/claims/said-{number:02}/" for number in reversed(range(23))]


def _outcome(made: Published, number: int, **more: Any) -> CorrectionRequest:
    """An answered request; those of one second are told apart by their keys alone."""
    at = datetime(2026, 3, 1 + number // 2, 12, tzinfo=UTC)
    told = {"outcome": "no_change", "outcome_text": f"Answer number {number}.", "answered_at": at, **more}
    return CorrectionRequest.objects.create(
        claim=made.claim, name="A Reader", email="", text="Words of the reader.", received_at=at, **told
    )


def test_outcomes_of_requests_page_by_cursor_beside_the_log(
    client: Client, put_up: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claims.public.lists.LOG_OUTCOMES", 2)
    made = put_up()
    for number in range(5):
        _outcome(made, number)
    seen, path = [], "/corrections/"
    while path:
        page = html.fromstring(client.get(path).content)
        seen += page.xpath("//ol[@class='history']/li//p[2]/text()")
        assert set(page.xpath("//ol[@class='history']//a/@href")) == {f"{made.path}#outcomes"}
        older = page.xpath("//a[@rel='next']/@href")
        path = f"/corrections/{older[0]}" if older else ""
    assert seen == [f"Answer number {number}." for number in (4, 3, 2, 1, 0)]
    assert html.fromstring(client.get(made.path).content).xpath("//*[@id='outcomes']")
    assert client.get("/corrections/?outcomes_after=x").status_code == 400


def test_outcomes_tell_nothing_of_the_reader_that_they_did_not_allow(client: Client, put_up: Publish) -> None:
    made = put_up()
    asked = _outcome(made, 0)
    _outcome(made, 1, outcome="not_a_request", outcome_text="Advertising.")
    _outcome(made, 2, outcome="open", outcome_text="", answered_at=None)
    page = client.get("/corrections/").content.decode()
    assert page.count("A request for a correction: no change") == 1
    assert not [words for words in ("A Reader", "Words of the reader", "Advertising") if words in page]
    CorrectionRequest.objects.filter(pk=asked.pk).update(may_be_named=True)
    page = client.get("/corrections/").content.decode()
    assert "A request for a correction, asked by A Reader: no change" in page
    assert "Words of the reader" not in page


def test_a_name_is_that_of_the_newest_claim(client: Client, put_up: Publish) -> None:
    first = with_claim(a_record(), slug="older")
    put_up(first)
    link = first.attributed_link
    renamed = replace(link.who, name="Ana Ruiz de Soto")
    newer = with_claim(a_record(), slug="newer")
    put_up(replace(newer, chain=(replace(newer.attributed_link, who=renamed), *newer.chain[1:])))
    again = RecordRevision(2, "typo", "A letter.", "2026-03-09T12:00:00Z", first.revision.published_at)
    put_up(replace(first, revision=again))
    assert ">Ana Ruiz de Soto</a>" in client.get("/speakers/").content.decode()
    assert '<h1 dir="auto">Ana Ruiz de Soto</h1>' in client.get(f"/speakers/{link.who.id}/").content.decode()
