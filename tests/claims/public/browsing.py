"""A real Chromium for the tests of pages: axe-core in both colour schemes, the console, and the width."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.plugins.chromium import ARGUMENTS, executable

AXE = Path(__file__).parents[2] / "vendor" / "axe-core" / "axe.min.js"
NARROW = (640, 320)
"""A window of 1280 at a zoom of 200 % and of 400 % (WCAG 2.2, 1.4.10)."""
CONTRAST: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
RULES: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LINES = """async rules => {
    const found = await axe.run(document, {...rules, resultTypes: ["violations"]});
    return found.violations.flatMap(violation => violation.nodes.map(
        node => `${violation.id}: ${node.html.slice(0, 160)} (${node.failureSummary.slice(0, 300)})`));
}"""
"""Made into lines in the page: handing over all that axe looked at takes longer than its looking."""


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


def findings_on(page: Page, rules: dict[str, Any] | None = None) -> list[str]:
    """What axe-core finds on the page that is open, a line each; by ``rules`` alone where they are given."""
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    lines: list[str] = page.evaluate(LINES, rules or RULES)
    return lines


def faults_at(browser: Any, url: str, *, width: int, scheme: str) -> list[str]:
    """What is wrong with the page at ``url``: axe's findings, console errors, and words beyond the edge."""
    return faults_in(browser, url, ((width, scheme),))


def faults_in(
    browser: Any, url: str, looks: Sequence[tuple[int, str]], *, status: int = 200, body: bytes = b""
) -> list[str]:
    """What is wrong with the page at ``url`` in windows of these widths and schemes.

    All that axe knows is asked once for each width, and contrast alone for its other scheme: nothing else depends on
    colours. At each width of ``NARROW`` (zoom) nothing may stand beyond the edge. That the page answers with
    ``status`` is no fault, however much the console says so. ``body`` is what the page is, where nobody answers so.
    """
    first_width, first_scheme = looks[0]
    page = browser.new_page(viewport={"width": first_width, "height": 900}, color_scheme=first_scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    if body:
        page.route(url, lambda route: route.fulfill(status=status, body=body, content_type="text/html"))
    answer = page.goto(url)
    faults = [] if answer.status == status else [f"{url} answered {answer.status}"]
    known: set[int] = set()
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found = findings_on(page, CONTRAST if width in known else None) + _beyond(page, width)
        faults += [f"{url} at {width}, {scheme}: {fault}" for fault in found]
        known.add(width)
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 900})
        faults += [f"{url}: {fault}" for fault in _beyond(page, width)]
    page.close()
    return faults + [f"{url}: {text}" for text in said if not (status != 200 and f"status of {status}" in text)]


def _beyond(page: Page, width: int) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"the page is {wide} wide in a window of {width}"] if wide > width else []
