"""Many workers at the end of one chain: no fork, no gap. Proven on PostgreSQL, with real threads."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError

from sources.domain.log_entries import FIRST
from sources.models import LogEntry
from sources.services import chaining
from sources.services.chain_checking import breaks_in_the_chain
from sources.services.sealing import seal, seal_due
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
