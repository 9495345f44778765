"""From an editor's claim to a reader's page, with real processes and a real browser for everybody on the way."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Somebody
from tests.journeys.editing import (
    Entry,
    enter_claim,
    enter_speaker_and_paper,
    open_the_review,
    record_the_reply,
    watch_the_capture,
)
from tests.journeys.pages import PASSAGE
from tests.journeys.person import Person
from tests.journeys.reviewing import Answers, answer, approve, hand_in, pin_by_selecting, take_the_next_one, write_up
from tests.sources.servers import PageServer

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.both_databases]

FIRST = Answers("The register says so; zirconium.", note="Counted there, marmalade.")
SECOND = Answers("The office’s own books bear it out.", confidence="moderate")
HEADLINE = "The harbour office counts two million containers for 2016"
SUMMARY = "The register of the office counts 2,014,000 of them, which is two million in round figures."


def test_from_a_claim_to_its_reader(somebody: Somebody, pages: PageServer, pictures: Path | None) -> None:
    entry = Entry(1, f"{pages.url}/register-1")
    editor = somebody("editor")
    enter_speaker_and_paper(editor, entry)
    address = enter_claim(editor, entry, pictures)
    watch_the_capture(editor)
    editor.shoot(pictures, "2-captured")
    record_the_reply(editor, pictures)
    open_the_review(editor, address, pictures)

    _two_rate_blind(somebody, entry, pictures)

    write_up(editor, entry.statement, HEADLINE, SUMMARY, pictures)
    approve(somebody("publisher"), entry.statement, pictures)

    reader = somebody()
    _reads_the_page(reader, entry, pictures)
    _opens_the_copy_at_the_passage(reader, pictures)
    _programs_find_it(reader.page, entry)


def _two_rate_blind(somebody: Somebody, entry: Entry, pictures: Path | None) -> None:
    """The second reviewer begins before the first hands in, goes on afterwards, and learns nothing of it."""
    first, second = somebody("reviewer-a"), somebody("reviewer-b")
    take_the_next_one(first, entry.statement, pictures)
    pin_by_selecting(first, PASSAGE)
    answer(first, FIRST)
    first.shoot(pictures, "7-rate")
    take_the_next_one(second, entry.statement)
    before = _as_it_stands(second)
    hand_in(first)
    first.shoot(pictures, "8-handed-in")

    second.page.reload()
    assert _as_it_stands(second) == before
    _learns_nothing(second)
    answer(second, SECOND)
    _learns_nothing(second)
    hand_in(second)
    assert "zirconium" in second.everything_at(_round(second))


def _round(person: Person) -> str:
    return re.sub(r"/desk/rounds/([0-9a-f-]{36})/.*", r"/desk/rounds/\1/", urlsplit(person.page.url).path)


def _as_it_stands(person: Person) -> str:
    """All that the rating page says, but for the clock's words."""
    return re.sub(r"\d\d:\d\d", "", person.page.locator("main").inner_text())


def _learns_nothing(person: Person) -> None:
    """Nothing of the first reviewer's words, nor whether there are any, by any door that is open to the second."""
    round_ = _round(person)
    everything = person.everything_at(
        "/desk/", round_, f"{round_}rate/", f"{round_}evidence/", f"{round_}discuss/", f"{round_}adjudicate/",
        f"{round_}glass/", "/search/?q=marmala", "/", "/claims/", "/api/v1/claims/", "/feeds/verdicts.atom", "/admin/",
    )  # fmt: skip
    for marker in ("zirconium", "marmalade", "reviewer-a", 'class="own"'):
        assert marker not in everything


def _reads_the_page(reader: Person, entry: Entry, pictures: Path | None) -> None:
    page = reader.page
    page.goto("/")
    page.get_by_role("link", name=entry.statement).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(entry.statement)
    shown = page.locator("main").inner_text()
    for words in ("Supported", "by the sources cited", entry.speaker, entry.paper, PASSAGE, HEADLINE, SUMMARY):
        assert words.casefold() in shown.casefold(), words
    assert "zirconium" in shown
    assert "reviewer-a" not in page.content()
    review = json.loads(page.locator('script[type="application/ld+json"]').inner_text())
    assert review["@type"] == "ClaimReview"
    assert review["claimReviewed"] == entry.statement
    assert review["reviewRating"]["ratingValue"] == review["reviewRating"]["bestRating"]
    reader.shoot(pictures, "11-public")


def _opens_the_copy_at_the_passage(reader: Person, pictures: Path | None) -> None:
    page = reader.page
    page.locator("#evidence ~ ol a", has_text="Archived copy at this passage").first.click()
    expect(page.locator(":target")).to_have_text(PASSAGE)
    expect(page.locator(":target")).to_be_in_viewport()
    reader.shoot(pictures, "12-copy")
    page.go_back()


def _programs_find_it(page: Page, entry: Entry) -> None:
    path = urlsplit(page.url).path
    feed = ET.fromstring(page.request.get("/feeds/verdicts.atom").text())
    atom = "{http://www.w3.org/2005/Atom}"
    entries = [row for row in feed.iter(f"{atom}entry") if entry.statement in (row.findtext(f"{atom}title") or "")]
    assert len(entries) == 1
    assert any(urlsplit(link.get("href", "")).path == path for link in entries[0].iter(f"{atom}link"))
    listed = page.request.get("/api/v1/claims/").json()
    assert [row["statement"] for row in listed["results"]].count(entry.statement) == 1
