import gzip
import io
from datetime import UTC, datetime

import pytest
from django.http import HttpResponseBase
from warcio.archiveiterator import ArchiveIterator

from sources.archive import store, warc
from sources.domain.errors import Gone, WrongState
from sources.domain.results import ExchangeResult, Held
from sources.services.originals import read_original
from sources.services.remove import RemovalAsked, ask_removal, carry_out_removal
from sources.web.copies import inert_page, original_download, warc_download
from tests.conftest import Cast
from tests.sources.extractors.samples import pdf
from tests.sources.services.copies import PAGE, flip_a_bit, make_copy, make_source, path_of

pytestmark = pytest.mark.django_db


def check_guarded(response: HttpResponseBase) -> None:
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'; ")
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"]


def test_the_warc_is_handed_out_whole_and_reads_back(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    response = warc_download(capture)
    check_guarded(response)
    raw = response.getvalue()
    response.close()
    assert len(raw) == int(response["Content-Length"])
    assert response["Content-Disposition"] == f'attachment; filename="{capture.public_id}.warc.gz"'
    kinds = [record.rec_type for record in ArchiveIterator(io.BytesIO(raw), check_digests=True)]
    assert kinds == ["warcinfo", "resource", "metadata"]


TYPES = {
    "a page": (PAGE.encode(), "text/html", "application/octet-stream", "html"),
    "a PDF": (pdf([["Words."]]), "application/pdf", "application/pdf", "pdf"),
    "SVG": (
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        "image/svg+xml",
        "application/octet-stream",
        "svg",
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n", "image/png", "image/png", "png"),
    "anything else": (b"\x00\x01\x02", "application/x-thing", "application/octet-stream", "bin"),
}


@pytest.mark.parametrize(("body", "declared", "served", "ending"), TYPES.values(), ids=TYPES.keys())
def test_the_original_is_always_an_attachment(
    cast: Cast, body: bytes, declared: str, served: str, ending: str
) -> None:
    capture = make_copy(make_source(cast.editor), body, declared=declared)
    response = original_download(capture)
    check_guarded(response)
    assert response.content == body
    assert response["Content-Type"] == served
    assert response["Content-Disposition"] == f'attachment; filename="{capture.public_id}.{ending}"'


def test_pages_and_pictures_are_shown_inert_and_all_else_is_downloaded(cast: Cast) -> None:
    page = inert_page(make_copy(make_source(cast.editor)))
    check_guarded(page)
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert "Content-Disposition" not in page
    svg = inert_page(make_copy(make_source(cast.editor, "drawing"), b"<svg/>", declared="image/svg+xml"))
    check_guarded(svg)
    assert svg["Content-Type"] == "image/svg+xml"
    other = inert_page(make_copy(make_source(cast.editor, "feed"), b"<?xml version='1.0'?><a/>", declared="text/xml"))
    assert other["Content-Disposition"].startswith("attachment")


def test_damage_and_removal_are_told_and_nothing_is_served(cast: Cast) -> None:
    source = make_source(cast.editor)
    damaged, missing, removed = (make_copy(source, PAGE + str(days), days=days) for days in range(3))
    flip_a_bit(damaged.warc_sha256)
    path_of(missing.warc_sha256).unlink()
    removal = ask_removal(by=cast.editor, asked=RemovalAsked(removed, "safety", "A threat."))
    carry_out_removal(by=cast.publisher, removal=removal)
    for capture, error, code in (
        (damaged, WrongState, "file_damaged"),
        (missing, WrongState, "file_missing"),
        (removed, Gone, "copy_removed"),
    ):
        for serve in (warc_download, original_download, inert_page):
            with pytest.raises(error) as refused:
                serve(capture)
            assert refused.value.code == code


def test_a_chunked_and_compressed_answer_is_read_back(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    packed = gzip.compress(PAGE.encode(), mtime=0)
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    received = head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    with store.scratch() as file:
        exchange = ExchangeResult(
            "page",
            "https://harbour.example/",
            datetime(2026, 1, 1, tzinfo=UTC),
            sent=b"GET / HTTP/1.1\r\n\r\n",
            received=Held(received),
        )
        written = warc.write_capture(file, (exchange,), software="test", about={})
        store.keep_file(file, written.sha256)
    capture.warc_sha256, capture.body_offset = written.sha256, written.answers[0].offset
    assert read_original(capture).body == PAGE.encode()
