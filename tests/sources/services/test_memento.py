from datetime import UTC, datetime

import pytest
from django.conf import LazySettings

from sources.models import Capture, CaptureState
from sources.services import capture as capturing
from sources.services import lease, running
from sources.services.citing_urls import find_or_make_web_source
from sources.services.quote import reading_text
from sources.services.standing import standing_of
from tests.conftest import Cast
from tests.sources.fetchers.test_memento import PAGE_URL, an_archive
from tests.sources.services.capturing import allow

pytestmark = pytest.mark.django_db


def test_a_dead_source_is_taken_from_an_archive_with_its_provenance(cast: Cast, settings: LazySettings) -> None:
    with an_archive() as server:
        allow(settings, server)
        settings.MEMENTO_ARCHIVES = (f"{server.url}/gate/",)
        source = find_or_make_web_source(by=cast.editor, url=PAGE_URL)
        near = datetime(2017, 1, 1, tzinfo=UTC)
        asked = capturing.request(by=cast.editor, source=source, method="memento", near=near)
        assert asked.wanted_at == near
        [taken] = lease.claim_due(owner="worker", limit=1)
        assert running.run(taken)
    capture = Capture.objects.get(pk=asked.pk)
    assert (capture.state, capture.custody) == (CaptureState.STORED, "third-party archive")
    assert "Copy of 2016-06-01" in capture.provenance and server.url in capture.provenance
    assert capture.url_requested == PAGE_URL
    assert "The copy of 2016" in reading_text(capture)
    assert standing_of(capture).custody.grade == 3
