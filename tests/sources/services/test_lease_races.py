"""Many workers on the same rows: each capture is taken by exactly one. Proven on PostgreSQL, with real threads."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from sources.models import Capture, CaptureState, Lease
from sources.services import capture, lease, running
from sources.services.citing_urls import find_or_make_web_source
from tests.sources.servers import PageServer, answer
from tests.sources.services.capturing import allow, asked_for

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS = 8


def together(work: Callable[[int], None], count: int = WORKERS) -> None:
    """Run ``work`` in ``count`` threads that begin at the same moment; what one raises fails the test."""
    barrier, raised = threading.Barrier(count), []

    def run(number: int) -> None:
        try:
            barrier.wait(10)
            work(number)
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert raised == []


def make_captures(cast: Any, count: int) -> None:
    for number in range(count):
        asked_for(cast.editor, f"https://host-{number}.example.org/")


def test_each_capture_is_taken_by_exactly_one_worker(cast: Any) -> None:
    make_captures(cast, 40)
    taken: list[int] = []

    def work(number: int) -> None:
        while True:
            mine = lease.claim_due(owner=f"worker-{number}", limit=2)
            if not mine:
                return
            taken.extend(each.capture_pk for each in mine)

    together(work)
    assert Counter(taken).most_common(1)[0][1] == 1
    while mine := lease.claim_due(owner="last", limit=40):
        taken.extend(each.capture_pk for each in mine)
    assert sorted(taken) == sorted(Capture.objects.values_list("pk", flat=True))
    assert set(Lease.objects.values_list("fence", "attempt")) == {(1, 1)}


def test_two_workers_on_one_row_one_takes_it(cast: Any) -> None:
    for turn in range(10):
        asked_for(cast.editor, f"https://host-{turn}.example.org/")
        won: list[int] = []
        together(lambda number, won=won: won.extend(t.fence for t in lease.claim_due(owner=f"w{number}", limit=1)))
        assert won == [1]


def test_without_the_condition_both_would_take_it(cast: Any) -> None:
    """The same race with the guard taken away: read, then write whatever was read. Both workers believe it is theirs."""
    asked_for(cast.editor, "https://example.org/")
    both_read = threading.Barrier(2)
    won: list[int] = []

    def work(number: int) -> None:
        row = lease.due(timezone.now()).get()
        both_read.wait(10)
        changed = Lease.objects.filter(pk=row.pk).update(
            owner=f"w{number}", until=timezone.now(), fence=row.fence + 1, attempt=F("attempt") + 1
        )
        won.append(changed)

    together(work, 2)
    assert won == [1, 1]
    assert Lease.objects.get().attempt == 2


def test_with_the_condition_the_same_race_has_one_winner(cast: Any) -> None:
    asked_for(cast.editor, "https://example.org/")
    both_read = threading.Barrier(2)
    won: list[bool] = []

    def work(number: int) -> None:
        row = lease.due(timezone.now()).get()
        both_read.wait(10)
        with transaction.atomic():
            won.append(lease._take([row], f"w{number}", timezone.now()) != [])

    together(work, 2)
    assert sorted(won) == [False, True]
    assert Lease.objects.get().attempt == 1


def test_one_host_is_asked_one_thing_at_a_time_by_all_workers(cast: Any) -> None:
    for number in range(WORKERS):
        asked_for(cast.editor, f"https://example.org/{number}")
    won: list[int] = []
    together(lambda number: won.extend(t.capture_pk for t in lease.claim_due(owner=f"w{number}", limit=3)))
    assert len(won) == 1


def test_two_people_who_ask_at_once_get_one_capture(cast: Any) -> None:
    source = find_or_make_web_source(by=cast.editor, url="https://example.org/")
    people = [cast.editor, cast.editor2]
    got: list[int] = []
    together(lambda number: got.append(capture.request(by=people[number % 2], source=source).pk))
    assert len(set(got)) == 1
    assert Capture.objects.count() == Lease.objects.count() == 1


def test_two_people_who_cite_one_address_at_once_get_one_source(cast: Any) -> None:
    people = [cast.editor, cast.editor2]
    got: list[int] = []

    def work(number: int) -> None:
        got.append(find_or_make_web_source(by=people[number % 2], url=f"https://example.org/?utm_source={number}").pk)

    together(work)
    assert len(set(got)) == 1


def test_two_workers_that_close_one_capture_leave_one_result(cast: Any, settings: LazySettings) -> None:
    """A worker thought dead comes back at the very moment in which its successor closes the capture."""
    with PageServer({"/": answer()}) as server:
        allow(settings, server)
        made = asked_for(cast.editor, server.url)
        [late] = lease.claim_due(owner="late", limit=1)
        Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
        [current] = lease.claim_due(owner="current", limit=1)
        results: dict[str, bool] = {}
        workers = [late, current]
        together(lambda number: results.__setitem__(workers[number].owner, running.run(workers[number])), 2)
    assert results == {"late": False, "current": True}
    assert Capture.objects.get(pk=made.pk).state == CaptureState.STORED
    assert Capture.objects.get(pk=made.pk).artefacts.filter(role="warc").count() == 1


def test_a_cancelled_capture_has_one_end(cast: Any, settings: LazySettings) -> None:
    for _ in range(5):
        with PageServer({"/": answer()}) as server:
            allow(settings, server)
            made = asked_for(cast.editor, server.url)
            [mine] = lease.claim_due(owner="worker", limit=1)
            ended: list[str] = []

            def work(number: int, made: Capture = made, mine: Any = mine, ended: list[str] = ended) -> None:
                if number:
                    if running.run(mine):
                        ended.append("stored")
                else:
                    try:
                        capture.cancel(by=cast.editor, capture=made)
                        ended.append("cancelled")
                    except Exception as refusal:
                        assert getattr(refusal, "code", "") == "capture_closed"

            together(work, 2)
            assert len(ended) == 1


def test_who_asks_again_waits_for_who_closes_and_neither_for_ever(cast: Any) -> None:
    editor, made = cast.editor, asked_for(cast.editor, "https://host.example.org/")
    Lease.objects.update(next_at=timezone.now() + timedelta(hours=1))
    is_held = threading.Event()

    def work(number: int) -> None:
        if number:
            assert is_held.wait(10)
            capture.request(by=editor, source=made.source)
            return
        with transaction.atomic():
            held = Lease.objects.select_for_update().get(capture=made)
            is_held.set()
            time.sleep(1)
            current = Capture.objects.select_for_update(of=("self",)).get(pk=made.pk)
            capture.close_without_bytes(current, held, state=CaptureState.FAILED, code="cancelled", by=editor)

    together(work, 2)
    assert list(Capture.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "open"]
