"""Sources, publishers and captures in the admin."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from claims.models import Claim
from sources.archive import store
from sources.models import Capture, Event, Lease, Publisher, Source
from sources.services.finding import learn_due
from sources.services.reading_pictures import read_next
from sources.services.uploading import upload
from tests.claims.admin.forms import fields_of
from tests.sources.extractors import fake_tesseract
from tests.sources.services.copies import make_copy, make_source
from tests.sources.services.test_reading import PAGE
from tests.sources.services.test_unlocking import PASSWORD, WORDS, locked

pytestmark = pytest.mark.django_db


def url(what: str, row: Any) -> str:
    return reverse(f"admin:sources_{type(row).__name__.lower()}_{what}", args=[row.pk])


def test_describes_a_source(cast: Any, logged_in: Callable[[Any], Any], filled: Claim) -> None:
    client, source = logged_in(cast.editor), filled.citations.first().source  # type: ignore[union-attr]
    fields = fields_of(client.get(url("change", source)), "source_form")
    typed = {**fields, "title": "The Árbol report", "published_edtf": "2016-05", "language": "es"}
    assert client.post(url("change", source), typed).status_code == 302
    source.refresh_from_db()
    assert (source.title, source.title_folded, str(source.published_latest_on)) == (
        "The Árbol report",
        "the arbol report",
        "2016-05-31",
    )
    assert Event.objects.filter(action="source_described", by=cast.editor, door="admin").exists()


def test_a_protected_source_says_why(cast: Any, logged_in: Callable[[Any], Any], filled: Claim) -> None:
    client, source = logged_in(cast.editor), filled.citations.first().source  # type: ignore[union-attr]
    fields = fields_of(client.get(url("change", source)), "source_form")
    answer = client.post(url("change", source), {**fields, "is_protected": "on", "published_edtf": "2016-13"})
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert "The reason for readers is missing." in shown
    assert fields_of(answer, "source_form")["published_edtf"] == "2016-13"
    source.refresh_from_db()
    assert not source.is_protected


def test_adds_an_offline_source(cast: Any, logged_in: Callable[[Any], Any]) -> None:
    client = logged_in(cast.editor)
    add = reverse("admin:sources_source_add")
    assert client.post(add, fields_of(client.get(add), "source_form")).status_code == 200
    answer = client.post(add, {**fields_of(client.get(add), "source_form"), "title": "A hearing"})
    assert answer.status_code == 302, answer.content.decode()
    assert Source.objects.get().kind == "offline"


def test_asks_for_another_capture_and_gives_one_up(cast: Any, logged_in: Callable[[Any], Any], filled: Claim) -> None:
    client, capture = logged_in(cast.editor), Capture.objects.order_by("pk")[0]
    assert client.post(url("cancel", capture)).status_code == 302
    capture.refresh_from_db()
    assert (capture.state, capture.failure_code) == ("failed", "cancelled")
    assert not Lease.objects.filter(capture=capture).exists()
    page = client.post(url("cancel", capture), follow=True).content.decode()
    assert "This capture is closed already." in page
    assert client.post(url("capture_again", capture.source)).status_code == 302
    assert capture.source.captures.count() == 2
    assert client.post(url("retry", capture.source.captures.get(state="open"))).status_code == 302


@pytest.mark.parametrize("role", ["publisher", "superuser"])
def test_only_an_editor_asks_for_captures(
    role: str, cast: Any, logged_in: Callable[[Any], Any], filled: Claim
) -> None:
    client, capture = logged_in(getattr(cast, role)), Capture.objects.order_by("pk")[0]
    before = Capture.objects.count()
    for address in (url("cancel", capture), url("retry", capture), url("capture_again", capture.source)):
        assert client.post(address).status_code == 403
    assert client.get(url("upload", capture.source)).status_code == 403
    assert Capture.objects.count() == before
    assert "Capture again" not in client.get(url("change", capture.source)).content.decode()


def test_keeps_an_uploaded_copy(cast: Any, logged_in: Callable[[Any], Any], filled: Claim) -> None:
    client, source = logged_in(cast.editor), filled.citations.first().source  # type: ignore[union-attr]
    assert client.post(url("upload", source), {"provenance": ""}).status_code == 400
    words = b"The harbour office counted two million containers in 2016, more than ever before."
    typed = {"file": SimpleUploadedFile("report.txt", words), "provenance": "Sent by the office on 1 March."}
    assert client.post(url("upload", source), typed).status_code == 302
    capture = source.captures.get(method="upload")
    assert (capture.state, capture.provenance) == ("stored", "Sent by the office on 1 March.")
    assert {artefact.role for artefact in capture.artefacts.all()} == {"warc", "text"}
    again = {"file": SimpleUploadedFile("report.txt", words), "provenance": "Sent again."}
    answer = client.post(url("upload", source), again)
    assert answer.status_code == 409
    assert "uploaded for this source already" in answer.content.decode()


def test_keeps_a_publisher_with_domains(cast: Any, logged_in: Callable[[Any], Any]) -> None:
    client, add = logged_in(cast.editor), reverse("admin:sources_publisher_add")
    fields = fields_of(client.get(add), "publisher_form")
    wrong = client.post(add, {**fields, "name": "The office", "domains-0-domain": "no domain"})
    assert wrong.status_code == 200
    assert "That is no domain." in wrong.content.decode()
    right = client.post(add, {**fields, "name": "The office", "domains-0-domain": "https://WWW.Example.org/about"})
    assert right.status_code == 302
    assert [row.domain for row in Publisher.objects.get().domains.all()] == ["example.org"]


def test_a_redirect_after_a_button_stays_in_the_house(
    cast: Any, logged_in: Callable[[Any], Any], filled: Claim
) -> None:
    client, capture = logged_in(cast.editor), Capture.objects.order_by("pk")[0]
    answer = client.post(url("retry", capture), {"next": "https://evil.example/"})
    assert answer.headers["Location"] == url("change", capture)


def test_a_button_pressed_by_script_answers_beside_the_panel(
    cast: Any, logged_in: Callable[[Any], Any], filled: Claim
) -> None:
    client, capture = logged_in(cast.editor), Capture.objects.order_by("pk")[0]
    for said in ("The capture was given up.", "This capture is closed already."):
        answer = client.post(url("cancel", capture), headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert answer.headers["HX-Trigger"] == "captures-changed"
        assert said in answer.content.decode()


def test_archives_are_asked_for_a_source_as_it_was_on_a_day(
    cast: Any, logged_in: Callable[[Any], Any], filled: Claim, settings: LazySettings
) -> None:
    settings.MEMENTO_ARCHIVES = ("https://archive.example/",)
    client, source = logged_in(cast.editor), filled.citations.first().source  # type: ignore[union-attr]
    page = url("archives", source)
    assert page in client.get(url("change", source)).content.decode()
    wrong = client.post(page, {"near": "last May"})
    assert wrong.status_code == 400
    assert "not a date that we can read" in wrong.content.decode()
    assert fields_of(wrong, "source-deed")["near"] == "last May"
    assert client.post(page, {"near": "2018-05"}).status_code == 302
    capture = source.captures.get(method="memento")
    assert (capture.state, f"{capture.wanted_at:%Y-%m-%d}") == ("open", "2018-05-31")
    assert logged_in(cast.publisher).get(page).status_code == 403


def test_an_editor_takes_over_what_a_page_claims(cast: Any, logged_in: Callable[[Any], Any]) -> None:
    client, source = logged_in(cast.editor), make_source(cast.editor)
    page = url("claimed", source)
    assert page not in client.get(url("change", source)).content.decode()
    assert client.get(page).status_code == 302
    make_copy(source, PAGE)
    assert page in client.get(url("change", source)).content.decode()
    answer = client.get(page)
    typed = fields_of(answer, "source-deed")
    assert (typed["author"], typed["published_edtf"]) == ("Rowan Pike", "2019-05-04")
    assert "The page claims: Harbour report | The Quay. The desk says: nothing yet." in answer.content.decode()
    wrong = client.post(page, {**typed, "title": "Harbour report", "published_edtf": "2019-44"})
    assert wrong.status_code == 400
    assert fields_of(wrong, "source-deed")["title"] == "Harbour report"
    assert client.post(page, {**typed, "title": "Harbour report"}).status_code == 302
    source.refresh_from_db()
    assert (source.title, source.author) == ("Harbour report", "Rowan Pike")
    assert "source claims taken over" in client.get(url("history", source)).content.decode()
    assert logged_in(cast.publisher).post(page, typed).status_code == 403


@pytest.mark.parametrize("kind", ["source", "capture"])
@pytest.mark.parametrize("key", ["²", "9" * 40, "x"])
def test_an_address_that_names_no_row_is_no_fault(
    cast: Any, logged_in: Callable[[Any], Any], kind: str, key: str
) -> None:
    answer = logged_in(cast.editor).get(f"/admin/sources/{kind}/{key}/change/")
    assert answer.status_code in (302, 404)


def test_an_editor_gives_the_password_of_a_pdf(cast: Any, logged_in: Callable[[Any], Any], filled: Claim) -> None:
    source = filled.citations.first().source  # type: ignore[union-attr]
    capture = upload(by=cast.editor, source=source, body=locked(), provenance="Sent by the office.")
    page, client = url("password", capture), logged_in(cast.editor)
    shown = client.get(url("change", capture)).content.decode()
    assert page in shown
    assert "The PDF needs a password." in shown
    wrong = client.post(page, {"password": "not " + PASSWORD})
    assert wrong.status_code == 400
    assert "The PDF does not open with this password." in wrong.content.decode()
    assert PASSWORD not in wrong.content.decode()
    assert client.post(page, {"password": ""}).status_code == 400
    for other in (cast.publisher, cast.superuser):
        assert logged_in(other).post(page, {"password": PASSWORD}).status_code == 403
        assert page not in logged_in(other).get(url("change", capture)).content.decode()
    client = logged_in(cast.editor)
    opened = client.post(page, {"password": PASSWORD}, follow=True).content.decode()
    assert "The PDF was opened and its text is kept. The password is not." in opened
    assert page not in opened
    assert client.post(page, {"password": PASSWORD}).status_code == 409
    assert "This copy waits for no password." in client.get(page).content.decode()
    assert client.get(page.replace(str(capture.pk), "999999")).status_code == 404
    assert client.get(f"/desk/copies/{source.public_id}/{capture.public_id}/").content.decode().count(WORDS[0]) == 1


def test_a_source_is_found_by_the_words_of_its_copies(cast: Any, logged_in: Callable[[Any], Any]) -> None:
    page = "<!doctype html><html lang=en><title>A page</title><body><p>The zirconium ledger.</p></body></html>"
    copy = make_copy(make_source(cast.editor, "https://quay.example/ledger"), page)
    make_copy(make_source(cast.editor, "https://quay.example/other"), page.replace("zirconium", "marble"))
    learn_due()
    client, listed = logged_in(cast.editor), reverse("admin:sources_source_changelist")
    shown = client.get(listed, {"q": "zirc"}).content.decode()
    assert url("change", copy.source) in shown
    assert shown.count("field-named") == 1
    assert client.get(listed, {"q": "quay.example"}).content.decode().count("field-named") == 2
    assert client.get(listed, {"q": "lighthouse"}).content.decode().count("field-named") == 0


def test_the_text_of_a_copy_is_read_in_the_admin(cast: Any, logged_in: Callable[[Any], Any]) -> None:
    page = "<!doctype html><title>A page</title><body><p>One &lt;i&gt; block.</p><p>Another.</p></body>"
    copy = make_copy(make_source(cast.editor, "https://quay.example/ledger"), page)
    client = logged_in(cast.editor)
    assert url("read", copy) in client.get(url("change", copy)).content.decode()
    assert url("read", copy) in client.get(url("change", copy.source)).content.decode()
    shown = client.get(url("read", copy)).content.decode()
    assert "<p>One &lt;i&gt; block.</p><p>Another.</p>" in shown
    store.destroy(copy.artefacts.get(role="text").sha256)
    assert "missing from the archive" in client.get(url("read", copy)).content.decode()
    assert client.get(reverse("admin:sources_capture_read", args=[copy.pk + 1])).status_code == 404
    assert logged_in(cast.reviewer_a).get(url("read", copy)).status_code == 302


def test_a_capture_is_told_in_words(cast: Any, logged_in: Callable[[Any], Any]) -> None:
    copy = make_copy(make_source(cast.editor, "https://quay.example/ledger"), "<p>Words on a page.</p>")
    shown = logged_in(cast.editor).get(url("change", copy)).content.decode()
    for words in ("Address asked for", "SHA-256 of the body", "Size of the body", "Robots.txt", "What it is"):
        assert words in shown, words
    for left in ("Url requested", "Body sha256", "icon-no", f"of {copy.source_id},"):
        assert left not in shown, left


def test_an_editor_has_a_scan_read_by_ocr(
    cast: Any, logged_in: Callable[[Any], Any], filled: Claim, settings: LazySettings, tmp_path: Path
) -> None:
    settings.CAPTURE_OCR = str(fake_tesseract.install(tmp_path))
    source = filled.citations.first().source  # type: ignore[union-attr]
    capture = upload(by=cast.editor, source=source, body=fake_tesseract.pages("words"), provenance="By mail.")
    page, client = url("ocr", capture), logged_in(cast.editor)
    assert page in client.get(url("change", capture)).content.decode()
    assert "What language is it in?" in client.get(page).content.decode()
    wrong = client.post(page, {"languages": "tlh"})
    assert wrong.status_code == 400
    assert "Choose languages that are installed." in wrong.content.decode()
    assert client.post(page, {"languages": ["eng"]}).status_code == 302
    waiting = client.get(page).content.decode()
    assert "It waits for a worker that reads its pictures." in waiting
    moving = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" in moving and "<html" not in moving
    assert client.post(page, {"languages": ["eng"]}).status_code == 409
    assert read_next()
    assert client.get(page, headers={"HX-Request": "true"})["HX-Redirect"] == url("change", capture)
    shown = client.get(page, follow=True).content.decode()
    assert "Read by OCR from the picture, may be wrong. Tesseract 5.3.0, English." in shown
    assert "text read by OCR" in shown
    assert page not in shown
    for other in (cast.publisher, cast.superuser):
        assert logged_in(other).post(page).status_code == 403
