"""Writing together: many threads, few commits, and nobody's fault is another's."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, OperationalError, connection

from sources.models import HostRest
from sources.services import turns
from sources.services.closing import write_together

pytestmark = pytest.mark.django_db(transaction=True)


def in_threads(*acts: Callable[[], object]) -> list[object]:
    """What each returned or raised, run at the same moment."""
    found: list[object] = [None] * len(acts)
    barrier = threading.Barrier(len(acts))

    def run(number: int) -> None:
        barrier.wait(10)
        try:
            found[number] = acts[number]()
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def rest(host: str) -> bool:
    turns.rest_host(host, 60)
    return True


def test_everybody_who_waits_is_written() -> None:
    hosts = [f"{number}.example" for number in range(24)]
    assert in_threads(*(lambda host=host: write_together(lambda: rest(host)) for host in hosts)) == [True] * 24  # type: ignore[misc]
    assert sorted(HostRest.objects.values_list("host", flat=True)) == sorted(hosts)


def test_a_part_that_fails_leaves_the_others_alone() -> None:
    def twice() -> bool:
        rest("half.example")
        HostRest.objects.create(host="same.example", until="2026-01-01T00:00Z")
        HostRest.objects.create(host="same.example", until="2026-01-01T00:00Z")
        return True

    good = [lambda number=number: write_together(lambda: rest(f"{number}.example")) for number in range(8)]  # type: ignore[misc]
    found = in_threads(*good[:4], lambda: write_together(twice), *good[4:])
    assert isinstance(found[4], IntegrityError)
    assert found[:4] + found[5:] == [True] * 8
    assert HostRest.objects.filter(host__in=("half.example", "same.example")).count() == 0
    assert HostRest.objects.count() == 8


def test_a_database_that_is_away_for_a_moment_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:

    turns_left = [2]

    def act() -> bool:
        if turns_left[0]:
            turns_left[0] -= 1
            raise OperationalError("the database system is shutting down")
        return rest("late.example")

    assert write_together(act) is True
    assert HostRest.objects.get().host == "late.example"
