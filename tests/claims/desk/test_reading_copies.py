"""At the desk: a scan is read by OCR, an encrypted PDF by its password."""

import html
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from sources.models import ArtefactRole, Capture, Event, OcrRequest
from sources.services.ocr_notes import WARNING
from sources.services.reading_pictures import NOT_HERE, read_next
from sources.services.uploading import upload
from tests.claims.services import round_factory
from tests.conftest import Cast
from tests.sources.extractors import fake_tesseract
from tests.sources.extractors.fake_tesseract import READ, pages
from tests.sources.services.copies import make_copy, make_source
from tests.sources.services.test_unlocking import PASSWORD, WORDS, locked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def engine(settings: LazySettings, tmp_path: Path) -> None:
    settings.CAPTURE_OCR = str(fake_tesseract.install(tmp_path))


def address_of(capture: Capture) -> str:
    return f"/desk/copies/{capture.source.public_id}/{capture.public_id}/"


def enter(client: Client, user: Any) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def test_an_editor_has_a_scan_read_and_watches(client: Client, cast: Cast) -> None:
    source = make_source(cast.editor)
    capture = make_copy(source, pages("words"), declared="application/pdf")
    page = address_of(capture)
    enter(client, cast.reviewer_a)
    assert "Read it by OCR" not in client.get(page).content.decode()
    refused = client.post(f"{page}ocr/", {"languages": "eng"}, follow=True).content.decode()
    assert "Ask an editor of the desk" in refused
    enter(client, cast.editor)
    shown = client.get(page).content.decode()
    assert "Read it by OCR" in shown and "English" in shown and "Spanish" in shown
    assert shown.count("checked") == 1
    wrong = client.post(f"{page}ocr/", {"languages": "tlh"}, follow=True).content.decode()
    assert "Choose languages that are installed." in wrong
    asked = client.post(f"{page}ocr/", {"languages": ["eng", "spa"]}, follow=True).content.decode()
    assert "It waits for a worker that reads its pictures." in asked and "every 2s" in asked
    moving = client.get(f"{page}ocr/", headers={"HX-Request": "true"})
    assert "<html" not in moving.content.decode() and "every 2s" in moving.content.decode()
    assert client.get(f"{page}ocr/").status_code == 302
    assert read_next()
    news = client.get(f"{page}ocr/", headers={"HX-Request": "true"})
    assert news["HX-Refresh"] == "true"
    read = client.get(page).content.decode()
    assert WARNING in read and "Tesseract 5.3.0, English, Spanish." in read
    assert READ.replace("eng", "eng+spa") in read
    assert "text read by OCR" not in read, "it is shown as the text, not among the files"
    assert OcrRequest.objects.get().asked_by == cast.editor


def test_without_an_engine_the_page_says_so(client: Client, cast: Cast, settings: LazySettings) -> None:
    settings.CAPTURE_OCR = "off"
    capture = make_copy(make_source(cast.editor), pages("words"), declared="application/pdf")
    enter(client, cast.editor)
    shown = client.get(address_of(capture)).content.decode()
    assert NOT_HERE in shown and "<h2>Read it by OCR" not in shown


def test_an_editor_gives_the_password_at_the_desk(client: Client, cast: Cast) -> None:
    capture = upload(by=cast.editor, source=make_source(cast.editor), body=locked(), provenance="Sent by the office.")
    page = address_of(capture)
    enter(client, cast.reviewer_a)
    assert "password/" not in client.get(page).content.decode()
    assert client.post(f"{page}password/", {"password": PASSWORD}).status_code == 403
    enter(client, cast.editor)
    assert f"{page}password/" in client.get(page).content.decode()
    for typed, says in (("", "Type the password"), ("not " + PASSWORD, "does not open with this password")):
        wrong = client.post(f"{page}password/", {"password": typed})
        assert wrong.status_code == 400
        assert says in html.unescape(wrong.content.decode())
        assert PASSWORD not in wrong.content.decode()
    opened = client.post(f"{page}password/", {"password": PASSWORD}, follow=True).content.decode()
    assert "The password is not." in opened and WORDS[0] in opened
    assert f"{page}password/" not in opened
    assert "waits for no password" in client.get(f"{page}password/").content.decode()
    assert client.post(f"{page}password/", {"password": PASSWORD}).status_code == 409
    assert Event.objects.get(action="capture_unlocked").door == "desk"


def test_who_rates_sees_that_a_text_was_read_by_ocr(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = partial(round_factory.a_copy, role=ArtefactRole.OCR, version="5.3.0 eng 1")
    monkeypatch.setattr(round_factory, "a_copy", scan)
    round_ = round_factory.an_open_round(cast)
    round_factory.given(cast, round_, cast.reviewer_a)
    enter(client, cast.reviewer_a)
    page = client.get(f"/desk/rounds/{round_.public_id}/rate/").content.decode()
    shown = page.count(f"{WARNING} Tesseract 5.3.0, English.")
    assert shown == page.count('<section class="paper"') > 0
    assert "1,980,000 containers" in page
    enter(client, cast.editor)
    chosen = client.get(f"/desk/claims/{round_.claim.public_id}/passages/").content.decode()
    assert chosen.count(WARNING) == shown


def test_who_rates_any_other_text_does_not(client: Client, cast: Cast) -> None:
    round_ = round_factory.an_open_round(cast)
    round_factory.given(cast, round_, cast.reviewer_a)
    enter(client, cast.reviewer_a)
    assert "OCR" not in client.get(f"/desk/rounds/{round_.public_id}/rate/").content.decode()
