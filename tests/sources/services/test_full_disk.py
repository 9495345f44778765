"""A disk that takes no more, in the middle of a body, of a WARC and of a text: tried again later, nothing half kept.

The kernel itself refuses to let files grow (RLIMIT_FSIZE), so that every write of ours meets a real error.
"""

import contextlib
import hashlib
import os
import resource
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone

from sources.archive import store
from sources.domain.failures import FAILURES
from sources.models import Artefact, Capture, CaptureState, Derivation, Lease
from sources.services import running
from sources.services.originals import read_original
from tests.conftest import Cast
from tests.sources.servers import PageServer, answer
from tests.sources.services.capturing import allow, asked_for, take_one

pytestmark = pytest.mark.django_db


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, was[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)


NOISE = os.urandom(700_000)
WORDS = b"<p>" + b"many words " * 40_000
CASES = {
    "in mid-body": (answer(body=NOISE), 600_000, 0),
    "in mid-WARC": (answer(body=NOISE), len(answer(body=NOISE)) + 300, 0),
    "in mid-text": (answer(body=WORDS), 100_000, 1),
}


@pytest.mark.parametrize(("sent", "room", "files"), CASES.values(), ids=CASES)
def test_a_full_disk_is_tried_again_later_and_keeps_no_half(
    cast: Cast,
    settings: LazySettings,
    archive_folder: Path,
    caplog: pytest.LogCaptureFixture,
    sent: bytes,
    room: int,
    files: int,
) -> None:
    """Of text alone the WARC is there already: whole, without a row, to be collected."""
    with PageServer({"/": sent}) as server:
        allow(settings, server)
        asked = asked_for(cast.editor, server.url + "/")
        with files_of_at_most(room):
            assert running.run(take_one())
        caplog.clear()  # it keeps the exception, whose frames hold what was fetched
        waiting = Lease.objects.get(capture=asked)
        assert (waiting.last_code, waiting.attempt) == ("storage_failed", 1)
        assert waiting.last_sentence == FAILURES["storage_failed"].sentence
        assert waiting.next_at > timezone.now() - timedelta(seconds=1)
        assert not Artefact.objects.exists() and not Derivation.objects.exists()
        kept = list(store.all_digests())
        assert len(kept) == files
        assert all(hashlib.sha256(store.read(sha256)).hexdigest() == sha256 for sha256 in kept)
        assert list((archive_folder / "incoming").iterdir()) == []
        Lease.objects.update(next_at=timezone.now())
        assert running.run(take_one())
    capture = Capture.objects.get(pk=asked.pk)
    assert (capture.state, capture.attempts) == (CaptureState.STORED, 2)
    assert read_original(capture).body == sent.partition(b"\r\n\r\n")[2]


def test_a_disk_that_stays_full_ends_in_a_sentence(cast: Cast, settings: LazySettings) -> None:
    with PageServer({"/": answer(body=NOISE)}) as server:
        allow(settings, server)
        asked = asked_for(cast.editor, server.url + "/")
        for _ in range(3):
            Lease.objects.update(next_at=timezone.now())
            with files_of_at_most(600_000):
                assert running.run(take_one())
    capture = Capture.objects.get(pk=asked.pk)
    assert (capture.state, capture.failure_code, capture.attempts) == (CaptureState.FAILED, "storage_failed", 3)
    assert capture.failure_sentence == FAILURES["storage_failed"].sentence
