"""Many workers at the end of one chain: no fork, no gap. Proven on PostgreSQL, with real threads."""

import json
import threading
import time
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from sources.archive import store
from sources.domain.log_entries import FIRST
from sources.models import Capture, LogEntry, LogKind
from sources.services import chaining
from sources.services.chain_checking import breaks_in_the_chain
from sources.services.reading import make_reading
from sources.services.sealing import seal, seal_due, unsealed
from tests.sources.services.copies import PAGE, make_copy, make_source
from tests.sources.services.test_lease_races import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_entries_that_come_at_the_same_moment_stand_one_after_the_other(cast: Any) -> None:
    source = make_source(cast.editor)
    captures = [make_copy(source, PAGE + str(number), days=number) for number in range(16)]
    together(lambda number: [seal(capture) for capture in captures[number * 2 : number * 2 + 2]])  # type: ignore[arg-type,return-value]
    entries = list(LogEntry.objects.order_by("position"))
    assert [entry.position for entry in entries] == list(range(1, 17))
    assert [entry.previous_sha256 for entry in entries] == [FIRST, *(entry.sha256 for entry in entries[:-1])]
    assert list(breaks_in_the_chain()) == []


def test_one_capture_sealed_by_all_workers_at_once_has_one_entry(cast: Any) -> None:
    make_copy(make_source(cast.editor))
    together(lambda _: seal_due())  # type: ignore[arg-type,return-value]
    assert LogEntry.objects.count() == 1


def test_without_the_lock_the_database_itself_refuses_the_fork(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_source(cast.editor)
    captures = [make_copy(source, PAGE + str(number), days=number) for number in range(2)]
    both_read, refused = threading.Barrier(2), []
    read = chaining.open_parts

    def wait(values: Any) -> Any:
        both_read.wait(10)
        return read(values)

    monkeypatch.setattr(chaining, "_lock", lambda: None)
    monkeypatch.setattr(chaining, "open_parts", wait)

    def work(number: int) -> None:
        try:
            seal(captures[number])
        except IntegrityError as error:
            refused.append(str(error))

    together(work, 2)
    assert len(refused) == 1
    assert LogEntry.objects.count() == 1


def test_a_file_added_while_its_capture_is_sealed_gets_an_entry_of_its_own(cast: Any) -> None:
    """Who adds reads the clock, then waits for who seals: the file is younger than the entry, its time is older."""
    capture = make_copy(make_source(cast.editor))
    held, entries = threading.Event(), []

    def work(number: int) -> None:
        if number:
            assert held.wait(10)
            assert make_reading(str(capture.public_id)) is not None
            return
        with transaction.atomic():
            Capture.objects.select_for_update(of=("self",)).get(pk=capture.pk)
            held.set()
            somebody_waits_for_a_lock()
            entries.append(seal(capture))

    together(work, 2)
    [first] = entries
    reading = capture.artefacts.get(role="reading")
    assert first is not None
    assert reading.created_at < first.created_at, "this is the moment that is meant"
    assert unsealed().get() == capture
    assert seal_due() == 1
    second = LogEntry.objects.order_by("-position")[0]
    assert (second.kind, second.position) == (LogKind.ADDITION, 2)
    assert second.manifest is not None
    listed = json.loads(store.read(second.manifest.sha256))["artefacts"]
    assert reading.sha256 in {row["sha256"] for row in listed}
    assert not unsealed().exists()


def somebody_waits_for_a_lock() -> None:
    """Return once another connection to this database stands still at a lock."""
    deadline = time.monotonic() + 20
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waited")
