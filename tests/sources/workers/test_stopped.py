"""Workers that are stopped, killed or frozen while a document is read, or while a capture is attempted alone."""

import os
import signal

import psutil
import pytest

from tests.sources.extractors.samples import HOSTILE
from tests.sources.servers import PageServer, answer
from tests.sources.workers.freezing import freeze
from tests.sources.workers.installation import (
    OPEN,
    PATIENCE_SECONDS,
    Held,
    Installation,
    children,
    readers,
    until,
)

pytestmark = pytest.mark.processes

LEASE = "SELECT attempt, owner, is_alone FROM sources_lease"
STORED_AT_ONCE = ("stored", 1, "", 1, 1, 0)
STORED_THE_SECOND_TIME = ("stored", 2, "", 1, 1, 0)


def alone(desk: Installation, url: str) -> None:
    """Ask for a page that is to be attempted in a process of its own."""
    desk.ask(url)
    desk.query("UPDATE sources_lease SET is_alone = 1")


def test_a_worker_told_to_stop_while_a_document_is_read_hands_back_uncounted(
    desk: Installation, server: PageServer
) -> None:
    server.answers["/x"] = answer(body=HOSTILE["300,000 attributes"])
    desk.ask(server.url + "/x")
    first = desk.worker()
    until(lambda: readers(first.pid))
    reading = readers(first.pid)
    for each in reading:
        each.suspend()  # it has two seconds of CPU, which may be over before the worker hears of its end
    first.send_signal(signal.SIGTERM)
    assert first.wait(PATIENCE_SECONDS) == 0, desk.logs()
    assert not any(each.is_running() for each in reading)
    assert desk.states() == [OPEN]
    assert desk.query(LEASE) == [(0, "", 0)]
    server.answers["/x"] = answer()
    desk.worker()
    assert desk.until_closed() == [STORED_AT_ONCE]


def test_a_worker_told_to_stop_while_it_attempts_something_alone_hands_back_uncounted(
    desk: Installation, server: PageServer
) -> None:
    page = Held()
    server.answers["/x"] = page
    alone(desk, server.url + "/x")
    first = desk.worker()
    assert page.asked.wait(PATIENCE_SECONDS), desk.logs()
    [place] = children(first.pid, "attempt_alone")
    first.send_signal(signal.SIGTERM)
    assert first.wait(PATIENCE_SECONDS) == 0, desk.logs()
    assert not place.is_running()
    assert desk.query(LEASE) == [(0, "", 1)]
    page.let_go.set()
    desk.worker()
    assert desk.until_closed() == [STORED_AT_ONCE]


@pytest.mark.parametrize("stage", ["fetched", "read"])
def test_a_worker_killed_while_something_is_attempted_alone_leaves_no_process(
    desk: Installation, server: PageServer, stage: str
) -> None:
    """The worker alone is killed, not its group: the process hears it by the end of its pipe, and so does its child."""
    page = Held()
    server.answers["/x"] = page if stage == "fetched" else answer(body=HOSTILE["300,000 attributes"])
    alone(desk, server.url + "/x")
    first = desk.worker()
    until(lambda: children(first.pid, "attempt_alone"))
    [place] = children(first.pid, "attempt_alone")
    until(page.asked.is_set if stage == "fetched" else lambda: readers(place.pid))
    left = [place, *place.children(recursive=True)]
    os.kill(first.pid, signal.SIGKILL)
    _, still = psutil.wait_procs(left, 30)  # one that hears nothing waits for the page, up to a minute
    assert still == []
    server.answers["/x"] = answer()
    page.let_go.set()
    second = desk.worker()
    assert desk.until_closed() == [STORED_THE_SECOND_TIME]
    assert second.poll() is None


def test_a_worker_that_was_frozen_and_comes_back_late_changes_nothing(desk: Installation, server: PageServer) -> None:
    page = Held()
    server.answers["/x"] = page
    desk.ask(server.url + "/x")
    first = desk.worker()
    assert page.asked.wait(PATIENCE_SECONDS), desk.logs()
    freeze(desk, first)
    page.let_go.set()
    second = desk.worker()
    closed = desk.until_closed()
    assert closed == [STORED_THE_SECOND_TIME]
    kept = "SELECT sha256, created_at FROM sources_artefact WHERE role = 'warc' ORDER BY id"
    was = desk.query(kept)
    os.killpg(first.pid, signal.SIGCONT)
    second.send_signal(signal.SIGTERM)
    assert second.wait(PATIENCE_SECONDS) == 0, desk.logs()
    server.answers["/y"] = answer()
    desk.ask(server.url + "/y")
    assert desk.until_closed() == [STORED_THE_SECOND_TIME, STORED_AT_ONCE]
    assert desk.query(kept)[:1] == was
    assert first.poll() is None


def test_a_broker_that_is_away_keeps_nobody_waiting_and_loses_nothing(desk: Installation, server: PageServer) -> None:
    """What is in work goes on without it, what is asked for meanwhile is taken up when it is back."""
    page = Held()
    server.answers |= {"/x": page, **{f"/{number}": answer() for number in range(9)}}
    desk.ask(server.url + "/x")
    worker = desk.worker()
    assert page.asked.wait(PATIENCE_SECONDS), desk.logs()
    desk.broker.halt()
    took = desk.tell(TIMED.format(urls=[f"{server.url}/{number}" for number in range(9)]))
    assert float(took) < 30, "each of the nine took six seconds of the caller's time"
    page.let_go.set()
    until(lambda: desk.states()[0] == STORED_AT_ONCE)
    desk.broker.start()
    assert desk.until_closed() == [STORED_AT_ONCE] * 10
    assert worker.poll() is None


TIMED = """
import time
from django.contrib.auth.models import User
from sources.services import capture
from sources.services.citing_urls import find_or_make_web_source
by = User.objects.get(username="editor")
began = time.monotonic()
for url in {urls}:
    capture.request(by=by, source=find_or_make_web_source(by=by, url=url))
print(time.monotonic() - began)
"""
