"""A publisher's page, an article read claim by claim, and the topics: from published records, and nothing added up."""

import uuid
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from claims.domain.record_v1 import RevisionRecord
from claims.presenters import articles, works
from claims.public import outlets
from sources.archive import store
from sources.models import Capture, Publisher, Source
from tests.claims.presenters.records import a_capture, a_record, new_id, with_claim
from tests.claims.public.conftest import Publish
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def _appeared(record: RevisionRecord, slug: str, wording: str, locator: str = "") -> RevisionRecord:
    """``record`` as another claim that appeared in the same article."""
    claim = with_claim(record, id=new_id(), slug=slug, statement=f"Statement {slug}.")
    appearance = replace(record.appearances[0], id=new_id(), wording=wording, locator=locator)
    return replace(claim, appearances=(appearance,))


def _order(page: str, *words: str) -> list[int]:
    return [page.index(word) for word in words]


def test_an_article_is_read_in_the_order_of_its_locators(client: Client, put_up: Publish) -> None:
    record = a_record()
    for slug, locator in (("tenth", "paragraph 10"), ("second", "paragraph 2"), ("nowhere", "")):
        put_up(_appeared(record, slug, f"Wording of {slug}", locator))
    page = client.get(f"/articles/{record.appearances[0].source.id}/").content.decode()
    places = _order(page, "Wording of second", "Wording of tenth", "Wording of nowhere")
    assert places == sorted(places)
    assert "ixed" in page


def test_an_archived_article_is_read_in_the_order_of_its_words_and_prints_no_more(
    client: Client, put_up: Publish
) -> None:
    digest = store.keep_bytes(b"A secret beginning. First words. More. Last words. An end.")
    record = a_record()
    capture = a_capture(text_sha256=digest)
    shared = replace(record, appearances=(replace(record.appearances[0], capture=capture, why_no_capture=""),))
    put_up(_appeared(shared, "late", "Last words."))
    put_up(_appeared(shared, "early", "First words."))
    page = client.get(f"/articles/{record.appearances[0].source.id}/").content.decode()
    places = _order(page, "First words.", "Last words.")
    assert places == sorted(places)
    assert "secret beginning" not in page
    assert "More." not in page


def _long_article(put_up: Publish) -> str:
    """The address of an article of five claims, published in another order than that of its paragraphs."""
    record = a_record()
    for number in (4, 2, 5, 1, 3):
        put_up(_appeared(record, f"claim-{number}", f"Wording {number}.", f"paragraph {number}"))
    return f"/articles/{record.appearances[0].source.id}/"


def _read_on(client: Client, address: str) -> list[str]:
    """The numbers of the wordings on each page, from page to page."""
    read, query = [], ""
    while len(read) < 9:
        page = html.fromstring(client.get(address + query).content)
        wordings = page.xpath("//ol[@class='annotated']//blockquote/text()")
        read.append("".join(one.removeprefix("Wording ").removesuffix(".") for one in wordings))
        onward = page.xpath("//a[@rel='next']/@href")
        if not onward:
            return read
        query = onward[0]
    raise AssertionError("the pages have no end")


def test_a_long_article_is_read_on_in_its_order_and_nothing_is_out_of_reach(
    client: Client, put_up: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(works, "MOST_CLAIMS", 3)
    monkeypatch.setattr(outlets, "MOST_OF_A_PAGE", 2)
    address = _long_article(put_up)
    assert _read_on(client, address) == ["12", "34", "5"]
    for cursor in (str(uuid.uuid4()), f"nothing.{uuid.uuid4()}", f"claim-1.{uuid.uuid4()}", "claim-1.", "."):
        refused = client.get(address, {"after": cursor})
        assert refused.status_code == 400
        assert "Start again at its top" in refused.content.decode()


@pytest.mark.parametrize(("size", "pages"), [(2, ["24", "5", "13"]), (3, ["245", "13"])])
def test_an_article_with_very_many_claims_is_read_in_stretches(
    client: Client, put_up: Publish, monkeypatch: pytest.MonkeyPatch, size: int, pages: list[str]
) -> None:
    """However many there are, a page reads the records of one stretch."""
    monkeypatch.setattr(works, "MOST_CLAIMS", 3)
    monkeypatch.setattr(outlets, "MOST_OF_A_PAGE", size)
    monkeypatch.setattr(articles, "MOST_TOGETHER", 3)
    address = _long_article(put_up)
    assert _read_on(client, address) == pages


def test_a_verdict_that_is_hidden_is_hidden_there_too(client: Client, put_up: Publish) -> None:
    record = a_record()
    put_up(record, state="suspended")
    page = client.get(f"/articles/{record.appearances[0].source.id}/").content.decode()
    assert "Suspended" in page
    assert record.headline not in page


def test_a_source_in_which_nothing_appeared_is_no_article(client: Client, put_up: Publish) -> None:
    record = a_record()
    put_up(record)
    assert client.get(f"/articles/{record.citations[0].source.id}/").status_code == 404
    assert client.get(f"/articles/{uuid.uuid4()}/").status_code == 404
    Source.objects.filter(public_id=record.appearances[0].source.id).update(is_protected=True, protected_reason="So.")
    assert client.get(f"/articles/{record.appearances[0].source.id}/").status_code == 404


def _with_publisher(record: RevisionRecord) -> Publisher:
    named = record.citations[0].source.publisher
    assert named is not None
    return Publisher.objects.create(public_id=named.id, name=named.name, name_folded=named.name.casefold())


def test_a_publisher_shows_where_it_is_cited_and_whether_its_sources_answer(
    client: Client, put_up: Publish, cast: Cast
) -> None:
    record = a_record()
    publisher = _with_publisher(record)
    put_up(record)
    source = Source.objects.get(public_id=record.citations[0].source.id)
    now = timezone.now()
    Capture.objects.create(
        source=source, state="failed", requested_by=cast.editor, requested_at=now, closed_at=now, attempts=3,
        failure_code="timeout", failure_sentence="It did not answer within a minute.",
    )  # fmt: skip
    page = client.get(f"/publishers/{publisher.public_id}/").content.decode()
    assert publisher.name in page
    assert f"/sources/{source.public_id}/" in page
    assert "Did not answer when we looked on" in page
    assert "Claims that cite them" in page
    assert f"/publishers/{publisher.public_id}/" in client.get(f"/sources/{source.public_id}/").content.decode()


def test_a_publisher_of_nothing_published_or_of_protected_sources_has_no_page(
    client: Client, put_up: Publish
) -> None:
    record = a_record()
    publisher = _with_publisher(record)
    assert client.get(f"/publishers/{publisher.public_id}/").status_code == 404
    put_up(record)
    assert client.get(f"/publishers/{publisher.public_id}/").status_code == 200
    Source.objects.update(is_protected=True, protected_reason="So.")
    assert client.get(f"/publishers/{publisher.public_id}/").status_code == 404


def test_topics_are_listed_by_name(client: Client, put_up: Publish) -> None:
    put_up()
    page = client.get("/topics/").content.decode()
    assert 'href="/topics/harbours/"' in page
    assert client.get("/topics/?after=none").status_code == 400
