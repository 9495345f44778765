import io

import pytest
from django.conf import LazySettings
from warcio.archiveiterator import ArchiveIterator

from sources.archive import store
from sources.domain.errors import BadInput
from sources.models import ArtefactRole, Capture, CaptureMethod, CaptureState, Lease
from sources.services import capture as capturing
from sources.services import lease, running
from sources.services.citing_urls import find_or_make_web_source
from sources.services.originals import open_warc, read_original
from sources.services.quote import reading_text
from sources.services.rendering import can_render
from tests.conftest import Cast
from tests.sources.fetchers.test_browser import MADE
from tests.sources.servers import PageServer, answer
from tests.sources.services.capturing import allow

pytestmark = pytest.mark.django_db


@pytest.mark.browser
def test_a_rendered_page_is_kept_with_its_files_and_read_as_text(cast: Cast, settings: LazySettings) -> None:
    if not can_render():
        pytest.skip("there is no Chromium on this machine")
    with PageServer({"/": answer(body=MADE)}) as server:
        allow(settings, server)
        source = find_or_make_web_source(by=cast.editor, url=f"{server.url}/")
        plain = capturing.request(by=cast.editor, source=source)
        asked = capturing.request(by=cast.editor, source=source, method="browser")
        assert asked != plain and asked.lease.queue == "render"
        Lease.objects.filter(capture=plain).update(attempt=3)
        [taken] = lease.claim_due(owner="worker", limit=5, queue="render")
        assert running.run(taken)
    capture = Capture.objects.get(pk=asked.pk)
    assert (capture.state, capture.method, capture.custody) == (CaptureState.STORED, "browser", "rendered by us")
    roles = set(capture.artefacts.values_list("role", flat=True))
    assert roles == {
        ArtefactRole.WARC,
        ArtefactRole.DOM,
        ArtefactRole.SCREENSHOT,
        ArtefactRole.PDF,
        ArtefactRole.TEXT,
    }
    assert "Fifteen ships were counted" in reading_text(capture)
    dom = capture.artefacts.get(role=ArtefactRole.DOM)
    assert capture.body_sha256 == dom.sha256
    assert read_original(capture).body == store.read(dom.sha256)
    with open_warc(capture) as file:
        kinds = [record.rec_type for record in ArchiveIterator(io.BytesIO(file.read()), check_digests=True)]
    assert kinds[0] == "warcinfo" and kinds[-2:] == ["resource", "metadata"]
    assert kinds.count("response") == capture.exchanges.count() >= 2


def test_where_there_is_no_browser_none_can_be_asked_for(cast: Cast, settings: LazySettings) -> None:
    settings.CAPTURE_BROWSER = "off"
    source = find_or_make_web_source(by=cast.editor, url="https://example.org/")
    with pytest.raises(BadInput, match="no browser here") as refused:
        capturing.request(by=cast.editor, source=source, method=CaptureMethod.BROWSER.value)
    assert refused.value.code == "method_missing"
    assert not Capture.objects.exists()


def test_a_browser_that_is_named_counts_as_being_where_the_workers_are(settings: LazySettings) -> None:
    settings.CAPTURE_BROWSER = "/opt/on-the-render-worker/chrome"
    assert can_render()
