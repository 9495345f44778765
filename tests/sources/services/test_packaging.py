"""A capture goes out as a WACZ and comes back through our own upload; every digest in it is true."""

import gzip
import hashlib
import io
import json
import random
import tracemalloc
import zipfile

import pytest
from warcio.archiveiterator import ArchiveIterator

from sources.archive import wacz
from sources.archive.wacz import key_of
from sources.domain.errors import Gone, WrongState
from sources.models import Capture, Source
from sources.services.originals import open_warc, read_original
from sources.services.packaging import package
from sources.services.quote import reading_text
from sources.services.remove import RemovalAsked, ask_removal, carry_out_removal
from sources.services.uploading import upload
from tests.conftest import Cast
from tests.sources.services.copies import flip_a_bit, make_copy, make_source
from tests.sources.services.test_uploading import FROM, PICTURE, a_warc, answers_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def capture(cast: Cast) -> Capture:
    """A copy with several answers, a picture among them."""
    source = make_source(cast.editor)
    return upload(by=cast.editor, source=source, body=a_warc(answers_for(source)), provenance=FROM)


def sent(capture: Capture) -> bytes:
    made = package(capture)
    raw = b"".join(made.pieces)
    assert len(raw) == made.size
    return raw


def test_it_has_what_the_format_asks_for_and_every_digest_is_true(capture: Capture) -> None:
    raw = sent(capture)
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        assert packed.testzip() is None
        assert {each.compress_type for each in packed.infolist()} == {zipfile.ZIP_STORED}
        held = {name: packed.read(name) for name in packed.namelist()}
    assert set(held) == {
        "archive/data.warc.gz",
        "indexes/index.cdx",
        "pages/pages.jsonl",
        "datapackage.json",
        "datapackage-digest.json",
    }
    listed = json.loads(held["datapackage.json"])
    assert (listed["profile"], listed["wacz_version"]) == ("data-package", "1.1.1")
    assert {each["path"] for each in listed["resources"]} == set(held) - {
        "datapackage.json",
        "datapackage-digest.json",
    }
    for each in listed["resources"]:
        data = held[each["path"]]
        assert (each["hash"], each["bytes"]) == (f"sha256:{hashlib.sha256(data).hexdigest()}", len(data))
    digest = json.loads(held["datapackage-digest.json"])
    package_sha256 = hashlib.sha256(held["datapackage.json"]).hexdigest()
    assert digest == {"path": "datapackage.json", "hash": f"sha256:{package_sha256}"}
    with open_warc(capture) as warc:
        assert held["archive/data.warc.gz"] == warc.read()
    first, page = (json.loads(line) for line in held["pages/pages.jsonl"].splitlines())
    assert first["format"] == "json-pages-1.0"
    assert (page["url"], page["id"]) == (capture.final_url, str(capture.public_id))


def test_the_index_leads_to_each_answer(capture: Capture) -> None:
    with zipfile.ZipFile(io.BytesIO(sent(capture))) as packed:
        warc, lines = packed.read("archive/data.warc.gz"), packed.read("indexes/index.cdx").decode().splitlines()
    assert lines == sorted(lines)
    found = {}
    for line in lines:
        key, moment, fields = line.split(" ", 2)
        told = json.loads(fields)
        assert key == key_of(told["url"])
        assert moment == "20160503120000"
        member = warc[int(told["offset"]) :][: int(told["length"])]
        [record] = list(ArchiveIterator(io.BytesIO(member)))
        assert record.rec_headers["WARC-Target-URI"] == told["url"]
        assert record.http_headers.get_statuscode() == told["status"]
        assert gzip.decompress(member).startswith(b"WARC/1.1")
        found[told["url"]] = told["mime"]
    assert found == {url: "image/png" if body is PICTURE else "text/html" for url, (_, body) in _answers(capture)}


def _answers(capture: Capture) -> list[tuple[str, tuple[str, bytes]]]:
    return list(answers_for(capture.source).items())


def test_our_own_upload_reads_it_back(capture: Capture, cast: Cast) -> None:
    raw, before, text = sent(capture), read_original(capture).body, reading_text(capture)
    again = upload(by=cast.editor, source=_twin(capture), body=raw, file_name="copy.wacz", provenance="Our own.")
    assert (read_original(again).body, reading_text(again)) == (before, text)


def _twin(capture: Capture) -> Source:
    """The same address as another source would have it: of the same source, the very body is refused."""
    source = capture.source
    return Source.objects.create(
        kind=source.kind,
        url=source.url,
        url_key=source.url_key,
        url_key_sha256="0" * 64,
        url_key_version=1,
        created_by=source.created_by,
    )


def test_the_same_copy_gives_the_same_bytes(capture: Capture) -> None:
    assert sent(capture) == sent(capture)
    made = package(capture)
    made.pieces.close()
    with pytest.raises(ValueError, match="closed"):
        list(made.pieces)


def test_it_is_sent_in_pieces_and_not_held(cast: Cast) -> None:
    body = random.Random(1).randbytes(24 << 20)
    capture = make_copy(make_source(cast.editor), body, declared="application/octet-stream")
    tracemalloc.start()
    made = package(capture)
    size = sum(len(piece) for piece in made.pieces)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size == made.size > 24 << 20
    assert peak < 8 << 20


def test_what_is_damaged_removed_or_too_large_is_not_sent(
    cast: Cast, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wacz, "MOST_BYTES", 10)
    with pytest.raises(WrongState) as large:
        package(capture)
    assert large.value.code == "wacz_too_large"
    flip_a_bit(capture.warc_sha256)
    with pytest.raises(WrongState) as damaged:
        package(capture)
    assert damaged.value.code == "file_damaged"
    other = make_copy(make_source(cast.editor, "quay"))
    carry_out_removal(
        by=cast.publisher, removal=ask_removal(by=cast.editor, asked=RemovalAsked(other, "safety", "x"))
    )
    with pytest.raises(Gone):
        package(other)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Harbour.example/Report?b=1&a", "example,harbour)/report?b=1&a"),
        ("http://harbour.example:8080", "example,harbour:8080)/"),
        ("urn:sha256:ab", "urn:sha256:ab"),
    ],
)
def test_addresses_are_sorted_by_their_hosts(url: str, key: str) -> None:
    assert key_of(url) == key
