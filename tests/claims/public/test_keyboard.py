"""A claim's page by keyboard alone, for who wants no movement, and in the reader's own colours."""

from typing import Any

import pytest

from tests.claims.presenters.records import a_record
from tests.claims.public.browsing import browse
from tests.claims.public.conftest import Publish
from tests.plugins.chromium import executable

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(executable() is None, reason="Chromium is not installed"),
]

MOST_STOPS = 120
FOCUSED = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const style = getComputedStyle(at), box = at.getBoundingClientRect();
    return {
        what: at.tagName + ' ' + (at.getAttribute('href') || at.name || at.textContent.trim().slice(0, 40)),
        outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0,
    };
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_every_stop_of_the_tab_key_is_seen_and_the_way_goes_on(live_server: Any, put_up: Publish, width: int) -> None:
    path = put_up(a_record()).path
    stops: list[dict[str, Any]] = []

    def look(browser: Any) -> None:
        page = browser.new_page(viewport={"width": width, "height": 800}, reduced_motion="reduce")
        page.goto(live_server.url + path)
        for _ in range(MOST_STOPS):
            page.keyboard.press("Tab")
            stop = page.evaluate(FOCUSED)
            if stop is None:
                break
            stops.append(stop)

    browse(look)
    assert "#main" in stops[0]["what"], "the first stop skips to the content"
    assert 20 < len(stops) < MOST_STOPS, "the way has an end"
    assert [stop["what"] for stop in stops if not (stop["outlined"] and stop["inside"])] == []
    reached = " ".join(stop["what"] for stop in stops)
    for part in ("/captures/", "request-correction/", "record.json", "/privacy/", "SUMMARY Cite this"):
        assert part in reached


def test_the_skip_link_leads_past_the_masthead(live_server: Any, put_up: Publish) -> None:
    path = put_up(a_record()).path
    found: dict[str, Any] = {}

    def look(browser: Any) -> None:
        page = browser.new_page()
        page.goto(live_server.url + path)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        found["at"] = page.evaluate("document.activeElement.id")
        page.keyboard.press("Tab")
        found["next is inside"] = page.evaluate("document.querySelector('main').contains(document.activeElement)")

    browse(look)
    assert found == {"at": "main", "next is inside": True}


def test_nothing_moves_for_who_wants_no_movement(live_server: Any, put_up: Publish) -> None:
    path = put_up(a_record()).path
    moving: dict[str, list[str]] = {}
    lasting = """[...document.querySelectorAll('*')].filter(one => {
        const style = getComputedStyle(one);
        return style.animationName !== 'none' || style.transitionDuration.split(', ').some(time => time !== '0s');
    }).map(one => one.className)"""

    def look(browser: Any) -> None:
        for wish in ("no-preference", "reduce"):
            page = browser.new_page(reduced_motion=wish)
            page.goto(live_server.url + path)
            moving[wish] = page.evaluate(lasting)

    browse(look)
    assert moving["reduce"] == []
    assert moving["no-preference"] == ["skip"], "the probe sees what moves"


def test_forced_colours_keep_what_is_told(live_server: Any, put_up: Publish) -> None:
    """The place on the scale and the attributed ring are told by more than a colour of ours."""
    path = put_up(a_record()).path
    found: dict[str, Any] = {}

    def look(browser: Any) -> None:
        page = browser.new_page(forced_colors="active")
        page.goto(live_server.url + path)
        found["scale"] = page.evaluate(
            "[...document.querySelectorAll('.scale li')].map(one => getComputedStyle(one).borderTopWidth)"
        )
        found["rings"] = page.evaluate(
            "[...document.querySelectorAll('.chain > li')].map(one => getComputedStyle(one, '::before').backgroundColor)"
        )
        found["mark"] = page.evaluate("getComputedStyle(document.querySelector('mark')).backgroundColor")
        found["paper"] = page.evaluate("getComputedStyle(document.body).backgroundColor")

    browse(look)
    current = found["scale"].pop(2)
    assert current not in found["scale"]
    assert found["rings"][0] != found["rings"][1]
    assert found["mark"] != found["paper"]
