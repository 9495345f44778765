"""Every readers' page in a real browser: axe finds nothing, the policy stops nothing, nothing sticks out."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone

from claims.domain.record_v1 import RecordLabels, RecordRevision
from claims.presenters.desk_pages import PATHS
from claims.public.errors import broken
from claims.public.urls import urlpatterns
from claims.services.writing_desk_pages import write_desk_page
from sources.archive import store
from sources.models import Publisher, Source
from tests.claims.presenters.records import (
    TEXT,
    a_capture,
    a_citation,
    a_passage,
    a_record,
    a_source,
    with_claim,
    with_verdict,
)
from tests.claims.public.browsing import browse, faults_in, findings_on
from tests.claims.public.conftest import Publish
from tests.claims.public.published import a_stored_capture
from tests.claims.public.states import in_every_state, remove
from tests.conftest import Cast
from tests.plugins.chromium import executable

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(executable() is None, reason="Chromium is not installed"),
]
LONG = "Averylongword" * 12
ARABIC = "قال الوزير إن الميناء تعامل مع مليوني حاوية"
MOST_BYTES = 60_000


MACHINES = {
    "claim_record",
    "claim_claimreview",
    "capture_page",
    "capture_warc",
    "capture_wacz",
    "capture_original",
    "verdicts_feed",
    "corrections_feed",
    "topic_feed",
    "search_feed",
    "claimreview_feed",
    "claim_picture",
    "claim_embed",
    "oembed",
    "timegate",
    "timemap",
    "sitemap",
    "sitemap_pages",
    "sitemap_part",
    "sitemap_articles",
    "robots",
}
"""Addresses that answer with no page of the site; the embedded card has a test of its own."""


@pytest.fixture
def pages(put_up: Publish, cast: Cast) -> dict[str, list[str]]:
    """Published claims of every kind, and for each address of the public site the pages to look at."""
    digest, later_digest = store.keep_bytes(TEXT.encode()), store.keep_bytes(TEXT.replace("1.9", "2.1").encode())
    capture = a_capture(text_sha256=digest)
    cited = a_citation(source=a_source(rights="full"), capture=capture, passages=(a_passage(digest),))
    record = replace(a_record(), citations=(cited,))
    publisher = record.citations[0].source.publisher
    assert publisher is not None
    Publisher.objects.create(public_id=publisher.id, name=publisher.name, name_folded="harbour office")
    made = put_up(record)
    source = Source.objects.get(public_id=cited.source.id)
    now = timezone.now()
    later = a_stored_capture(
        cast.editor, source, text_sha256=later_digest, requested_at=now, closed_at=now, captured_at=now
    )
    put_up(with_claim(with_verdict(a_record(), support="not_enough_evidence"), slug="long", statement=LONG))
    differing = (
        RecordLabels(("A",), "said_it", "supported", "low"),
        RecordLabels(("B",), "said_something_else", "contradicted", "low"),
    )
    split = {"attribution": "", "support": "", "confidence": "", "how": "reviewers_differ", "differing": differing}
    put_up(with_claim(with_verdict(a_record(), **split), slug="differ", statement=ARABIC, language="ar"))
    first = with_claim(a_record(), slug="changed", demonstration=True)
    put_up(first)
    again = RecordRevision(2, "changed_verdict", "Found.", "2026-03-09T12:00:00Z", first.revision.first_published_at)
    put_up(replace(with_verdict(first, support="supported"), revision=again))
    states = in_every_state(put_up, cast)
    write_desk_page(by=cast.publisher, kind="ownership", language="en", text="A society.\n\nhttps://example.org/")
    copies = f"/sources/{source.public_id}/captures/{capture.id}/"
    return {
        "home": ["/", "/?lang=es"],
        "claims": ["/claims/", "/claims/?support=mixed"],
        "claim": [made.path, "/claims/long/", "/claims/differ/", "/claims/changed/", f"{made.path}?lang=es", *states],
        "request_correction": ["/claims/changed/request-correction/"],
        "topics": ["/topics/"],
        "topic": ["/topics/harbours/"],
        "speakers": ["/speakers/"],
        "speaker": [f"/speakers/{record.attributed_link.who.id}/"],
        "publisher": [f"/publishers/{publisher.id}/"],
        "article": [f"/articles/{record.appearances[0].source.id}/"],
        "sources": ["/sources/"],
        "source": [f"/sources/{source.public_id}/"],
        "capture": [copies],
        "compare": [f"{copies}compare/{later.public_id}/"],
        "search": ["/search/", "/search/?q=harbour", "/search/?q=nothingofthiskind"],
        "corrections": ["/corrections/"],
        "methodology": ["/methodology/"],
        "suggest": ["/suggest/?lang=es"],
        **{f"desk_{kind.value}": [path] for kind, path in PATHS.items()},
    }


def test_every_address_of_the_public_site_is_looked_at(pages: dict[str, list[str]]) -> None:
    known = {pattern.name for pattern in urlpatterns}
    assert known - MACHINES - set(pages) == set()
    assert MACHINES - known == set()


LOOKS = ((1280, "light"), (1280, "dark"), (390, "dark"), (390, "light"))


def test_nothing_is_found_on_any_page(live_server: Any, pages: dict[str, list[str]]) -> None:
    faults: list[str] = []

    def look(browser: Any) -> None:
        for path in (path for paths in pages.values() for path in paths):
            faults.extend(faults_in(browser, live_server.url + path, LOOKS))

    browse(look)
    assert not faults, "\n".join(faults)


def test_nothing_is_found_where_there_is_no_page(live_server: Any, put_up: Publish, cast: Cast) -> None:
    """Not there, not readable, gone, gone by law, and broken: each in the site's own look."""
    gone, by_law = (put_up(with_claim(a_record(), slug=slug)) for slug in ("gone", "by-law"))
    remove(cast, gone, 410)
    remove(cast, by_law, 451)
    broken_page = broken(RequestFactory().get("/")).content
    refused = {"/nowhere/": 404, "/claims/?after=nothing": 400, gone.path: 410, by_law.path: 451}
    faults: list[str] = []

    def look(browser: Any) -> None:
        for path, status in refused.items():
            faults.extend(faults_in(browser, live_server.url + path, LOOKS, status=status))
        faults.extend(faults_in(browser, f"{live_server.url}/broken/", LOOKS, status=500, body=broken_page))

    browse(look)
    assert not faults, "\n".join(faults)


def test_nothing_is_found_on_a_form_that_was_sent_half_filled(live_server: Any, put_up: Publish) -> None:
    path = put_up().path
    faults: list[str] = []

    def look(browser: Any) -> None:
        page = browser.new_page(viewport={"width": 390, "height": 900})
        for form in ("/suggest/", f"{path}request-correction/"):
            page.goto(live_server.url + form)
            page.locator("main form button").click()
            assert page.locator(".error-summary").is_visible()
            faults.extend(findings_on(page))

    browse(look)
    assert not faults, "\n".join(faults)


def test_a_first_view_needs_one_page_and_one_style_sheet_of_little_weight(
    live_server: Any, pages: dict[str, list[str]]
) -> None:
    """Fonts are the reader's, and come after the words can be read (``font-display: swap``)."""
    asked: dict[str, list[str]] = {}
    sent: dict[str, int] = {}

    def look(browser: Any) -> None:
        for path in (pages["claim"][0], pages["home"][0], pages["capture"][0]):
            page = browser.new_page()
            wire = page.context.new_cdp_session(page)
            wire.send("Network.enable")
            kinds: dict[str, str] = {}
            wire.on(
                "Network.responseReceived",
                lambda event, kinds=kinds: kinds.update({event["requestId"]: event["type"]}),
            )
            lengths: dict[str, int] = {}
            wire.on(
                "Network.loadingFinished",
                lambda event, lengths=lengths: lengths.update({event["requestId"]: int(event["encodedDataLength"])}),
            )
            page.goto(live_server.url + path, wait_until="networkidle")
            asked[path] = sorted(kind for kind in kinds.values() if kind not in ("Font", "Other"))
            sent[path] = sum(length for key, length in lengths.items() if kinds.get(key) not in ("Font", "Other"))
            page.close()

    browse(look)
    assert set(map(tuple, asked.values())) == {("Document", "Stylesheet")}
    assert max(sent.values()) <= MOST_BYTES, sent


def test_arabic_words_stand_right_to_left_in_a_page_that_does_not(
    live_server: Any, pages: dict[str, list[str]]
) -> None:
    found: dict[str, Any] = {}

    def look(browser: Any) -> None:
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.goto(f"{live_server.url}/claims/differ/")
        found["heading"] = page.evaluate("getComputedStyle(document.querySelector('h1')).direction")
        found["page"] = page.evaluate("getComputedStyle(document.documentElement).direction")
        found["edges"] = page.evaluate(
            "(() => { const h = document.querySelector('h1'); const r = document.createRange();"
            " r.selectNodeContents(h); const words = r.getBoundingClientRect(), box = h.getBoundingClientRect();"
            " return [box.right - words.right, words.left - box.left]; })()"
        )
        page.goto(f"{live_server.url}/claims/")
        found["card"] = page.evaluate(
            "getComputedStyle([...document.querySelectorAll('h3')].find(one => one.lang == 'ar')).direction"
        )

    browse(look)
    assert (found["heading"], found["page"], found["card"]) == ("rtl", "ltr", "rtl")
    assert found["edges"][0] <= found["edges"][1] + 1


def test_print_leaves_the_words_and_tells_where_links_lead(live_server: Any, pages: dict[str, list[str]]) -> None:
    shown: dict[str, Any] = {}

    def look(browser: Any) -> None:
        page = browser.new_page(color_scheme="dark")
        page.goto(live_server.url + pages["claim"][0])
        page.emulate_media(media="print")
        shown["nav"] = page.locator("header.masthead nav").is_visible()
        shown["form"] = page.locator("form").first.is_visible()
        shown["statement"] = page.locator("h1").is_visible()
        shown["ground"] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        shown["verdict"] = page.evaluate("getComputedStyle(document.querySelector('.verdict .label')).color")
        shown["cited"] = page.locator(".printed").inner_text()
        shown["address"] = page.evaluate(
            "getComputedStyle(document.querySelector('.evidence h3 a'), '::after').content"
        )

    browse(look)
    assert (shown["nav"], shown["form"], shown["statement"]) == (False, False, True)
    assert shown["ground"] == "rgb(255, 255, 255)"
    assert shown["verdict"] == "rgb(128, 89, 10)", "the light scheme's tone, though the screen is dark"
    assert shown["cited"].endswith(pages["claim"][0])
    assert "/sources/" in shown["address"]


def test_a_link_to_a_passage_opens_the_copy_at_it(live_server: Any, pages: dict[str, list[str]]) -> None:
    shown: list[str] = []

    def look(browser: Any) -> None:
        page = browser.new_page()
        page.goto(live_server.url + pages["claim"][0])
        page.click("text=Archived copy at this passage")
        shown.append(page.evaluate("document.querySelector(':target').textContent"))

    browse(look)
    assert shown == ["handled 1.9 million containers"]
