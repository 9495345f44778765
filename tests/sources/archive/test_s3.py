"""The store on object storage: the same promises over the S3 protocol, spoken with a server on loopback."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from factcheck.database import storage
from sources.archive import store
from sources.archive.reading import read_body
from sources.archive.warc import write_capture
from sources.fetchers.http import HttpFetcher
from sources.fetchers.protocol import FetchSettings
from tests.sources.archive.s3_server import BucketServer
from tests.sources.servers import PageServer, answer


@pytest.fixture
def bucket(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[BucketServer]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    with BucketServer() as server:
        url = f"s3://desk?endpoint_url={server.url}&region_name=eu-1&access_key=a&secret_key=b&addressing_style=path"
        settings.STORAGES = {**settings.STORAGES, "archive": storage(url, Path("/nowhere"))}
        yield server


def test_keeps_reads_lists_and_destroys_by_digest(bucket: BucketServer) -> None:
    few = store.keep_bytes(b"few bytes")
    large = os.urandom(3 << 20)
    with store.scratch() as file:
        file.write(large)
        many = hashlib.sha256(large).hexdigest()
        store.keep_file(file, many)
    assert bucket.objects == {store.key_of(few): b"few bytes", store.key_of(many): large}
    assert (store.read(few), store.read(many)) == (b"few bytes", large)
    assert sorted(store.all_digests()) == sorted([few, many])
    store.destroy(few)
    assert (store.exists(few), store.exists(many)) == (False, True)
    with pytest.raises(FileNotFoundError):
        store.read(few)


def test_a_body_is_read_back_from_its_place_in_a_stored_warc(bucket: BucketServer) -> None:
    body = os.urandom(3 << 20)
    with PageServer({"/": answer(body=body)}) as server:
        result = HttpFetcher().fetch(server.url, FetchSettings(policy=server.policy, folder=store.scratch_folder()))
    with store.scratch() as file:
        written = write_capture(file, result.exchanges, software="x", about={})
        store.keep_file(file, written.sha256)
    assert read_body(written.sha256, written.answers[-1].offset, max_bytes=1 << 30).payload == body


def test_a_bucket_that_does_not_answer_is_a_failure_of_the_store(bucket: BucketServer) -> None:
    bucket.refuses = True
    with pytest.raises(store.StorageFailed):
        store.keep_bytes(b"few bytes")
    assert bucket.objects == {}
