"""What a reviewer does without a mouse: every step is a key that a hand can press."""

from playwright.sync_api import Page, expect

from tests.journeys.person import Person


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what ``selector`` names has the focus."""
    for _ in range(120):
        if page.evaluate("at => document.activeElement.matches(at)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {selector}")


def press(page: Page, selector: str) -> None:
    tab_to(page, selector)
    page.keyboard.press("Enter")


def declare_none(page: Page) -> None:
    page.wait_for_url("**/interests/**")
    tab_to(page, "input[name=is_declared]")
    page.keyboard.press("Space")
    press(page, "main form button")


def answer_by_keys(page: Page, *, support: str, reasons: str) -> None:
    """Said it, every step shown, every source supports, and ``support`` as its key says; then hand in."""
    expect(page.locator("#reasons")).to_be_visible()
    for _ in page.locator("fieldset.compact").all():
        page.keyboard.press("z")
    for key in ("1", support, "d"):
        page.keyboard.press(key)
    for _ in page.locator(".reader > .paper").all():
        page.keyboard.press("g")
        page.keyboard.press("n")
    page.keyboard.press("m")
    page.keyboard.type(reasons)
    page.keyboard.press("Escape")
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    expect(page.locator("#missing")).to_be_hidden()
    page.keyboard.press("Control+Enter")


def take_and_rate(reviewer: Person, *, support: str, reasons: str) -> None:
    """From the queue to handing in."""
    page = reviewer.page
    page.goto("/desk/")
    press(page, ".queue-head form button")
    declare_none(page)
    page.wait_for_url("**/rate/")
    answer_by_keys(page, support=support, reasons=reasons)
    expect(page.locator("body")).to_contain_text("Handed in.")


def confer_by_keys(reviewer: Person, statement: str, *, why: str) -> None:
    """Keep the first answer, with a reason."""
    page = reviewer.page
    page.goto("/desk/")
    page.locator("#discuss a", has_text=statement).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#change_reason")).to_be_visible()
    tab_to(page, "#change_reason")
    page.keyboard.type(why)
    page.keyboard.press("Escape")
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    page.keyboard.press("Control+Enter")
    expect(page.locator("body")).to_contain_text("second rating")
