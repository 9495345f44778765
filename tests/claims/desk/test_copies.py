"""An archived copy on the desk: its page, its files, who may see them."""

import html

import pytest
from django.conf import LazySettings
from django.test import Client

from sources.models import ArtefactRole, Lease
from sources.services.reading import make_reading
from sources.services.sealing import seal_due
from tests.conftest import Cast
from tests.sources.services.copies import make_copy, make_source
from tests.sources.services.test_reading import PAGE, SENTENCES

pytestmark = pytest.mark.django_db


def test_a_member_sees_custody_files_and_the_page_as_it_was_sent(client: Client, cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    seal_due()
    client.force_login(cast.reviewer_a, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/desk/copies/{capture.source.public_id}/{capture.public_id}/"
    page = client.get(address).content.decode()
    for words in ("fetched by us, grade 1 of 4", "not timestamped", "Log, entry 1", "manifest", "as it was sent"):
        assert words in page
    shown = client.get(f"{address}page/", follow=True)
    assert shown.redirect_chain and b"Harbour report" in shown.content
    assert shown["Content-Security-Policy"].startswith("sandbox")
    manifest = capture.artefacts.get(role=ArtefactRole.MANIFEST)
    file = client.get(f"{address}files/{manifest.public_id}/")
    assert file["Content-Disposition"].startswith("attachment") and capture.body_sha256.encode() in file.content
    assert client.get(f"{address}original/")["Content-Disposition"].startswith("attachment")


def test_a_copy_without_text_is_shown_all_the_same(client: Client, cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor), b"\x89PNG\r\n\x1a\n....", declared="image/png")
    client.force_login(cast.reviewer_a, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/desk/copies/{capture.source.public_id}/{capture.public_id}/")
    assert page.status_code == 200
    assert "No text could be read from this copy." in page.content.decode()


def test_the_reading_view_is_an_alternative_to_the_whole_text(client: Client, cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor), PAGE)
    client.force_login(cast.reviewer_a, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/desk/copies/{capture.source.public_id}/{capture.public_id}/"
    whole = client.get(address).content.decode()
    assert 'href="?view=reading#text"' in whole
    assert "Ships" in whole
    assert "The reading view is being made." in client.get(f"{address}?view=reading").content.decode()
    make_reading(str(capture.public_id))
    read = client.get(f"{address}?view=reading").content.decode()
    for words in ("Claimed by the page", "Rowan Pike", "2019-05-04", "no passage points at it", SENTENCES[0]):
        assert words in read
    assert "Ships" not in read
    picture = make_copy(make_source(cast.editor, "quay"), b"\x89PNG\r\n\x1a\n....", declared="image/png")
    shown = client.get(f"/desk/copies/{picture.source.public_id}/{picture.public_id}/?view=reading").content.decode()
    assert "Reading view" not in shown


@pytest.mark.parametrize("ending", ["", "page/", "original/"])
def test_outsiders_get_nothing(client: Client, cast: Cast, ending: str) -> None:
    capture = make_copy(make_source(cast.editor))
    address = f"/desk/copies/{capture.source.public_id}/{capture.public_id}/{ending}"
    assert client.get(address).status_code == 302
    client.force_login(cast.outsider, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address)
    assert answer.status_code == 403
    assert b"Harbour" not in answer.content


def test_the_looks_at_a_source_are_a_timeline_with_their_roads(
    client: Client, cast: Cast, settings: LazySettings
) -> None:
    settings.CAPTURE_BROWSER, settings.MEMENTO_ARCHIVES = "/opt/chrome", ("https://archive.example/",)
    source = make_source(cast.editor)
    make_copy(source)
    address = f"/desk/sources/{source.public_id}/captures/"
    client.force_login(cast.reviewer_a, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(address).content.decode()
    assert "stored, usable" in page and "fetched by us, grade 1 of 4" in page
    assert "Capture again" not in page
    assert "Only an editor" in client.post(address, {"do": "again"}, follow=True).content.decode()
    client.force_login(cast.editor, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(address).content.decode()
    for words in ("Capture again", "Render in a browser", "Look in web archives", "Upload a copy"):
        assert words in page
    for deed in ("again", "render"):
        assert client.post(address, {"do": deed}).status_code == 302
    moving = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert moving.count("waiting for a worker") == 2
    assert "every 2s" in moving and "<html" not in moving and "Capture again" not in moving
    opened = source.captures.filter(state="open").first()
    assert opened is not None
    Lease.objects.filter(capture=opened).update(attempt=1, last_sentence="It was too slow.", stage="waiting")
    page = client.get(address).content.decode()
    assert "attempt 1 of 3 failed, will be tried again" in page and "It was too slow." in page
    client.post(address, {"do": f"cancel {opened.public_id}"})
    opened.refresh_from_db()
    assert opened.failure_code == "cancelled"
    for bad in ("", "cancel", "cancel x", "burn it", f"burn {opened.public_id}"):
        assert "Choose what is to be done." in client.post(address, {"do": bad}, follow=True).content.decode()


def test_archives_are_asked_for_the_day_that_is_typed(client: Client, cast: Cast, settings: LazySettings) -> None:
    settings.MEMENTO_ARCHIVES = ("https://archive.example/",)
    source = make_source(cast.editor)
    address = f"/desk/sources/{source.public_id}/captures/"
    client.force_login(cast.editor, backend="django.contrib.auth.backends.ModelBackend")
    assert 'name="near" value=""' in client.get(address).content.decode()
    wrong = client.post(address, {"do": "search", "near": "2018/.."}, follow=True).content.decode()
    assert "has no end" in html.unescape(wrong)
    assert not source.captures.exists()
    client.post(address, {"do": "search", "near": "2018-05"})
    wanted = source.captures.get(method="memento").wanted_at
    assert wanted is not None and f"{wanted:%Y-%m-%d}" == "2018-05-31"


def test_an_unusable_copy_says_why_on_the_timeline(client: Client, cast: Cast) -> None:
    source = make_source(cast.editor)
    make_copy(source, "<title>Not found</title><h1>Page not found</h1>", status=404)
    client.force_login(cast.editor, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/desk/sources/{source.public_id}/captures/").content.decode()
    assert "stored, not usable" in page
