"""Whose turn it is: people one after the other, hosts one at a time, and nobody behind somebody's five hundred."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction
from django.utils import timezone

from sources.models import AskedBy, Capture, HostRest, Lease, Source
from sources.services import lease, turns
from sources.services.lease import Taken
from tests.sources.services.capturing import asked_for

pytestmark = pytest.mark.django_db


def queue_up(by: Any, *hosts: str, priority: int = 0) -> list[Lease]:
    """An open capture of a page of each host, in this order, as the service would make them."""
    now = timezone.now()
    leases = []
    for number, host in enumerate(hosts):
        key = f"{Source.objects.count():064x}"
        source = Source.objects.create(url=f"https://{host}/{number}", url_key_sha256=key, created_by=by)
        capture = Capture.objects.create(
            source=source, requested_by=by, requested_at=now, asked_by_kind=AskedBy.PERSON, url_requested=source.url
        )
        leases.append(lease.put_in_queue(capture=capture, host=host, priority=priority, at=now))
    return leases


def hosts_of(taken: list[Taken]) -> list[str]:
    hosts = dict(Lease.objects.values_list("pk", "host"))
    return [hosts[each.lease_pk] for each in taken]


def test_five_hundred_pages_of_one_host_do_not_delay_one_of_another(cast: Any) -> None:
    queue_up(cast.editor, *(["big.example"] * 500))
    queue_up(cast.editor, "small.example")
    assert hosts_of(lease.claim_due(owner="worker", limit=2)) == ["big.example", "small.example"]


def test_five_hundred_of_one_person_do_not_delay_one_of_another(cast: Any) -> None:
    queue_up(cast.editor, *(f"a{number}.example" for number in range(300)))
    lease.claim_due(owner="worker", limit=40)
    queue_up(cast.editor2, "b.example", "c.example")
    assert hosts_of(lease.claim_due(owner="worker", limit=4)) == [
        "b.example",
        "a40.example",
        "c.example",
        "a41.example",
    ]


def test_who_comes_late_is_not_ahead_for_all_that_others_had_before(cast: Any) -> None:
    """Without the number that is served, a newcomer's first thirty would all go before the other's next."""
    queue_up(cast.editor, *(f"a{number}.example" for number in range(40)))
    lease.claim_due(owner="worker", limit=30)
    queue_up(cast.editor2, *(f"b{number}.example" for number in range(40)))
    order = hosts_of(lease.claim_due(owner="worker", limit=10))
    assert [host[0] for host in order].count("a") == 5


def test_people_go_before_schedules_however_long_those_wait(cast: Any) -> None:
    queue_up(cast.editor, *(f"s{number}.example" for number in range(50)), priority=1)
    queue_up(cast.editor2, "person.example")
    assert hosts_of(lease.claim_due(owner="worker", limit=2)) == ["person.example", "s0.example"]


def test_a_person_who_asks_for_what_a_schedule_waits_for_is_served_as_a_person(cast: Any) -> None:
    rows = queue_up(cast.editor, "s1.example", "s2.example", priority=1)
    queue_up(cast.editor, "p.example")
    assert lease.wake(rows[1])
    assert sorted(hosts_of(lease.claim_due(owner="worker", limit=2))) == ["p.example", "s2.example"]


def test_a_batch_holds_each_host_once_and_the_rest_waits(cast: Any) -> None:
    queue_up(cast.editor, *(["one.example", "two.example"] * 20))
    assert sorted(hosts_of(lease.claim_due(owner="worker", limit=10))) == ["one.example", "two.example"]
    assert lease.claim_due(owner="another", limit=10) == []


def test_the_database_refuses_two_requests_to_one_host(cast: Any) -> None:
    for row in queue_up(cast.editor, "one.example"):
        Lease.objects.filter(pk=row.pk).update(owner="a", until=timezone.now())
    [second] = queue_up(cast.editor, "one.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        Lease.objects.filter(pk=second.pk).update(owner="b", until=timezone.now())


def test_a_host_rests_for_what_it_asked_and_a_person_does_not_wait_for_it(cast: Any) -> None:
    [row] = queue_up(cast.editor, "one.example")
    turns.rest_host("one.example", 60)
    turns.rest_host("one.example", 1)
    assert HostRest.objects.get().until > timezone.now() + timedelta(seconds=50)
    assert lease.claim_due(owner="worker", limit=1) == []
    assert turns.next_moment("fetch", timezone.now()) == HostRest.objects.get().until
    lease.wake(row)
    assert hosts_of(lease.claim_due(owner="worker", limit=1)) == ["one.example"]


def test_rests_that_are_over_are_forgotten(cast: Any) -> None:
    turns.rest_host("one.example", 0.001)
    turns.rest_host("two.example", 60)
    turns.forget_rests(timezone.now() + timedelta(seconds=1))
    assert list(HostRest.objects.values_list("host", flat=True)) == ["two.example"]


def test_the_next_moment_is_that_of_the_earliest_retry(cast: Any) -> None:
    first, second = queue_up(cast.editor, "one.example", "two.example")
    now = timezone.now()
    Lease.objects.filter(pk=first.pk).update(next_at=now + timedelta(seconds=30))
    Lease.objects.filter(pk=second.pk).update(next_at=now + timedelta(seconds=3))
    assert turns.next_moment("fetch", now) == now + timedelta(seconds=3)
    assert turns.next_moment("render", now) is None


def test_what_died_with_its_worker_and_every_last_attempt_is_made_alone(cast: Any) -> None:
    died, last, _other = queue_up(cast.editor, "died.example", "last.example", "other.example")
    Lease.objects.filter(pk=died.pk).update(
        owner="dead", until=timezone.now() - timedelta(seconds=1), attempt=1, fence=1
    )
    Lease.objects.filter(pk=last.pk).update(attempt=2)
    assert lease.give_back_what_ran_out(timezone.now()) == 1
    assert hosts_of(lease.claim_due(owner="worker", limit=5, alone=0)) == ["other.example"]
    [mine] = lease.claim_due(owner="worker", limit=5, alone=1)
    assert (mine.lease_pk, mine.is_alone, mine.attempt) == (died.pk, True, 2)
    [mine] = lease.claim_due(owner="worker", limit=5, alone=1)
    assert (mine.lease_pk, mine.is_alone, mine.attempt) == (last.pk, True, 3)


def test_fifty_requests_of_ten_people_within_a_minute_are_one_capture_even_after_it_was_stored(
    cast: Any, settings: LazySettings
) -> None:
    from sources.services import capture, running
    from tests.sources.servers import PageServer, answer
    from tests.sources.services.capturing import allow, take_one

    settings.CAPTURE_FRESH_SECONDS = 60
    with PageServer({"/": answer()}) as server:
        allow(settings, server)
        made = asked_for(cast.editor, server.url)
        running.run(take_one())
        people = [cast.editor, cast.editor2]
        assert {asked_for(people[number % 2], server.url).pk for number in range(50)} == {made.pk}
        assert len(server.requests) == 1
        again = capture.request(by=cast.editor, source=made.source, is_again=True)
        assert again.pk != made.pk
