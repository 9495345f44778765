from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from sources.models import Capture, Event, KeepRequest, KeepState, Source
from sources.services import keeping_elsewhere
from sources.services.keeping_elsewhere import MOST_ATTEMPTS, ask_to_keep
from tests.conftest import Cast
from tests.sources.servers import PageServer, answer
from tests.sources.services.capturing import allow
from tests.sources.services.copies import PAGE, make_copy, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Capture:
    """A copy that was stored now, of a host that the policy lets through (names under .example are refused)."""
    monkeypatch.setattr(keeping_elsewhere, "RECENT", timedelta(days=4000))
    source = make_source(cast.editor)
    Source.objects.filter(pk=source.pk).update(url="https://harbour.example.org/report")
    source.refresh_from_db()
    return make_copy(source)


def test_nobody_is_asked_unless_a_service_is_configured(fresh: Capture, settings: LazySettings) -> None:
    assert settings.ARCHIVE_TOO == ()
    assert ask_to_keep() == 0
    assert not KeepRequest.objects.exists()


def test_a_service_is_asked_once_and_says_where_the_copy_is(fresh: Capture, settings: LazySettings) -> None:
    path = f"/save/{fresh.url_requested}"
    with PageServer({path: answer(content_location="/web/2026/x")}) as server:
        allow(settings, server)
        settings.ARCHIVE_TOO = (f"{server.url}/save/",)
        assert (ask_to_keep(), ask_to_keep()) == (1, 0)
        assert len(server.requests) == 1
    row = KeepRequest.objects.get()
    assert (row.state, row.kept_url) == (KeepState.DONE, "/web/2026/x")
    assert Event.objects.get(action="archive_asked_to_keep").subject_id == fresh.public_id


def test_what_may_pass_is_asked_again_and_then_given_up(fresh: Capture, settings: LazySettings) -> None:
    with PageServer({f"/save/{fresh.url_requested}": answer("429 Too Many Requests", b"")}) as server:
        allow(settings, server)
        settings.ARCHIVE_TOO = (f"{server.url}/save/",)
        ask_to_keep()
        row = KeepRequest.objects.get()
        assert (row.state, row.attempts) == (KeepState.WAITING, 1)
        assert row.next_at > timezone.now() + timedelta(minutes=4)
        KeepRequest.objects.update(attempts=MOST_ATTEMPTS - 1, next_at=timezone.now())
        ask_to_keep()
    row.refresh_from_db()
    assert (row.state, row.last_sentence) == (KeepState.FAILED, "The service answered HTTP 429.")


@pytest.mark.parametrize(
    "change", [{"is_protected": True, "protected_reason": "A threat."}, {"is_demonstration": True}]
)
def test_what_must_not_be_told_is_not_told(fresh: Capture, settings: LazySettings, change: dict[str, Any]) -> None:
    Source.objects.update(**change)
    with PageServer() as server:
        allow(settings, server)
        settings.ARCHIVE_TOO = (f"{server.url}/save/",)
        ask_to_keep()
        assert server.connections == 0
    assert not KeepRequest.objects.exists()


def test_a_source_that_was_protected_meanwhile_or_is_private_is_not_told(
    fresh: Capture, cast: Cast, settings: LazySettings
) -> None:
    with PageServer() as server:
        allow(settings, server)
        settings.ARCHIVE_TOO = (f"{server.url}/save/",)
        inside = make_source(cast.editor, "inside")
        Source.objects.filter(pk=inside.pk).update(url=f"{server.url}/intranet")
        inside.refresh_from_db()
        make_copy(inside, PAGE + "2")
        keeping_elsewhere._make_requests()
        assert [row.capture_id for row in KeepRequest.objects.all()] == [fresh.pk]
        Source.objects.update(is_protected=True, protected_reason="A threat.")
        ask_to_keep()
        assert server.connections == 0
    assert KeepRequest.objects.get().state == KeepState.FAILED
