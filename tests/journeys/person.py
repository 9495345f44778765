"""Somebody in front of a browser: their window, and what went wrong in it."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Response, expect

from tests.claims.public.browsing import findings_on
from tests.journeys.desk_with_people import PASSWORD

PATIENCE = 60_000
"""Milliseconds; long, since two browsers and a desk may share two cores with other tests."""

AT_REST = "document.getAnimations().forEach(each => { try { each.finish(); } catch { each.cancel(); } })"
"""Colours that are on their way from one scheme to the other are judged where they arrive."""

expect.set_options(timeout=PATIENCE)


class Person:
    """One person and their window. ``faults`` are errors of scripts and servers, and what the policy stopped."""

    def __init__(self, browser: Browser, url: str, *, scheme: str = "light", width: int = 1280) -> None:
        self.url = url
        self.context = browser.new_context(
            base_url=url,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.faults: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._response)

    def _console(self, message: Any) -> None:
        is_refusal = re.search(r"status of (400|403|404|409|410)\b", message.text)
        if message.type == "error" and not is_refusal:
            self.faults.append(f"{self.page.url}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.url}: {response.status}")

    def everything_at(self, *paths: str) -> str:
        """The page that is open as it stands, and the source of what is served to this person at ``paths``."""
        answers = [self.page.request.get(path) for path in paths]
        assert all(answer.status < 500 for answer in answers)
        return "\n".join([self.page.content(), *(answer.text() for answer in answers)])

    def log_in(self, name: str, path: str = "/desk/") -> "Person":
        self.page.goto(path)
        self.page.fill("#id_username", name)
        self.page.fill("#id_password", PASSWORD)
        self.page.press("#id_password", "Enter")
        self.page.wait_for_url(f"**{path}")
        return self

    def choose(self, field: str, words: str) -> None:
        """Type into one of the admin's searched boxes and take what is found."""
        self.page.click(f".select2-selection:has(#select2-{field}-container)")
        self.page.fill(".select2-container--open .select2-search__field", words)
        option = self.page.locator(".select2-container--open .select2-results__option", has_text=words)
        option.first.click()
        expect(self.page.locator(f"#select2-{field}-container")).to_contain_text(words)

    def shoot(self, folder: Path | None, name: str) -> None:
        """A picture of the whole page, for people who look."""
        if folder is not None:
            self.page.screenshot(path=folder / f"{name}.png", full_page=True)

    def findings(self) -> list[str]:
        """What axe-core finds on the page that is open, and whether it has to be scrolled sideways."""
        self.page.evaluate(AT_REST)
        said = len(self.faults)
        lines = findings_on(self.page)
        del self.faults[said:]  # axe tries styles of its own on copies of elements, which the policy stops
        wide, room = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        if wide > room:
            lines.append(f"the page is {wide} wide in a window of {room}")
        return lines

    def leave(self) -> None:
        self.context.close()
        assert not self.faults, "\n".join(self.faults)
