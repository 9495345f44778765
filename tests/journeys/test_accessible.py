"""Every page of the way: axe-core finds nothing, light and dark, wide and narrow; nothing has to be scrolled sideways."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Somebody
from tests.journeys.desk_with_people import DeskWithPeople
from tests.sources.servers import PageServer

pytestmark = [pytest.mark.browser, pytest.mark.processes]

LOOKS = ((1280, "light"), (390, "dark"), (1280, "dark"), (390, "light"))
PAGES = {
    "": ("/", "{path}", "{path}request-correction/", "{source}", "{copy}", "/account/login/"),
    "editor": (
        *("/admin/", "/admin/claims/claim/add/", "{change}", "{reply}", "{open}", "/desk/", "{write}"),
        *(
            "{capture}change/",
            "{capture}text/",
            "{work}change/",
            "{work}claimed/",
            "{work}archives/",
            "{work}upload/",
        ),
    ),
    "reviewer-a": ("/desk/", "/desk/archive/?q=register", "{interests}", "{rate}", "{evidence}"),
    "publisher": ("/desk/", "/desk/claims/{claim}/", "{approve}"),
}


@pytest.fixture(scope="module")
def addresses(desk: DeskWithPeople, pages: PageServer) -> dict[str, str]:
    made: dict[str, str] = json.loads(desk.tell("tests.journeys.make_claims", "Westport", f"{pages.url}/register-6"))
    copy, source, key, work = desk.rows(
        "SELECT sources_capture.public_id, sources_source.public_id, sources_capture.id, sources_source.id FROM sources_capture JOIN sources_source "
        "ON sources_source.id = sources_capture.source_id WHERE sources_source.url LIKE '%/register-6' "
        "ORDER BY sources_capture.id"
    )[0]
    copy, source = str(copy), str(source)
    made["source"] = f"/sources/{_dashed(source)}/"
    made["copy"] = f"{made['source']}captures/{_dashed(copy)}/"
    made["capture"], made["work"] = f"/admin/sources/capture/{key}/", f"/admin/sources/source/{work}/"
    made["open"] = made["change"].replace("/change/", "/open-review/")
    made["reply"] = f"/admin/claims/reply/add/?claim={made['change'].split('/')[-3]}"
    return made


def _dashed(hex_: str) -> str:
    """SQLite keeps a UUID without its dashes."""
    plain = hex_.replace("-", "")
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))


@pytest.mark.parametrize("name", PAGES, ids=lambda name: name or "reader")
def test_nothing_is_found_on_the_pages_of(
    name: str, somebody: Somebody, addresses: dict[str, str], pictures: Path | None
) -> None:
    person = somebody(name)
    faults: list[str] = []
    for pattern in PAGES[name]:
        path = pattern.format(**addresses)
        answer: Any = person.page.goto(path)
        assert answer.status == 200, path
        for width, scheme in LOOKS:
            person.page.set_viewport_size({"width": width, "height": 900})
            person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            faults += [f"{path} at {width}, {scheme}: {line}" for line in person.findings()]
            if scheme == "dark":
                person.shoot(pictures, f"{name or 'reader'}-{pattern.strip('/').replace('/', '_')}-{width}")
    assert not faults, "\n".join(faults)
