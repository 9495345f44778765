"""Asking for a capture: one open a source and method, waking it, cancelling it, and who may."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from sources import bell
from sources.domain.errors import BadInput, WrongPerson, WrongState
from sources.models import Capture, CaptureState, Event, Lease, Source, SourceKind
from sources.services import capture, running
from sources.services.citing_urls import find_or_make_web_source
from tests.sources.servers import PageServer, answer
from tests.sources.services.capturing import allow, asked_for, take_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: LazySettings) -> Iterator[PageServer]:
    with PageServer({"/": answer()}) as started:
        allow(settings, started)
        yield started


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How often, and after how many seconds, a worker was rung for."""
    heard: list[float] = []
    monkeypatch.setattr(bell, "_ring", lambda _task, _queue, after=0.0: heard.append(after))
    return heard


def test_asking_makes_one_open_capture_and_rings_after_commit(
    cast: Any, rings: list[float], django_capture_on_commit_callbacks: Any
) -> None:
    source = find_or_make_web_source(by=cast.editor, url="https://example.org/a")
    with django_capture_on_commit_callbacks(execute=True):
        made = capture.request(by=cast.editor, source=source)
        assert rings == []
    assert rings == [0.0]
    assert (made.state, made.url_requested, made.requested_by) == (
        CaptureState.OPEN,
        "https://example.org/a",
        cast.editor,
    )
    held = Lease.objects.get(capture=made)
    assert (held.attempt, held.fence, held.owner) == (0, 0, "")
    event = Event.objects.get(subject_id=made.public_id)
    assert (event.action, event.by) == ("capture_requested", cast.editor)


def test_fifty_requests_of_ten_people_are_one_fetch(server: PageServer, cast: Any) -> None:
    people = [cast.editor, cast.editor2]
    captures = {asked_for(people[n % 2], f"{server.url}/?utm_source={n}").pk for n in range(50)}
    assert len(captures) == 1
    while running.run_due():
        pass
    assert len(server.requests) == 1


def test_asking_again_wakes_what_waits(server: PageServer, cast: Any) -> None:
    made = asked_for(cast.editor, server.url)
    Lease.objects.update(next_at=timezone.now() + timedelta(hours=1))
    assert capture.request(by=cast.editor2, source=made.source) == made
    assert take_one().capture_pk == made.pk
    assert Event.objects.filter(subject_id=made.public_id, action="capture_woken", by=cast.editor2).exists()


def test_a_schedule_wakes_nothing(server: PageServer, cast: Any) -> None:
    made = asked_for(cast.editor, server.url)
    Lease.objects.update(next_at=timezone.now() + timedelta(hours=1))
    capture.request(by=cast.editor, source=made.source, reason="schedule")
    assert Lease.objects.get().next_at > timezone.now()


def test_asking_after_the_end_is_a_new_capture(server: PageServer, cast: Any) -> None:
    made = asked_for(cast.editor, server.url)
    running.run(take_one())
    made.refresh_from_db()
    again = capture.retry(by=cast.editor, capture=made)
    assert again.pk != made.pk
    assert Capture.objects.get(pk=made.pk).state == CaptureState.STORED


def test_cancelling_closes_it_with_a_sentence(server: PageServer, cast: Any) -> None:
    made = asked_for(cast.editor, server.url)
    closed = capture.cancel(by=cast.editor, capture=made)
    assert (closed.state, closed.failure_code) == (CaptureState.FAILED, "cancelled")
    assert not Lease.objects.exists()
    assert Event.objects.filter(subject_id=made.public_id, action="capture_failed", by=cast.editor).exists()
    with pytest.raises(WrongState):
        capture.cancel(by=cast.editor, capture=made)


@pytest.mark.parametrize("who", ["reviewer_a", "adjudicator", "publisher", "outsider", "superuser"])
def test_only_editors_ask_and_cancel(server: PageServer, cast: Any, who: str) -> None:
    made = asked_for(cast.editor, server.url)
    with pytest.raises(WrongPerson):
        capture.request(by=getattr(cast, who), source=made.source)
    with pytest.raises(WrongPerson):
        capture.cancel(by=getattr(cast, who), capture=made)
    assert Capture.objects.count() == 1


def test_what_is_not_on_the_web_cannot_be_fetched(cast: Any) -> None:
    hearing = Source.objects.create(kind=SourceKind.OFFLINE, title="A hearing", created_by=cast.editor)
    with pytest.raises(BadInput) as refusal:
        capture.request(by=cast.editor, source=hearing)
    assert refusal.value.code == "not_on_the_web"


@pytest.mark.parametrize("method", ["browser", "memento", "carrier pigeon"])
def test_a_method_that_is_not_installed_is_said(
    server: PageServer, cast: Any, settings: LazySettings, method: str
) -> None:
    settings.CAPTURE_BROWSER = "off"
    source = find_or_make_web_source(by=cast.editor, url=server.url)
    with pytest.raises(BadInput) as refusal:
        capture.request(by=cast.editor, source=source, method=method)
    assert refusal.value.code == "method_missing"


def test_the_first_spelling_is_kept_and_the_second_finds_it(cast: Any) -> None:
    first = find_or_make_web_source(by=cast.editor, url="https://www.example.org/a?b=&utm_source=x#c")
    second = find_or_make_web_source(by=cast.editor2, url="http://example.org/a?b=")
    assert (second.pk, second.url) == (first.pk, "https://www.example.org/a?b=&utm_source=x#c")


def test_a_broker_that_does_not_answer_is_nobodys_error(
    cast: Any, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(bell.current_app, "send_task", gone)
    source = find_or_make_web_source(by=cast.editor, url="https://example.org/a")
    with django_capture_on_commit_callbacks(execute=True):
        capture.request(by=cast.editor, source=source)
    assert Lease.objects.count() == 1
