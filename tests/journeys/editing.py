"""What an editor does in the admin: the people and works first, then the claim, its capture, its reply, its review."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.person import Person


@dataclass(frozen=True)
class Entry:
    """A claim as it is typed in. ``number`` keeps the claims of one run apart."""

    number: int
    url: str

    @property
    def speaker(self) -> str:
        return f"Ana Ruiz {self.number}"

    @property
    def paper(self) -> str:
        return f"The Harbour Gazette {self.number}"

    @property
    def statement(self) -> str:
        return f"The harbour handled two million containers in 2016, its best year of {self.number}."


def enter_speaker_and_paper(editor: Person, entry: Entry) -> None:
    page = editor.page
    page.goto("/admin/claims/speaker/add/")
    page.select_option("#id_kind", "person")
    page.fill("#id_name", entry.speaker)
    page.fill("#id_roles-0-title", "Harbour minister")
    page.fill("#id_roles-0-held_edtf", "2014/2018")
    page.click("input[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text(entry.speaker)
    page.goto("/admin/sources/source/add/")
    page.fill("#id_title", entry.paper)
    page.click("input[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text(entry.paper)


def enter_claim(editor: Person, entry: Entry, pictures: Path | None = None) -> str:
    """Type the claim in and save it; returns the address of its page."""
    page = editor.page
    page.goto("/admin/claims/claim/add/")
    page.fill("#id_statement", entry.statement)
    page.fill("#id_why_chosen", "The figure is repeated in debates on the harbour’s fees.")
    page.fill("#id_single_origin_reason", "Nobody but the office keeps a register.")
    editor.choose("id_links-0-speaker", entry.speaker)
    page.fill("#id_links-0-verb", "said")
    page.fill("#id_links-0-date_edtf", "2017-03")
    page.check("#id_links-0-is_attributed")
    page.click("#links-group .add-row a")
    page.fill("#id_links-1-verb", "reported")
    editor.choose("id_links-1-source", entry.paper)
    page.click("#appearances-group .add-row a")
    editor.choose("id_appearances-0-source", entry.paper)
    page.fill("#id_appearances-0-no_capture_reason", "It was printed on paper and is in no archive.")
    page.fill("#id_citations-0-url_typed", entry.url)
    page.select_option("#id_citations-0-bears_on", "both")
    page.select_option("#id_citations-0-kind", "primary_record")
    page.fill("#id_citations-0-origin", "the harbour office")
    editor.shoot(pictures, "1-claim-typed")
    page.click("input[name=_continue]")
    page.wait_for_url("**/change/")
    return page.url


def watch_the_capture(editor: Person, words: str = "stored, usable", seconds: float = 120) -> None:
    """Wait until the panel says so, on the page that was there from the beginning."""
    page = editor.page
    page.evaluate("window.isTheSamePage = true")
    expect(page.locator("#captures")).to_contain_text(words, timeout=seconds * 1000)
    assert page.evaluate("window.isTheSamePage") is True


def record_the_reply(editor: Person, pictures: Path | None = None) -> None:
    page = editor.page
    page.click("text=Write down a reply")
    page.select_option("#id_state", "not_asked")
    page.fill("#id_reason", "The minister left office and cannot be reached.")
    editor.shoot(pictures, "3-reply")
    page.click("input[name=_save]")
    expect(page.locator(".messagelist")).to_be_visible()


def open_the_review(editor: Person, address: str, pictures: Path | None = None) -> None:
    page = editor.page
    page.goto(address)
    page.click(".object-tools >> text=Open review")
    page.check("#is_declared")
    editor.shoot(pictures, "4-open-review")
    page.click("text=/Open review of version/")
    expect(page.locator(".messagelist")).to_contain_text("Review is open")
