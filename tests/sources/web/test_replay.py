from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from sources.domain.pointing import show_page
from sources.web.replay import SECONDS, replay_address
from tests.conftest import Cast
from tests.sources.services.copies import PAGE, flip_a_bit, make_copy, make_source

pytestmark = pytest.mark.django_db
OWN = "http://copies.example:8000"


def test_a_page_is_shown_inert_for_some_minutes(client: Client, cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    address = replay_address(capture)
    page = client.get(address)
    assert page.content == PAGE.encode()
    policy = page["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; img-src http://testserver/replay/")
    assert policy.endswith(
        " data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert (page["X-Content-Type-Options"], page["Content-Type"]) == ("nosniff", "text/html; charset=utf-8")
    assert "no-store" in page["Cache-Control"]
    with time_machine.travel(timezone.now() + timedelta(seconds=SECONDS + 5)):
        late = client.get(address)
    assert late.status_code == 410
    assert b"some minutes" in late.content


@pytest.mark.parametrize("token", ["x", "WyJhIiwgIiJd:1abc:zzzz", "..", "%00"])
def test_an_address_that_nobody_signed_shows_nothing(client: Client, token: str) -> None:
    assert client.get(f"/replay/{token}/").status_code == 404


def test_on_a_host_of_its_own_there_is_replay_and_nothing_else(
    client: Client, cast: Cast, settings: LazySettings
) -> None:
    settings.REPLAY_URL, settings.ALLOWED_HOSTS = OWN, ["testserver", "copies.example"]
    client.force_login(cast.editor, backend="django.contrib.auth.backends.ModelBackend")
    address = replay_address(make_copy(make_source(cast.editor)))
    assert address.startswith(f"{OWN}/replay/")
    path = address.removeprefix(OWN)
    page = client.get(path, headers={"host": "copies.example:8000"})
    assert page.status_code == 200
    assert "img-src 'self' data:;" in page["Content-Security-Policy"]
    assert not page.cookies
    assert client.get(path).status_code == 404
    for other in ("/", "/desk/", "/admin/", "/account/login/", "/api/v1/claims/", "/nothing"):
        answer = client.get(other, headers={"host": "copies.example:8000"})
        assert (answer.status_code, answer.content, dict(answer.cookies)) == (404, b"There is nothing here.", {})


def test_a_damaged_copy_is_told_in_plain_words(client: Client, cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    flip_a_bit(capture.warc_sha256)
    answer = client.get(replay_address(capture))
    assert (answer.status_code, answer["Content-Type"]) == (409, "text/plain; charset=utf-8")
    assert PAGE.encode() not in answer.content


def test_pictures_are_taken_from_the_archive_and_from_nowhere_else() -> None:
    addresses = {"https://harbour.example/a.png": "https://desk.example/replay/t/file/x/"}
    markup = (
        "<img src='a.png'><img alt=x SRC=/a.png srcset='b.png 2x'><img src=\"https://harbour.example/a.png#f\">"
        "<img src='https://other.example/b.png'><img data-src='a.png'><img src='http://['>"
    )
    pointed = show_page(markup, page_url="https://harbour.example/page", addresses=addresses)
    assert pointed.count('src="https://desk.example/replay/t/file/x/"') == 3
    assert "data-srcset='b.png 2x'" in pointed
    assert "https://other.example/b.png" in pointed
    assert show_page("<img" * 200_000, page_url="", addresses=addresses).startswith("<img<img")
