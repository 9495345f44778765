"""Readers' pages are sent compressed, alike each time; pages that hold secrets are left alone."""

import gzip

import pytest
from django.test import Client

from tests.conftest import Cast

pytestmark = pytest.mark.django_db

ASKING = {"accept-encoding": "gzip"}


@pytest.mark.parametrize("path", ["/", "/claims/", "/methodology/", "/suggest/", "/none/"])
def test_what_readers_get_is_compressed(client: Client, path: str) -> None:
    response = client.get(path, headers=ASKING)
    if len(client.get(path).content) > 200:
        assert response["Content-Encoding"] == "gzip"
        assert gzip.decompress(response.content)[:1] in (b"<", b"{")
    assert "Accept-Encoding" in response["Vary"]


def test_the_same_page_has_the_same_bytes(client: Client) -> None:
    assert client.get("/methodology/", headers=ASKING).content == client.get("/methodology/", headers=ASKING).content


def test_a_compressed_page_is_still_known_by_its_tag(client: Client) -> None:
    tag = client.get("/methodology/", headers=ASKING)["ETag"]
    assert client.get("/methodology/", headers={**ASKING, "if-none-match": tag}).status_code == 304


def test_a_page_with_a_secret_is_not_compressed(client: Client, cast: Cast) -> None:
    client.force_login(cast.editor, backend="django.contrib.auth.backends.ModelBackend")
    for path in ("/account/login/", "/desk/", "/admin/"):
        assert "Content-Encoding" not in client.get(path, headers=ASKING)
