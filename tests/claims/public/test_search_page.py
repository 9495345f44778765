"""The search page: what was found with its marks, facets with counts, and what a reader may not ask."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from lxml import html

from sources.models import Source
from tests.claims.search.cases import an_id

TITLES = "//article[@class='card']/h3"
CARDS = f"{TITLES}/a"
FACETS = "//details[@class='facets']//section"

pytestmark = pytest.mark.django_db


def _page(client: Client, **typed: str) -> Any:
    response = client.get("/search/", typed)
    assert response.status_code == 200
    return html.fromstring(response.content)


def _paths(page: Any) -> list[str]:
    return [link.get("href") for link in page.xpath(CARDS)]


def _facets(page: Any) -> dict[str, list[tuple[str, str]]]:
    return {
        section.xpath("./h3")[0].text: [
            (line.xpath("./a")[0].text, line.xpath("./span")[0].text) for line in section.xpath(".//li")
        ]
        for section in page.xpath(FACETS)
    }


def test_marks_what_was_found_in_statement_and_excerpt(client: Client, library: None) -> None:
    page = _page(client, q="governed")
    assert _paths(page) == ["/claims/governing/"]
    assert [mark.text for mark in page.xpath(f"{TITLES}//mark")] == ["Governments", "governed"]
    page = _page(client, q="lighthouse stands")
    assert [mark.text for mark in page.xpath("//p[@class='snippet']/mark")] == ["lighthouse", "stands"]
    page = _page(client, q="eleição")
    assert [mark.text for mark in page.xpath("//p[@class='snippet']/mark")] == ["eleição"]


def test_a_claim_found_by_the_title_of_a_source_alone_shows_that_title(client: Client, library: None) -> None:
    page = _page(client, q="crane register")
    card = page.xpath("//article[@class='card'][h3/a/@href='/claims/crane/']")[0]
    assert card.xpath("string(p[@class='snippet'])") != ""
    page = _page(client, q="yearbook")
    cards = page.xpath("//article[@class='card']")
    assert len(cards) > 1
    for card in cards:
        assert card.xpath("string(p[@class='where'])") == "In the title of a source:"
        assert [mark.text for mark in card.xpath("p[@class='snippet']/mark")] == ["Yearbook"]
    Source.objects.update(is_protected=True, protected_reason="It puts somebody in danger.")
    assert not _page(client, q="yearbook").xpath("//p[@class='where']"), "what is protected by now is not told"


def test_facets_count_what_was_found_and_narrow_it(client: Client, library: None) -> None:
    page = _page(client, q="ferry")
    assert page.xpath("//*[@id='sum']")[0].text == "2 claims"
    facets = _facets(page)
    assert facets["Topic"] == [("Harbours", "1"), ("Schools", "1")]
    assert facets["Said by"] == [("Ana Ruiz", "1"), ("Tom Ferry", "1")]
    assert [name for name, _ in facets["Published"]] == ["2026", "2025"]
    link = next(one for one in page.xpath(f"{FACETS}//a") if one.text == "Schools")
    narrowed = html.fromstring(client.get("/search/" + link.get("href")).content)
    assert _paths(narrowed) == ["/claims/school/"]
    chosen = narrowed.xpath("//ul[@class='chosen']//a")[0]
    assert "Schools" in chosen.text_content()
    assert _paths(html.fromstring(client.get("/search/" + chosen.get("href")).content)) == _paths(page)
    assert ("topic", "schools") in [(one.get("name"), one.get("value")) for one in narrowed.xpath("//form//input")]


def test_no_page_tells_how_a_speakers_claims_were_rated(client: Client, library: None) -> None:
    by_speaker = _facets(_page(client, q="ferry", speaker=an_id("Tom Ferry")))
    assert "Verdict" not in by_speaker
    by_verdict = _facets(_page(client, q="ferry", support="mixed"))
    assert "Said by" not in by_verdict
    for path in ("/search/", "/claims/", "/api/v1/claims/"):
        both = client.get(path, {"speaker": an_id("Tom Ferry"), "support": "mixed"})
        assert both.status_code == 400
        assert "never people" in unescape(both.content.decode())


def test_nobody_is_a_facet_for_words_that_are_not_theirs(client: Client, library: None) -> None:
    assert _facets(_page(client, q='"election was held"')).get("Said by") is None


def test_goes_by_relevance_or_by_date(client: Client, library: None) -> None:
    page = _page(client, q="lighthouse")
    assert _paths(page)[0] == "/claims/headline/"
    by_date = html.fromstring(client.get("/search/" + page.xpath("//p[@class='sorting']/a")[0].get("href")).content)
    assert _paths(by_date) != _paths(page)
    assert set(_paths(by_date)) == set(_paths(page))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"support": "true"}, "There is no such verdict."),
        ({"topic": "a b"}, "There is no such topic."),
        ({"outlet": "x"}, "There is no such outlet."),
        ({"source": "1"}, "There is no such source."),
        ({"speaker": "0" * 32}, "There is no such speaker."),
        ({"date": "2026-13"}, "Write the date as a year"),
        ({"sort": "best"}, "by relevance or by date"),
        ({"after": "no-such-claim"}, "This list does not go on there."),
    ],
)
def test_refuses_with_a_sentence_what_no_list_gives_out(
    client: Client, library: None, typed: dict[str, str], sentence: str
) -> None:
    for path in ("/search/", "/api/v1/claims/"):
        answer = client.get(path, {"q": "ferry", **typed})
        assert answer.status_code == 400
        assert sentence in unescape(answer.content.decode())


def test_what_is_in_no_facet_finds_nothing(client: Client, library: None) -> None:
    for typed in ({"topic": "none-such"}, {"outlet": an_id("nobody")}, {"date": "1999"}):
        assert "Nothing found" in _page(client, q="ferry", **typed).xpath("//*[@id='sum']")[0].text


def test_hostile_words_are_inert(client: Client, library: None) -> None:
    for q in ("script alert", "<script>alert(1)</script>", "{{ 7|add:7 }} left"):
        answer = client.get("/search/", {"q": q}).content.decode()
        page = html.fromstring(answer)
        assert "/claims/hostile/" in answer
        assert not page.xpath("//script[not(@src)]")
        assert not page.xpath("//img | //@onerror")
        assert "{{ 7|add:7 }}" in unescape(re.sub(r"</?mark>", "", answer))
        for node in page.xpath(TITLES):
            assert node.get("dir") == "auto"


def test_the_page_asks_the_database_no_more_for_more(
    client: Client, library: None, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10):
        client.get("/search/", {"q": "the", "topic": "harbours"})
