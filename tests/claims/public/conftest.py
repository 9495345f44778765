"""Published claims for the tests of readers' pages."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from claims.domain.record_v1 import RevisionRecord
from claims.exports.claimreview_pages import check_published
from tests.claims.presenters.records import a_record
from tests.claims.public.published import Published, publish
from tests.conftest import Cast

LATEST = date(2027, 1, 1)
"""Hand-made records are dated 2026, whatever the clock of a test says."""

Publish = Callable[..., Published]


@pytest.fixture(autouse=True)
def _every_published_page_has_a_sound_claimreview(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test, whatever it put up (our own checker, not the public validators)."""
    yield
    if "put_up" in request.fixturenames and "db" in request.fixturenames:
        today = max(timezone.localdate(), LATEST)
        checked = check_published(site_url=settings.SITE_URL, today=today, language="en")
        assert [(where, found) for where, found in checked if found] == []


@pytest.fixture(autouse=True)
def _nobody_sent_anything() -> None:
    """How much came from an address is counted in memory."""
    cache.clear()


@pytest.fixture
def put_up(cast: Cast) -> Publish:
    """A function that publishes a record (a new one unless given)."""

    def put(record: RevisionRecord | None = None, **more: Any) -> Published:
        return publish(cast.editor, cast.publisher, record or a_record(), **more)

    return put
