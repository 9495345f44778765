import gzip
import hashlib
import io
import uuid
import zipfile
from typing import Any

import pytest
from django.conf import LazySettings
from warcio.archiveiterator import ArchiveIterator

from sources.archive import store
from sources.archive.inside import images_in
from sources.domain.errors import BadInput, WrongState
from sources.models import ArtefactRole, Capture, Event, Source
from sources.services.originals import open_warc, read_original
from sources.services.quote import reading_text
from sources.services.uploading import upload
from tests.conftest import Cast
from tests.sources.services.copies import PAGE, make_source

pytestmark = pytest.mark.django_db
FROM = "Fetched by a colleague with a recorder on 3 May."
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def a_warc(answers: dict[str, tuple[str, bytes]], *, is_packed: bool = True) -> bytes:
    """A WARC 1.0 as another program might have made it."""
    return b"".join(_record(url, *answer, is_packed) for url, answer in answers.items())


def _record(url: str, status: str, body: bytes, is_packed: bool) -> bytes:
    kind = "image/png" if body.startswith(b"\x89PNG") else "text/html; charset=utf-8"
    leads = f"Location: {body.decode()}\r\n" if status.startswith("3") else ""
    block = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{leads}Content-Length: {len(body)}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid4()}>\r\n"
        f"WARC-Date: 2016-05-03T12:00:00Z\r\nWARC-Target-URI: {url}\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    whole = head.encode() + block + b"\r\n\r\n"
    return gzip.compress(whole) if is_packed else whole


def a_wacz(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("datapackage.json", "{}")
        for name, data in members.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def answers_for(source: Source) -> dict[str, tuple[str, bytes]]:
    return {
        "https://harbour.example/other": ("200 OK", b"<h1>Another page</h1>"),
        f"{source.url}?utm_source=mail": ("200 OK", PAGE.encode()),
        "https://harbour.example/picture.png": ("200 OK", PICTURE),
    }


def put(cast: Cast, source: Source, body: bytes, **more: Any) -> Capture:
    return upload(by=cast.editor, source=source, body=body, file_name="page.wacz", provenance=FROM, **more)


@pytest.mark.parametrize("kind", ["packed WARC", "plain WARC", "WACZ"])
def test_the_answer_for_the_source_is_picked_and_the_file_kept(cast: Cast, kind: str) -> None:
    source = make_source(cast.editor)
    body = a_warc(answers_for(source), is_packed=kind != "plain WARC")
    if kind == "WACZ":
        body = a_wacz(archive__data_dot_warc_dot_gz=body, pages__x_dot_warc=b"not this one")
    capture = put(cast, source, body)
    assert (capture.method, capture.state, capture.http_status) == ("upload", "stored", 200)
    assert "15 ships" in reading_text(capture)
    assert read_original(capture).body == PAGE.encode()
    assert capture.body_sha256 == hashlib.sha256(PAGE.encode()).hexdigest()
    original = capture.artefacts.get(role=ArtefactRole.ORIGINAL)
    assert store.read(original.sha256) == body
    assert FROM in capture.provenance and "utm_source=mail answered on 2016-05-03" in capture.provenance
    assert [inside.url for inside in images_in(capture.warc_sha256)] == ["https://harbour.example/picture.png"]
    with open_warc(capture) as file:
        kinds = [record.rec_type for record in ArchiveIterator(io.BytesIO(file.read()), check_digests=True)]
    assert kinds == ["warcinfo", "response", "response", "response"]
    assert Event.objects.get(action="capture_uploaded").reason == FROM
    with pytest.raises(WrongState, match="already"):
        put(cast, source, body)


def test_a_redirect_within_the_file_is_followed(cast: Cast) -> None:
    source = make_source(cast.editor)
    there = "https://harbour.example/moved"
    body = a_warc({source.url: ("301 Moved", there.encode()), there: ("200 OK", PAGE.encode())})
    assert put(cast, source, body).final_url == there


REFUSED = {
    "no answer for it": (lambda: a_warc({"https://other.example/": ("200 OK", b"<p>x")}), "bundle_without_source"),
    "a gzip bomb": (lambda: bomb_of(30), "bundle_too_large"),
    "a zip bomb": (lambda: a_wacz_deflated(30), "bundle_too_large"),
    "a member that breaks off": (
        lambda: a_warc({"https://x.example/": ("200 OK", b"x" * 99)})[:-9],
        "bundle_unreadable",
    ),
    "junk after a member": (lambda: gzip.compress(b"WARC/1.0\r\n\r\n") + b"junk", "bundle_unreadable"),
    "a zip that breaks off": (lambda: a_wacz(archive__a_dot_warc=b"WARC/1.0\r\n\r\n")[:40], None),
    "nothing in it": (lambda: a_wacz(archive__a_dot_warc=b""), "bundle_without_source"),
}


def bomb_of(megabytes: int) -> bytes:
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 999999999\r\n\r\n"
    return gzip.compress(head + b"0" * (megabytes << 20))


def a_wacz_deflated(megabytes: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("archive/../../../etc/passwd.warc", b"WARC/1.0\r\n\r\n" + b"0" * (megabytes << 20))
    return out.getvalue()


@pytest.mark.parametrize(("made", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_an_archive_file_that_cannot_be_used_is_a_sentence(
    cast: Cast, settings: LazySettings, made: Any, code: str | None
) -> None:
    settings.CAPTURE_MAX_BYTES = 4 << 20
    source = make_source(cast.editor)
    if code is None:
        assert put(cast, source, made()).media_type == "application/zip"
        return
    with pytest.raises(BadInput) as refused:
        put(cast, source, made())
    assert (refused.value.code, refused.value.field) == (code, "file")
    assert not Capture.objects.exists()


def test_a_plain_file_is_kept_as_before(cast: Cast) -> None:
    capture = put(cast, make_source(cast.editor), PAGE.encode())
    assert capture.provenance == FROM
    assert not capture.artefacts.filter(role=ArtefactRole.ORIGINAL).exists()
    assert read_original(capture).body == PAGE.encode()
