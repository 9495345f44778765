"""Every readers' page in a real browser: axe finds nothing, the policy stops nothing, nothing sticks out."""

from dataclasses import replace
from typing import Any

import pytest

from claims.domain.record_v1 import RecordLabels, RecordRevision
from sources.archive import store
from tests.claims.presenters.records import TEXT, a_capture, a_citation, a_passage, a_record, with_claim, with_verdict
from tests.claims.public.browsing import browse, faults_at
from tests.claims.public.conftest import Publish
from tests.plugins.chromium import executable

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(executable() is None, reason="Chromium is not installed"),
]
LONG = "Averylongword" * 12


@pytest.fixture
def paths(put_up: Publish) -> list[str]:
    digest = store.keep_bytes(TEXT.encode())
    capture = a_capture(text_sha256=digest)
    record = replace(a_record(), citations=(a_citation(capture=capture, passages=(a_passage(digest),)),))
    made = put_up(record)
    put_up(with_claim(with_verdict(a_record(), support="not_enough_evidence"), slug="long", statement=LONG))
    differing = (
        RecordLabels(("A",), "said_it", "supported", "low"),
        RecordLabels(("B",), "said_something_else", "contradicted", "low"),
    )
    split = {"attribution": "", "support": "", "confidence": "", "how": "reviewers_differ", "differing": differing}
    arabic = "قال الوزير إن الميناء تعامل مع مليوني حاوية"
    put_up(with_claim(with_verdict(a_record(), **split), slug="differ", statement=arabic, language="ar"))
    first = with_claim(a_record(), slug="changed", demonstration=True)
    put_up(first)
    again = RecordRevision(2, "changed_verdict", "Found.", "2026-03-09T12:00:00Z", first.revision.first_published_at)
    put_up(replace(with_verdict(first, support="supported"), revision=again))
    source = record.citations[0].source.id
    return [
        "/", "/claims/", made.path, "/claims/long/", "/claims/differ/", "/claims/changed/",
        "/claims/changed/request-correction/", f"/speakers/{record.attributed_link.who.id}/", "/speakers/",
        "/sources/", f"/sources/{source}/", f"/sources/{source}/captures/{capture.id}/", "/search/?q=harbour",
        "/topics/harbours/", "/corrections/", "/methodology/", "/about/", "/privacy/",
    ]  # fmt: skip


def test_nothing_is_found_on_any_page(live_server: Any, paths: list[str]) -> None:
    faults: list[str] = []

    def look(browser: Any) -> None:
        for path in paths:
            for width, scheme in ((1280, "light"), (390, "dark")):
                faults.extend(faults_at(browser, live_server.url + path, width=width, scheme=scheme))

    browse(look)
    assert not faults, "\n".join(faults)


def test_a_link_to_a_passage_opens_the_copy_at_it(live_server: Any, paths: list[str]) -> None:
    shown: list[str] = []

    def look(browser: Any) -> None:
        page = browser.new_page()
        page.goto(live_server.url + paths[2])
        page.click("text=Archived copy at this passage")
        shown.append(page.evaluate("document.querySelector(':target').textContent"))

    browse(look)
    assert shown == ["handled 1.9 million containers"]
