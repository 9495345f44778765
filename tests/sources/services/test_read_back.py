"""Every kind of WARC that we write, made by the services, reads back without a complaint by the readers of others."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.utils import timezone

from sources.archive import store
from sources.models import Capture, CaptureState, Lease
from sources.services import capture as capturing
from sources.services import lease, running
from sources.services.citing_urls import find_or_make_web_source
from sources.services.originals import read_original
from sources.services.rendering import can_render
from sources.services.uploading import upload
from tests.conftest import Cast
from tests.sources.extractors.samples import pdf
from tests.sources.fetchers.test_memento import PAGE_URL, an_archive
from tests.sources.servers import PAGE, PageServer, answer, chunked, redirect
from tests.sources.services.capturing import allow
from tests.sources.services.copies import make_source
from tests.sources.services.test_uploading import a_wacz, a_warc, answers_for
from tests.sources.warcs import blocks, complaints, fast_complaints

pytestmark = pytest.mark.django_db

LIMIT = 200_000
PAGES = {
    "/page": answer(),
    "/empty": answer("204 No Content", b""),
    "/chunks": chunked(PAGE[:9], PAGE[9:]),
    "/packed": answer(body=gzip.compress(PAGE), content_encoding="gzip"),
    "/hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + answer(),
    "/moved": redirect("/refreshed"),
    "/refreshed": answer(body=b'<meta http-equiv="refresh" content="0; url=/page">'),
    "/private": answer(),
    "/short": answer().replace(b"Content-Length: ", b"Content-Length: 9"),
    "/no-end": chunked(PAGE, end=b""),
    "/half-packed": answer(body=gzip.compress(PAGE)[:-20], content_encoding="gzip"),
    "/long": answer(body=b"<p>" + b"long word " * 50_000),
    "/busy": answer("503 Service Unavailable", retry_after="9999999"),
    "/script": answer(body=b"<title>Made</title><script>document.write('<p>made by a script')</script>"),
    "/robots.txt": answer(body=b"User-agent: *\nDisallow: /private\n", content_type="text/plain"),
}


@pytest.fixture
def server(settings: LazySettings) -> Iterator[PageServer]:
    cache.clear()
    settings.CAPTURE_MAX_BYTES, settings.CAPTURE_DEADLINE_SECONDS = LIMIT, 30
    with PageServer(PAGES) as started:
        allow(settings, started)
        yield started


Made = Callable[[Cast, LazySettings, PageServer], Capture]


def asked(path: str, method: str = "http") -> Made:
    def make(cast: Cast, settings: LazySettings, server: PageServer) -> Capture:
        return captured(cast, server.url + path, method)

    return make


def captured(cast: Cast, url: str, method: str) -> Capture:
    source = find_or_make_web_source(by=cast.editor, url=url)
    capture = capturing.request(by=cast.editor, source=source, method=method)
    while Lease.objects.filter(capture=capture).exists():
        Lease.objects.update(next_at=timezone.now())
        [taken] = lease.claim_due(owner="worker", limit=1, queue=capture.lease.queue)
        assert running.run(taken)
    return Capture.objects.get(pk=capture.pk)


def with_robots(cast: Cast, settings: LazySettings, server: PageServer) -> Capture:
    settings.CAPTURE_ROBOTS_PEOPLE = "record"
    return captured(cast, server.url + "/private", "http")


def rendered(cast: Cast, settings: LazySettings, server: PageServer) -> Capture:
    if not can_render():
        pytest.skip("there is no Chromium on this machine")
    server.answers["/script"] = PAGES["/script"].replace(b"<title>", b"<img src=http://169.254.169.254/x><title>")
    server.answers["/script"] = server.answers["/script"].replace(b"Content-Length: ", b"X-Was: ")
    return captured(cast, server.url + "/script", "browser")


def from_an_archive(cast: Cast, settings: LazySettings, server: PageServer) -> Capture:
    with an_archive() as archive:
        allow(settings, archive)
        settings.MEMENTO_ARCHIVES = (f"{archive.url}/gate/",)
        return captured(cast, PAGE_URL, "memento")


def uploaded(body: bytes | str) -> Made:
    def make(cast: Cast, settings: LazySettings, server: PageServer) -> Capture:
        source = make_source(cast.editor)
        given = body if isinstance(body, bytes) else a_warc(answers_for(source))
        if body == "wacz":
            given = a_wacz(archive__data_dot_warc_dot_gz=given)
        return upload(by=cast.editor, source=source, body=given, file_name="x", provenance="From a colleague.")

    return make


KINDS: dict[str, tuple[Made, int]] = {
    "a page": (asked("/page"), 1),
    "an empty answer": (asked("/empty"), 1),
    "chunks": (asked("/chunks"), 1),
    "packed": (asked("/packed"), 1),
    "after early hints": (asked("/hints"), 1),
    "a redirect and a refresh": (asked("/moved"), 3),
    "with its robots.txt": (with_robots, 2),
    "shorter than it said": (asked("/short"), 1),
    "chunks without end": (asked("/no-end"), 1),
    "half a packed body": (asked("/half-packed"), 1),
    "cut at the limit": (asked("/long"), 1),
    "a refusal for now": (asked("/busy"), 1),
    "rendered, with a refused picture": (rendered, 1),
    "from another archive": (from_an_archive, 1),
    "an uploaded PDF": (uploaded(pdf([["Page one."]])), 0),
    "an uploaded page": (uploaded(PAGE), 0),
    "an uploaded WARC": (uploaded("warc"), 3),
    "an uploaded WACZ": (uploaded("wacz"), 3),
}


@pytest.mark.parametrize(
    ("make", "answers"),
    [
        pytest.param(*kind, id=name, marks=[pytest.mark.browser] * ("rendered" in name))
        for name, kind in KINDS.items()
    ],
)
def test_reads_back_without_a_complaint(
    server: PageServer, cast: Cast, settings: LazySettings, tmp_path: Path, make: Made, answers: int
) -> None:
    capture = make(cast, settings, server)
    assert capture.state == CaptureState.STORED
    raw = store.read(capture.warc_sha256)
    assert complaints(raw, tmp_path) == ""
    assert fast_complaints(raw) == []
    assert len(blocks(raw)) >= answers
    assert read_original(capture).media_type == capture.media_type
