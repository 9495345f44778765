"""An archived copy on the desk: its page, its files, who may see them."""

import pytest
from django.test import Client

from sources.models import ArtefactRole
from sources.services.sealing import seal_due
from tests.conftest import Cast
from tests.sources.services.copies import make_copy, make_source

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


@pytest.mark.parametrize("ending", ["", "page/", "original/"])
def test_outsiders_get_nothing(client: Client, cast: Cast, ending: str) -> None:
    capture = make_copy(make_source(cast.editor))
    address = f"/desk/copies/{capture.source.public_id}/{capture.public_id}/{ending}"
    assert client.get(address).status_code == 302
    client.force_login(cast.outsider, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address)
    assert answer.status_code == 403
    assert b"Harbour" not in answer.content
