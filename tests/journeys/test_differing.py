"""Reviewers who differ: an editor opens, two rate by keyboard alone, an adjudicator settles, a publisher publishes."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Somebody
from tests.journeys.editing import (
    Entry,
    enter_claim,
    enter_speaker_and_paper,
    open_the_review,
    record_the_reply,
    watch_the_capture,
)
from tests.journeys.keys import answer_by_keys, confer_by_keys, declare_none, take_and_rate
from tests.journeys.person import Person
from tests.journeys.reviewing import approve, write_up
from tests.sources.servers import PageServer

pytestmark = [pytest.mark.browser, pytest.mark.processes]

FIRST = "The register bears it out, to the round figure; obsidian."
SECOND = "Half of them were empty, which the claim leaves out; porcelain."
SETTLED = "Two million is what the register rounds to; the empty ones were lifted too."
HEADLINE = "The register counts two million containers, half of them empty"
SUMMARY = "The register of the office counts 2,014,000 containers for 2016, of which half were empty."


def test_reviewers_differ_and_an_adjudicator_settles(
    somebody: Somebody, pages: PageServer, pictures: Path | None
) -> None:
    entry = Entry(7, f"{pages.url}/register-7")
    editor = somebody("editor")
    enter_speaker_and_paper(editor, entry)
    address = enter_claim(editor, entry)
    watch_the_capture(editor)
    record_the_reply(editor)
    open_the_review(editor, address)

    first, second = somebody("reviewer-a"), somebody("reviewer-b")
    take_and_rate(first, support="t", reasons=FIRST)
    take_and_rate(second, support="e", reasons=SECOND)
    confer_by_keys(first, entry.statement, why="The empty ones are containers too.")
    confer_by_keys(second, entry.statement, why="A reader would think of goods.")
    first.shoot(pictures, "differing-1-discussed")

    _is_sent_on(second, entry.statement)
    _settles(somebody("adjudicator"), entry.statement, pictures)
    write_up(editor, entry.statement, HEADLINE, SUMMARY)
    approve(somebody("publisher"), entry.statement)
    _reads_it(somebody(), entry.statement, pictures)


def _is_sent_on(rater: Person, statement: str) -> None:
    """Everybody has handed in twice; one of them asks for an adjudicator."""
    page = rater.page
    page.goto("/desk/")
    page.locator("#discuss a", has_text=statement).click()
    expect(page.locator("body")).to_contain_text("they still differ")
    page.get_by_role("button", name="Ask an adjudicator").click()
    expect(page.locator("body")).to_contain_text("In adjudication")


def _settles(adjudicator: Person, statement: str, pictures: Path | None) -> None:
    """Blind first: nothing of the others is on the page until the adjudicator’s own rating is in."""
    page = adjudicator.page
    page.goto("/desk/")
    page.locator("#adjudicate a", has_text=statement).click()
    declare_none(page)
    page.wait_for_url("**/adjudicate/")
    assert "obsidian" not in adjudicator.everything_at(urlsplit(page.url).path, "/desk/", "/desk/methods/")
    answer_by_keys(page, support="r", reasons="Blind: it says so, with a reservation.")
    expect(page.locator(".comparison").first).to_contain_text("obsidian")
    shown = page.content()
    assert "porcelain" in shown
    for name in ("reviewer-a", "reviewer-b"):
        assert name not in shown
    marked = page.locator(".comparison").first.locator("tr.differs th")
    assert [words.split("\n")[0].removesuffix(" differs") for words in marked.all_inner_texts()] == ["Support"]
    page.set_viewport_size({"width": 390, "height": 900})
    wide = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.table-scroll')].map(at => at.scrollWidth - at.clientWidth))"
    )
    assert wide <= 0, "the comparison has to be scrolled sideways"
    assert not adjudicator.findings()
    adjudicator.shoot(pictures, "differing-2-settle-390")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.check("input[name=kind][value=own]")
    page.click(".own-labels summary")
    for question, label in (("attribution", "said_it"), ("support", "mostly_supported"), ("confidence", "moderate")):
        page.check(f"input[name={question}][value={label}]")
    page.fill("#reasons", SETTLED)
    adjudicator.shoot(pictures, "differing-3-settle")
    page.get_by_role("button", name="Settle it").click()
    expect(page.locator("body")).to_contain_text("Settled. The ratings stay as they were.")


def _reads_it(reader: Person, statement: str, pictures: Path | None) -> None:
    page = reader.page
    page.goto("/")
    page.get_by_role("link", name=statement).first.click()
    shown = page.locator("main").inner_text()
    for words in ("Mostly supported", "by the sources cited", HEADLINE, SETTLED, "obsidian", "porcelain"):
        assert words.casefold() in shown.casefold(), words
    for name in ("reviewer-a", "reviewer-b", "adjudicator@"):
        assert name not in page.content()
    reader.shoot(pictures, "differing-4-public")
