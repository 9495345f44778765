"""What reviewers, writers and publishers do at the desk."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.person import Person

SELECT = """words => {
  const walker = document.createTreeWalker(document.querySelector("article[data-citation]"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at); range.setEnd(node, at + words.length);
    getSelection().removeAllRanges(); getSelection().addRange(range);
    return true;
  }
  return false;
}"""


@dataclass(frozen=True)
class Answers:
    """What a reviewer answers."""

    reasons: str
    note: str = ""
    support: str = "supported"
    attribution: str = "said_it"
    confidence: str = "high"


def take_the_next_one(reviewer: Person, statement: str, pictures: Path | None = None) -> None:
    """From the queue, and past the question of interests."""
    page = reviewer.page
    page.goto("/desk/")
    reviewer.shoot(pictures, "5-queue")
    page.click("text=Take the next one")
    expect(page.get_by_role("heading", level=1)).to_contain_text("interest")
    expect(page.locator("main")).to_contain_text(statement)
    reviewer.shoot(pictures, "6-interests")
    page.get_by_label("None").check()
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(statement)


def pin_by_selecting(reviewer: Person, words: str) -> None:
    page = reviewer.page
    assert page.evaluate(SELECT, words), "the words are not in the archived text"
    page.keyboard.press("v")
    expect(page.locator(".pins")).to_contain_text(words)


def answer(reviewer: Person, answers: Answers) -> None:
    page = reviewer.page
    page.check(f"input[name=attribution][value={answers.attribution}]")
    for radio in page.locator('input[name^="link-"][value="shown"]').all():
        radio.check()
    page.check(f"input[name=support][value={answers.support}]")
    page.check(f"input[name=confidence][value={answers.confidence}]")
    for radio in page.locator('input[name^="finding-"][value="supports"]').all():
        radio.check()
    if answers.note:
        page.locator('textarea[name^="note-"]').first.fill(answers.note)
    page.fill("#reasons", answers.reasons)


def hand_in(reviewer: Person) -> None:
    reviewer.page.get_by_role("button", name="Hand in").click()
    expect(reviewer.page.locator("body")).to_contain_text("Handed in.")


def write_up(writer: Person, statement: str, headline: str, summary: str, pictures: Path | None = None) -> None:
    page = writer.page
    page.goto("/desk/")
    page.locator("#write").get_by_text(statement).click()
    if page.get_by_role("button", name="Declare").count():
        page.get_by_label("None").check()
        page.get_by_role("button", name="Declare").click()
    page.fill("#headline", headline)
    page.fill("#summary", summary)
    writer.shoot(pictures, "9-write")
    page.get_by_role("button", name="Hand over for approval").click()
    expect(page.locator("body")).to_contain_text("Handed over.")


def approve(publisher: Person, statement: str, pictures: Path | None = None) -> None:
    """Declare no interest, then approve."""
    page = publisher.page
    page.goto("/desk/")
    page.locator("#approve").get_by_text(statement).click()
    page.get_by_label("None").check()
    page.get_by_role("button", name="Declare").click()
    publisher.shoot(pictures, "10-approve")
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.locator("body")).to_contain_text("Approved.")
