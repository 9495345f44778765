"""Whoever rings goes on at once, whatever the broker does."""

import logging
import os
import threading
import time
from functools import partial
from typing import Any

import pytest
from django.conf import LazySettings

from sources import bell
from sources.models import Lease
from sources.services import capture
from sources.services.citing_urls import find_or_make_web_source

PATIENCE_SECONDS = 25
"""A slow machine may take long; a broker that is away takes longer."""


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A broker that answers nothing until the event is set; a ringer of one's own."""
    back = threading.Event()

    def hang(*_: Any, **__: Any) -> None:
        back.wait(PATIENCE_SECONDS + 5)
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(bell, "_made", None)
    monkeypatch.setattr(bell.current_app, "send_task", hang)
    return back


@pytest.mark.django_db
def test_somebody_who_asks_for_captures_does_not_wait_for_the_broker(
    cast: Any, settings: LazySettings, away: threading.Event, django_capture_on_commit_callbacks: Any
) -> None:
    began = time.monotonic()
    for number in range(10):
        source = find_or_make_web_source(by=cast.editor, url=f"https://example.org/{number}")
        with django_capture_on_commit_callbacks(execute=True):
            capture.request(by=cast.editor, source=source)
    assert time.monotonic() - began < PATIENCE_SECONDS, "one hanging ring takes as long"
    assert Lease.objects.count() == 10
    away.set()
    assert bell._ringer().finish(PATIENCE_SECONDS)


def test_a_broker_that_is_away_is_tried_once_for_all_that_waits(
    away: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        bell._ring("sources.tasks.sweep", "desk")
    away.set()
    assert bell._ringer().finish(PATIENCE_SECONDS)
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert [words for words in said if "4 more rings are dropped" in words] == said


def test_more_rings_than_a_slow_broker_takes_are_dropped(away: threading.Event) -> None:
    for _ in range(bell.MOST_WAITING + 10):
        bell._ring("sources.tasks.sweep", "desk")
    assert bell._ringer()._waiting.qsize() <= bell.MOST_WAITING
    assert not bell._ringer().finish(0.05)
    away.set()
    assert bell._ringer().finish(PATIENCE_SECONDS)


def test_a_fault_of_ours_does_not_silence_the_bell() -> None:
    ringer, heard = bell.Ringer(), []
    ringer.ring(partial(int, "no number"))  # type: ignore[arg-type]
    ringer.ring(partial(heard.append, 1))
    assert ringer.finish(PATIENCE_SECONDS)
    assert heard == [1]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_process_that_was_forked_rings_by_itself() -> None:
    bell._ringer()
    child = os.fork()
    if child == 0:
        heard: list[int] = []
        ringer = bell._ringer()
        ringer.ring(partial(heard.append, 1))
        os._exit(0 if ringer.finish(PATIENCE_SECONDS) and heard == [1] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
