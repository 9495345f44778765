"""What we write reads back, byte for byte, with the readers that other archives use."""

import gzip
import hashlib
import io
import json
import uuid
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from sources.archive.warc import Written, without_interim, write_capture, write_resource
from sources.domain.results import FetchResult, Held, whole
from sources.fetchers.http import HttpFetcher
from sources.fetchers.protocol import FetchSettings
from tests.sources.servers import PAGE, PageServer, answer, chunked, redirect
from tests.sources.warcs import complaints

ABOUT = {"capture": "c", "custody": "fetched by us"}
ANSWERS = {
    "plain": answer(),
    "chunked": chunked(PAGE[:7], PAGE[7:]),
    "gzip": answer(body=gzip.compress(PAGE), content_encoding="gzip"),
    "after early hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + answer(),
    "until the end": b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE,
    "nothing": b"HTTP/1.1 204 No Content\r\n\r\n",
    "odd spaces in headers": answer(x_odd="   two   spaces\t"),
}


def captured(answers: dict[str, bytes], path: str = "/", *, max_bytes: int = 1 << 20) -> FetchResult:
    with PageServer(answers) as server:
        settings = FetchSettings(policy=server.policy, deadline_seconds=5, max_bytes=max_bytes)
        return HttpFetcher().fetch(server.url + path, settings)


def written(result: FetchResult) -> tuple[bytes, Written]:
    file = io.BytesIO()
    done = write_capture(file, result.exchanges, software="Factcheck", about=ABOUT)
    return file.getvalue(), done


@pytest.mark.parametrize("sent", ANSWERS.values(), ids=ANSWERS)
def test_warcio_reads_it_and_agrees_with_every_digest(sent: bytes, tmp_path: Path) -> None:
    raw, _ = written(captured({"/": sent}))
    assert complaints(raw, tmp_path) == ""


@pytest.mark.parametrize("sent", ANSWERS.values(), ids=ANSWERS)
def test_fastwarc_reads_it_and_agrees_with_every_block_digest(sent: bytes) -> None:
    raw, _ = written(captured({"/": sent}))
    records = [
        (record.headers["WARC-Type"], record.verify_block_digest())
        for record in FastIterator(io.BytesIO(raw), parse_http=False)
    ]
    assert records == [("warcinfo", True), ("request", True), ("response", True), ("metadata", True)]
    payloads = [
        record.verify_payload_digest()
        for record in FastIterator(io.BytesIO(raw))
        if record.headers["WARC-Type"] == "response"
    ]
    assert payloads == [True]


def test_keeps_the_very_bytes_of_question_and_answer() -> None:
    result = captured({"/": ANSWERS["odd spaces in headers"]})
    raw, _ = written(result)
    blocks = {
        record.rec_type: record.raw_stream.read() for record in ArchiveIterator(io.BytesIO(raw), no_record_parse=True)
    }
    assert blocks["response"] == ANSWERS["odd spaces in headers"]
    assert blocks["request"] == result.exchanges[0].sent
    assert json.loads(blocks["metadata"]) == ABOUT


def test_says_what_was_asked_where_and_when() -> None:
    result = captured({"/": redirect("/b?x="), "/b?x=": answer()})
    raw, _ = written(result)
    headers = [record.rec_headers for record in ArchiveIterator(io.BytesIO(raw))]
    answers = [each for each in headers if each["WARC-Type"] == "response"]
    assert [each["WARC-Target-URI"] for each in answers] == [exchange.url for exchange in result.exchanges]
    assert {each["WARC-IP-Address"] for each in answers} == {"127.0.0.1"}
    assert all(each["WARC-Date"].endswith("Z") for each in headers)
    for each in headers:
        assert datetime.strptime(each["WARC-Date"], "%Y-%m-%dT%H:%M:%S.%fZ")
        assert uuid.UUID(each["WARC-Record-ID"].removeprefix("<urn:uuid:").removesuffix(">")).version == 4
    assert len({each["WARC-Record-ID"] for each in headers}) == len(headers)
    requests = [each for each in headers if each["WARC-Type"] == "request"]
    assert [each["WARC-Concurrent-To"] for each in requests] == [each["WARC-Record-ID"] for each in answers]
    assert all(each["WARC-Block-Digest"].startswith("sha256:") for each in headers)


def test_each_record_is_a_member_that_can_be_read_by_itself() -> None:
    result = captured({"/": redirect("/b"), "/b": answer()})
    raw, done = written(result)
    assert (done.bytes, done.sha256) == (len(raw), hashlib.sha256(raw).hexdigest())
    for place, exchange in zip(done.answers, result.exchanges, strict=True):
        record = gzip.decompress(raw[place.offset : place.offset + place.length])
        assert record.startswith(b"WARC/1.1\r\nWARC-Type: response\r\n")
        assert whole(exchange.received) in record


def test_says_where_it_was_cut() -> None:
    raw, _ = written(captured({"/": answer(body=b"x" * 5000)}, max_bytes=1000))
    [cut] = [r.rec_headers for r in ArchiveIterator(io.BytesIO(raw)) if r.rec_type == "response"]
    assert cut["WARC-Truncated"] == "length"


def test_a_cut_answer_has_no_complaints_either(tmp_path: Path) -> None:
    raw, _ = written(captured({"/": answer(body=b"x" * 300_000)}, max_bytes=1000))
    assert complaints(raw, tmp_path) == ""


def test_a_changed_byte_is_found(tmp_path: Path) -> None:
    raw, done = written(captured({"/": answer()}))
    place = done.answers[0]
    record = gzip.decompress(raw[place.offset : place.offset + place.length]).replace(b"Fifteen", b"Sixteen")
    changed = raw[: place.offset] + gzip.compress(record) + raw[place.offset + place.length :]
    assert complaints(changed, tmp_path) != ""


def test_interim_answers_are_left_out_of_the_record() -> None:
    raw, _ = written(captured({"/": ANSWERS["after early hints"]}))
    [block] = [
        r.raw_stream.read()
        for r in ArchiveIterator(io.BytesIO(raw), no_record_parse=True)
        if r.rec_type == "response"
    ]
    assert block == answer()


def test_an_interim_answer_without_end_is_left_as_it_is() -> None:
    assert whole(without_interim(Held(b"HTTP/1.1 103 Early Hints\r\n"))) == b"HTTP/1.1 103 Early Hints\r\n"


def test_an_uploaded_file_is_a_resource_record(tmp_path: Path) -> None:
    file = io.BytesIO()
    done = write_resource(
        file, b"%PDF-1.7", uri="urn:sha256:ab", media_type="application/pdf", software="x", about=ABOUT
    )
    assert complaints(file.getvalue(), tmp_path) == ""
    place = done.answers[0]
    assert b"%PDF-1.7" in gzip.decompress(file.getvalue()[place.offset : place.offset + place.length])


def test_an_address_cannot_write_headers_of_its_own(tmp_path: Path) -> None:
    result = captured({"/": answer()})
    forged = replace(result.exchanges[0], url="http://example.org/\r\nWARC-Type: resource")
    with pytest.raises(ValueError):
        written(replace(result, exchanges=(forged,)))
