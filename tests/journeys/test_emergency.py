"""Something is wrong with a published page: it is suspended at once, put up again by another person, and corrected."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Somebody
from tests.journeys.desk_with_people import DeskWithPeople
from tests.journeys.make_claims import HEADLINE, SUMMARY, statement
from tests.journeys.person import Person
from tests.sources.servers import PageServer

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.both_databases]

WHY = "The register withdrew a page this morning and we are finding out why."
NOTE = "We say now which register is meant."


@pytest.fixture(scope="module")
def published(desk: DeskWithPeople, pages: PageServer) -> tuple[str, str]:
    """A claim's ``public_id`` and the path of its page."""
    made = json.loads(desk.tell("tests.journeys.make_claims", "Eastport", f"{pages.url}/register-5"))
    return made["claim"], made["path"]


def _entry(reader: Person, path: str) -> str:
    """What the feed tells of the page at ``path``, as text; other tests may have published on this desk too."""
    feed = ET.fromstring(str(reader.page.request.get("/feeds/verdicts.atom").text()))
    atom = "{http://www.w3.org/2005/Atom}"
    (entry,) = [
        entry
        for entry in feed.iter(f"{atom}entry")
        if any(str(link.get("href")).endswith(path) for link in entry.iter(f"{atom}link"))
    ]
    return "".join(entry.itertext())


def test_is_suspended_in_two_clicks_and_lifted_by_another(
    somebody: Somebody, published: tuple[str, str], pictures: Path | None
) -> None:
    claim, path = published
    reader, publisher = somebody(), somebody("publisher")
    reader.page.goto(path)
    expect(reader.page.locator("main")).to_contain_text(SUMMARY)
    assert HEADLINE in _entry(reader, path)

    page = publisher.page
    page.goto("/desk/")
    page.locator("#published").get_by_text(statement("Eastport", "published")).click()
    page.fill("#text-suspend", WHY)
    publisher.shoot(pictures, "30-desk-claim")
    page.get_by_role("button", name="Suspend the page").click()
    expect(page.locator("body")).to_contain_text("The verdict is hidden now.")

    reader.page.reload()
    shown = reader.page.locator("main")
    expect(shown).to_contain_text(WHY)
    for hidden in (HEADLINE, SUMMARY, "by the sources cited"):
        expect(shown).not_to_contain_text(hidden)
    assert reader.page.locator('script[type="application/ld+json"]').count() == 0
    reader.shoot(pictures, "31-suspended")
    answer = reader.page.request.get(f"/api/v1/claims/{claim}/").json()
    assert (answer["state"], answer["verdict"], answer["record"]) == ("suspended", None, None)
    assert SUMMARY not in _entry(reader, path) and HEADLINE not in _entry(reader, path)

    _the_same_person_is_told_no(publisher)
    second = somebody("publisher-2")
    second.page.goto("/desk/")
    second.page.locator("#lift").get_by_text(statement("Eastport", "published")).click()
    second.page.fill("#text-lift", "The page is back at the register, unchanged.")
    second.page.get_by_role("button", name="Put the page up again").click()
    expect(second.page.locator("body")).to_contain_text("The page is up again.")
    reader.page.reload()
    expect(shown).to_contain_text(SUMMARY)
    assert HEADLINE in _entry(reader, path)


def _the_same_person_is_told_no(publisher: Person) -> None:
    """Nobody is offered what would be refused (that it is refused all the same is for the service's own tests)."""
    publisher.page.reload()
    expect(publisher.page.locator("main")).to_contain_text("Another publisher has to lift that.")
    expect(publisher.page.locator("#text-lift")).to_have_count(0)


def test_a_correction_is_a_new_revision_on_top_of_the_history(
    somebody: Somebody, published: tuple[str, str], pictures: Path | None
) -> None:
    claim, path = published
    reader = somebody()
    before = reader.page.request.get(f"/api/v1/claims/{claim}/").json()["revisions"]

    editor = somebody("editor")
    editor.page.goto(f"/desk/claims/{claim}/write/")
    editor.page.select_option("#kind", "clarification")
    editor.page.fill("#summary", f"{SUMMARY} It is the office’s own register.")
    editor.page.fill("#note", NOTE)
    editor.shoot(pictures, "32-correction")
    editor.page.get_by_role("button", name="Hand over for approval").click()
    expect(editor.page.locator("body")).to_contain_text("Handed over.")

    publisher = somebody("publisher")
    publisher.page.goto("/desk/")
    publisher.page.locator("#approve").get_by_text(statement("Eastport", "published")).click()
    publisher.page.get_by_role("button", name="Approve and publish").click()
    expect(publisher.page.locator("body")).to_contain_text("Approved.")

    reader.page.goto(path)
    expect(reader.page.locator("main")).to_contain_text("It is the office’s own register.")
    history = reader.page.locator("#history ~ *").first
    expect(history.locator("li").first).to_contain_text(NOTE)
    reader.shoot(pictures, "33-corrected")
    after = reader.page.request.get(f"/api/v1/claims/{claim}/").json()["revisions"]
    assert len(after) == len(before) + 1
    newest = max(after, key=lambda row: row["number"])
    oldest = max(before, key=lambda row: row["number"])
    assert newest["previous_sha256"] == oldest["record_sha256"]
    kept = reader.page.request.get(oldest["api_url"]).json()["record"]
    assert kept["summary"] == SUMMARY
