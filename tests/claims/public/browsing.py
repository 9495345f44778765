"""A real Chromium for the tests of pages: axe-core in both colour schemes, the console, and the width."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.plugins.chromium import ARGUMENTS, executable

AXE = Path(__file__).parents[2] / "vendor" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def browse(act: Callable[[Any], None]) -> None:
    """Run ``act`` with a browser, in a thread of its own: Playwright's loop would bar Django's ORM from this one."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
                try:
                    act(browser)
                finally:
                    browser.close()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def findings_on(page: Page) -> list[str]:
    """What axe-core finds on the page that is open, a line each."""
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [
        f"{violation['id']}: {node['html'][:160]} ({node['failureSummary'][:300]})"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def faults_at(browser: Any, url: str, *, width: int, scheme: str) -> list[str]:
    """What is wrong with the page at ``url``: axe's findings, console errors, and words beyond the edge."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(url)
    faults = findings_on(page) + said
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        faults.append(f"the page is {wide} wide in a window of {width}")
    page.close()
    return [f"{url} at {width}, {scheme}: {fault}" for fault in faults]
