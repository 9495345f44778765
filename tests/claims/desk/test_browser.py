"""The desk in a real Chromium: axe finds nothing, two reviewers rate by keyboard alone, pins land where they should."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from claims.models import Claim, Pin, Rating, RatingDraft, Round
from claims.querysets import dossier_of
from claims.services.adjudicating import rate_blind
from claims.services.assigning import assign
from claims.services.conferring import send_to_adjudication
from claims.services.declaring import declare_for_writing, declare_interest
from claims.services.pinning import pin
from claims.services.rating import hand_in
from claims.services.requesting_evidence import request_evidence
from claims.services.writing import TextDraft, write_text
from sources.models import Source
from sources.services.finding import learn_due
from tests.claims.public.browsing import browse, findings_on
from tests.claims.services.round_factory import a_copy, a_differing_round, a_form, an_open_round, given
from tests.conftest import PASSWORD
from tests.journeys.person import AT_REST
from tests.plugins.chromium import executable

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(executable() is None, reason="Chromium is not installed"),
]
PICTURES = os.environ.get("DESK_PICTURES")
LOOKS = ((1280, "light"), (1280, "dark"), (390, "dark"), (390, "light"))
PICTURED = (LOOKS[0], LOOKS[2])
Session = Callable[[Any], str]


@pytest.fixture
def session() -> Session:
    """The session cookie of somebody who is logged in."""

    def made(user: Any) -> str:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client.cookies["sessionid"].value

    return made


def window(browser: Any, url: str, cookie: str, *, width: int = 1280, scheme: str = "light", **more: Any) -> Any:
    context = browser.new_context(base_url=url, viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
    if cookie:
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


def shoot(page: Any, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def decided(cast: Any) -> Round:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    for person in (cast.reviewer_a, cast.reviewer_b):
        hand_in(by=person, round_=round_, form=a_form(round_))
    round_.refresh_from_db()
    return round_


def pages_of(cast: Any) -> list[tuple[Any, str, str]]:
    """Who, where, and a name for the picture: every page of the desk."""
    rating = an_open_round(cast, parts="ab", quote="Se manejaron dos millones.", quote_language="es",
                           translation="Two million were handled.", context="A port of the north.")  # fmt: skip
    given(cast, rating, cast.reviewer_a)
    pin(
        by=cast.reviewer_a,
        round_=rating,
        citation_id=dossier_of(rating).citations[0].id,
        exact="1,980,000 containers",
    )
    looked = dossier_of(rating).citations[1]
    later = a_copy(cast.editor, Source.objects.get(public_id=looked.source.id), text="It was corrected since.")
    fresh = an_open_round(cast, statement="قال الوزير إن الميناء تعامل مع مليوني حاوية", language="ar")
    assign(by=cast.editor, round_=fresh, person=cast.reviewer_a)
    asked = request_evidence(by=cast.reviewer_a, round_=rating, wanted="The register of 2015")
    differing = a_differing_round(cast)
    blind = send_to_adjudication(by=cast.reviewer_a, round_=a_differing_round(cast))
    settling = send_to_adjudication(by=cast.reviewer_a, round_=a_differing_round(cast))
    for round_ in (blind, settling):
        declare_interest(by=cast.adjudicator, round_=round_, is_declared=False, capacity="adjudicator")
    rate_blind(by=cast.adjudicator, round_=settling, form=a_form(settling))
    waiting, passed = an_open_round(cast), an_open_round(cast)
    given(cast, waiting, cast.reviewer_a)
    hand_in(by=cast.reviewer_a, round_=waiting, form=a_form(waiting))
    assign(by=cast.editor, round_=passed, person=cast.reviewer_b)
    interest = declare_interest(by=cast.reviewer_b, round_=passed, is_declared=True, words="I worked there.")
    done, written = decided(cast), decided(cast)
    draft = TextDraft(headline="Nearly two million", summary="The register counts 1,980,000.")
    declare_for_writing(by=cast.editor, rounds=[written], is_declared=False)
    text = write_text(by=cast.editor, claim=written.claim, draft=draft)
    capture = done.claim.citations.all()[0].source.captures.get()
    at = "/desk/rounds/{}/{}/"
    learn_due()
    return [
        (None, "/account/login/", "login"),
        (cast.reviewer_a, "/desk/", "queue-reviewer"),
        (cast.reviewer_a, "/desk/methods/", "methods"),
        (cast.publisher, "/desk/", "queue-publisher"),
        (cast.reviewer_a, at.format(fresh.public_id, "interests"), "interests"),
        (cast.reviewer_a, at.format(rating.public_id, "rate"), "rate"),
        (
            cast.reviewer_a,
            f"{at.format(rating.public_id, 'rate')}?copy={looked.id}:{later.public_id}#source-{looked.id}",
            "rate-other-copy",
        ),
        (cast.reviewer_a, at.format(rating.public_id, "evidence"), "evidence"),
        (cast.reviewer_a, f"/desk/rounds/{waiting.public_id}/", "waiting"),
        (cast.reviewer_a, at.format(differing.public_id, "discuss"), "discuss"),
        (cast.adjudicator, at.format(blind.public_id, "adjudicate"), "adjudicate-blind"),
        (cast.adjudicator, at.format(settling.public_id, "adjudicate"), "settle"),
        (cast.editor, f"/desk/claims/{done.claim.public_id}/write/", "write-interests-first"),
        (cast.reviewer_a, f"/desk/claims/{done.claim.public_id}/write/", "write"),
        (cast.publisher, f"/desk/texts/{text.public_id}/", "approve"),
        (cast.publisher, f"/desk/claims/{differing.claim.public_id}/", "claim"),
        (cast.publisher, f"/desk/interests/{interest.public_id}/", "accept-interest"),
        (cast.editor, f"/desk/evidence/{asked.public_id}/", "answer-evidence"),
        (cast.publisher, at.format(rating.public_id, "glass"), "glass"),
        (cast.reviewer_a, f"/desk/copies/{capture.source.public_id}/{capture.public_id}/", "copy"),
        (cast.reviewer_a, "/desk/archive/?q=containers", "archive"),
        (cast.reviewer_b, at.format(rating.public_id, "rate"), "refused"),
        (cast.editor, "/account/password/", "password"),
    ]


def test_axe_finds_nothing_on_any_page(live_server: Any, cast: Any, session: Session) -> None:
    pages = [(session(user) if user else "", path, name) for user, path, name in pages_of(cast)]
    faults: list[str] = []

    def look(browser: Any) -> None:
        for cookie, path, name in pages:
            page = window(browser, live_server.url, cookie)
            said: list[str] = []
            page.on("pageerror", lambda error, said=said: said.append(str(error)))
            page.on("console", lambda line, said=said: said.append(line.text) if line.type == "error" else None)
            page.goto(path)
            faults.extend(f"{name}: {line}" for line in said if "403" not in line)
            for width, scheme in LOOKS:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.evaluate(AT_REST)
                found = findings_on(page)
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    found.append(f"the page is {wide} wide")
                faults.extend(f"{name} at {width}, {scheme}: {fault}" for fault in found)
                if (width, scheme) in PICTURED:
                    shoot(page, f"{name}-{width}-{scheme}")
                if name == "rate" and (width, scheme) == LOOKS[0]:
                    page.keyboard.press("?")
                    faults.extend(f"keys: {fault}" for fault in findings_on(page))
                    shoot(page, "keys")
                    page.keyboard.press("Escape")
            page.context.close()

    browse(look)
    assert not faults, "\n".join(faults)


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until what ``selector`` names has the focus."""
    for _ in range(80):
        if page.evaluate("at => document.activeElement.matches(at)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {selector}")


def rate_by_keyboard(page: Any, *, support: str, reasons: str) -> None:
    """From the queue to handing in, without a mouse."""
    page.goto("/desk/")
    tab_to(page, ".queue-head button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/interests/**")
    tab_to(page, "input[name=is_declared]")
    page.keyboard.press("Space")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rate/")
    for key in ("1", "z", support, "s", "g", "n", "g"):
        page.keyboard.press(key)
    page.keyboard.press("m")
    page.keyboard.type(reasons)
    page.keyboard.press("Escape")
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    expect(page.locator("#missing")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: not url.endswith("/rate/"))


def test_two_reviewers_rate_by_keyboard_and_differ(live_server: Any, cast: Any, session: Session) -> None:
    round_ = an_open_round(cast)
    cookies = [session(cast.reviewer_a), session(cast.reviewer_b)]

    def act(browser: Any) -> None:
        for cookie, support in zip(cookies, "re", strict=True):
            page = window(browser, live_server.url, cookie)
            rate_by_keyboard(page, support=support, reasons=f"By key {support}: 1,980,000 are counted?")
            page.context.close()

    browse(act)
    round_.refresh_from_db()
    assert round_.state == "differing"
    rated = dict(Rating.objects.values_list("person__username", "support"))
    assert rated == {"reviewer_a": "mostly_supported", "reviewer_b": "mixed"}
    assert set(Rating.objects.values_list("confidence", flat=True)) == {"moderate"}
    assert Rating.objects.filter(reasons__startswith="By key").count() == 2


def test_pins_by_selecting_with_the_keyboard_and_keeps_the_draft(
    live_server: Any, cast: Any, session: Session
) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    cookie, path = session(cast.reviewer_a), f"/desk/rounds/{round_.public_id}/rate/"

    def act(browser: Any) -> None:
        page = window(browser, live_server.url, cookie)
        page.goto(path)
        page.keyboard.press("m")
        page.keyboard.type("Half a reason")
        page.keyboard.press("Escape")
        page.keyboard.press("b")
        for key in ("ArrowDown", "Home", "Shift+End", "q"):
            page.keyboard.press(key)
        page.keyboard.press("v")
        page.wait_for_selector(".pins")
        assert page.input_value("#reasons") == "Half a reason"
        page.context.close()

    browse(act)
    words = Pin.objects.get().passage.exact
    assert words
    assert words in "The register counts 1,980,000 containers for 2016, in round numbers two million."
    assert "Half a reason" in RatingDraft.objects.get().payload


def test_pins_over_two_paragraphs_with_letters_beyond_the_plane(
    live_server: Any, cast: Any, session: Session
) -> None:
    from claims.services.opening import open_round
    from tests.claims.services.round_factory import a_ready_claim

    text = "A 🛳 came in\n\nand 𝔞 ship went out again"
    claim: Claim = a_ready_claim(cast.editor)
    citation = claim.citations.get(position=1)
    a_copy(cast.editor, citation.source, text=text)
    round_ = open_round(by=cast.editor, claim=claim)
    given(cast, round_, cast.reviewer_a)
    cookie, path = session(cast.reviewer_a), f"/desk/rounds/{round_.public_id}/rate/"
    select = """() => { const [one, two] = document.querySelectorAll("article [data-start]");
      getSelection().setBaseAndExtent(one.firstChild, 5, two.firstChild, 11); }"""

    def act(browser: Any) -> None:
        page = window(browser, live_server.url, cookie)
        page.goto(path)
        page.evaluate(select)
        page.keyboard.press("v")
        page.wait_for_selector(".pins")
        page.context.close()

    browse(act)
    passage = Pin.objects.get().passage
    assert text[passage.start : passage.end] == passage.exact == "came in\n\nand 𝔞 ship"


def test_the_page_is_whole_without_script(live_server: Any, cast: Any, session: Session) -> None:
    round_ = an_open_round(cast, sources=1, single_origin_reason="It is the count itself.")
    given(cast, round_, cast.reviewer_a)
    cookie, path = session(cast.reviewer_a), f"/desk/rounds/{round_.public_id}/rate/"

    def act(browser: Any) -> None:
        page = window(browser, live_server.url, cookie, java_script_enabled=False)
        page.goto(path)
        page.fill(".pin-form textarea", "1,980,000 containers")
        page.click(".pin-form button")
        for name, value in (("attribution", "said_it"), ("support", "supported"), ("confidence", "low")):
            page.check(f"input[name={name}][value={value}]")
        page.check('input[name^="link-"][value="shown"]')
        page.check('input[name^="finding-"][value="supports"]')
        page.click("#hand-in")
        assert "One thing needs another look" in page.text_content("#faults")
        page.fill("#reasons", "It counts them.")
        page.click("#hand-in")
        expect(page.locator("body")).to_contain_text("Handed in.")
        page.context.close()

    browse(act)
    assert Rating.objects.get().support == "supported"
    assert Pin.objects.count() == 1


def test_a_lost_connection_and_an_ended_session_lose_nothing(live_server: Any, cast: Any, session: Session) -> None:
    """The connection goes, then the tab; the session ends and a new log-in makes the old form's token void."""
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    cookie, path = session(cast.reviewer_a), f"/desk/rounds/{round_.public_id}/rate/"

    def act(browser: Any) -> None:
        page = window(browser, live_server.url, cookie)
        context = page.context
        page.goto(path)
        context.set_offline(True)
        page.keyboard.press("m")
        page.keyboard.type("Typed in a tunnel")
        expect(page.locator("#saved")).to_contain_text("No connection")
        page.close(run_before_unload=False)
        context.set_offline(False)
        page = context.new_page()
        page.goto(path)
        expect(page.locator("#reasons")).to_have_value("Typed in a tunnel")
        expect(page.locator("#saved")).to_contain_text("Draft saved", timeout=15_000)

        other = context.new_page()
        other.goto("/desk/")
        other.click("text=Log out")
        page.bring_to_front()
        page.keyboard.press("m")
        page.keyboard.press("End")
        page.keyboard.type(", and after the log-in ended")
        expect(page.locator("#saved")).to_contain_text("logged out", timeout=15_000)
        other.goto("/account/login/")
        other.fill("#id_username", "reviewer_a")
        other.fill("#id_password", PASSWORD)
        other.press("#id_password", "Enter")
        other.wait_for_url("**/desk/")
        expect(page.locator("#saved")).to_contain_text("Draft saved", timeout=20_000)
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0, "what is saved leaves the browser"
        context.close()

    browse(act)
    assert "Typed in a tunnel, and after the log-in ended" in RatingDraft.objects.get().payload


def test_two_windows_are_told_of_each_other_and_keep_both_versions(
    live_server: Any, cast: Any, session: Session
) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    cookie, path = session(cast.reviewer_a), f"/desk/rounds/{round_.public_id}/rate/"

    def act(browser: Any) -> None:
        laptop = window(browser, live_server.url, cookie)
        phone = window(browser, live_server.url, cookie, width=390)
        laptop.goto(path)
        phone.goto(path)
        laptop.fill("#reasons", "On the laptop")
        expect(laptop.locator("#saved")).to_contain_text("Draft saved")
        phone.fill("#reasons", "On the phone")
        expect(phone.locator("#saved")).to_contain_text("saved in another window")
        phone.reload()
        expect(phone.locator(".aside-draft")).to_contain_text("On the phone")
        expect(phone.locator("#reasons")).to_have_value("On the laptop")
        found = findings_on(phone)
        assert not found, found
        shoot(phone, "two-versions-390")
        again: list[str] = []
        phone.on("request", lambda asked: again.append(asked.url) if asked.url.endswith("/draft/") else None)
        phone.click("text=Show the other version")
        expect(phone.locator("#reasons")).to_have_value("On the phone")
        phone.wait_for_load_state("networkidle")
        assert not again, "sent after the choice, what was chosen against would be set aside once more"
        phone.click("text=Keep this one alone")
        expect(phone.locator(".aside-draft")).to_have_count(0)
        phone.context.close()
        laptop.context.close()

    browse(act)
    draft = RatingDraft.objects.get()
    assert "On the phone" in draft.payload
    assert not draft.aside
