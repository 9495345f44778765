"""A cache in front is told of each change by a worker, and asked again until it has answered."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client

from claims.models import PublicPage, PurgeDue
from claims.services.purging import paths_of, purge_due
from claims.services.suspending import suspend
from claims.tasks import render_due
from tests.claims.services.publication_factory import a_published_claim
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


class Cache(BaseHTTPRequestHandler):
    """Notes what it is asked, and answers with ``status``."""

    asked: list[tuple[str, str, str]] = []
    status = 200

    def do_PURGE(self) -> None:
        self.asked.append((self.command, self.headers["Host"], self.path))
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def cache(settings: Any) -> Iterator[type[Cache]]:
    class Own(Cache):
        asked: list[tuple[str, str, str]] = []

    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.PURGE_URL = f"http://127.0.0.1:{server.server_port}"
    yield Own
    server.shutdown()
    server.server_close()


def test_a_change_is_told_whoever_drew_the_page_first(client: Client, cast: Cast, cache: type[Cache]) -> None:
    claim = a_published_claim(cast)
    slug = PublicPage.objects.get(claim=claim).slug
    render_due()
    cache.asked.clear()
    suspend(by=cast.publisher, claim=claim, text="A fault.")
    client.get(f"/claims/{slug}/")
    render_due()
    assert [path for _, _, path in cache.asked] == list(paths_of(slug))
    assert {(method, host) for method, host, _ in cache.asked} == {("PURGE", "127.0.0.1:8000")}
    assert not PurgeDue.objects.exists()
    assert client.get("/claims/")["Cache-Control"] == "public, max-age=0, must-revalidate, s-maxage=60"


def test_what_the_cache_does_not_hold_is_told_and_what_it_refuses_is_told_again(
    client: Client, cast: Cast, cache: type[Cache]
) -> None:
    a_published_claim(cast)
    cache.status = 503
    render_due()
    assert PurgeDue.objects.count() == 1
    cache.status = 404
    assert purge_due(9) == 1
    assert not PurgeDue.objects.exists()


def test_a_cache_that_is_not_there_costs_no_work_and_no_page(client: Client, cast: Cast, settings: Any) -> None:
    settings.PURGE_URL = "http://127.0.0.1:9"
    slug = PublicPage.objects.get(claim=a_published_claim(cast)).slug
    render_due()
    assert PurgeDue.objects.count() == 1
    assert client.get(f"/claims/{slug}/").status_code == 200


def test_without_a_cache_nothing_is_noted(client: Client, cast: Cast) -> None:
    a_published_claim(cast)
    render_due()
    assert not PurgeDue.objects.exists()
    assert purge_due(9) == 0
    assert client.get("/claims/")["Cache-Control"] == "public, no-cache"
