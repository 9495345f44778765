"""One attempt at a capture, from the row in the queue to the closed capture, against real servers."""

import gzip
import io
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone
from warcio.archiveiterator import ArchiveIterator

from sources import bell
from sources.archive import store
from sources.domain.failures import FAILURES
from sources.extractors.pool import Child, pool
from sources.fetchers.spool import Spool
from sources.models import ArtefactRole, Capture, CaptureState, Event, HostRest, Lease, UsabilityVerdict
from sources.services import capture as capturing
from sources.services import lease, running, stopping, sweeping
from sources.services.originals import read_original
from tests.sources.extractors.samples import HOSTILE
from tests.sources.servers import PAGE, PageServer, answer, drip, redirect
from tests.sources.services.capturing import allow, asked_for, take_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: LazySettings) -> Iterator[PageServer]:
    with PageServer({"/": answer()}) as started:
        allow(settings, started)
        yield started


def attempt(capture: Capture) -> Capture:
    """Attempt what is due now; the capture as it stands afterwards."""
    assert running.run(take_one())
    return Capture.objects.get(pk=capture.pk)


def actions(capture: Capture) -> list[str]:
    return list(Event.objects.filter(subject_id=capture.public_id).order_by("pk").values_list("action", flat=True))


def test_a_page_becomes_a_stored_capture(server: PageServer, cast: Any) -> None:
    capture = attempt(asked_for(cast.editor, server.url + "/"))
    assert (capture.state, capture.http_status, capture.attempts) == (CaptureState.STORED, 200, 1)
    assert (capture.media_type, capture.final_url) == ("text/html", server.url + "/")
    assert not Lease.objects.filter(capture=capture).exists()
    assert actions(capture) == ["capture_requested", "capture_stored"]
    assert capture.source.__class__.objects.get(pk=capture.source_id).title == "A page"


def test_every_row_points_at_a_file_that_is_there(server: PageServer, cast: Any) -> None:
    capture = attempt(asked_for(cast.editor, server.url + "/"))
    roles = {artefact.role: artefact for artefact in capture.artefacts.all()}
    assert set(roles) == {ArtefactRole.WARC, ArtefactRole.TEXT}
    assert all(len(store.read(artefact.sha256)) == artefact.bytes for artefact in roles.values())
    assert "Fifteen words stand here" in store.read(roles[ArtefactRole.TEXT].sha256).decode()
    assert roles[ArtefactRole.WARC].sha256 == capture.warc_sha256


def test_the_warc_holds_the_answer_where_the_rows_say(server: PageServer, cast: Any) -> None:
    server.answers["/from"] = redirect("/")
    capture = attempt(asked_for(cast.editor, server.url + "/from"))
    raw = store.read(capture.warc_sha256)
    first, last = capture.exchanges.all()
    assert (first.kind, first.status, first.location, last.kind, last.status) == ("page", 302, "/", "redirect", 200)
    assert capture.body_offset == last.warc_offset
    record = gzip.decompress(raw[last.warc_offset : last.warc_offset + last.warc_length])
    assert record.endswith(PAGE + b"\r\n\r\n")
    assert [r.rec_type for r in ArchiveIterator(io.BytesIO(raw))].count("response") == 2


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (404, UsabilityVerdict.GONE),
        (410, UsabilityVerdict.GONE),
        (403, UsabilityVerdict.BLOCKED),
        (401, UsabilityVerdict.LOGIN),
        (451, UsabilityVerdict.BLOCKED),
    ],
)
def test_any_complete_answer_is_stored_with_what_it_is_good_for(
    server: PageServer, cast: Any, status: int, verdict: str
) -> None:
    server.answers["/x"] = answer(f"{status} Whatever")
    capture = attempt(asked_for(cast.editor, server.url + "/x"))
    usability = capture.usabilities.get()
    assert (capture.state, capture.http_status, usability.verdict) == (CaptureState.STORED, status, verdict)
    assert usability.reason


def test_a_refused_redirect_closes_the_capture_as_refused(server: PageServer, cast: Any) -> None:
    server.answers["/x"] = redirect("http://169.254.169.254/latest/")
    capture = attempt(asked_for(cast.editor, server.url + "/x"))
    assert (capture.state, capture.failure_code) == (CaptureState.REFUSED, "address_private")
    assert capture.failure_sentence.endswith(".")
    assert actions(capture)[-1] == "capture_refused"
    assert list(capture.artefacts.all()) == []


def test_a_refusal_after_a_redirect_shows_its_way(server: PageServer, cast: Any) -> None:
    server.answers["/x"] = redirect("/y")
    server.answers["/y"] = redirect("http://metadata.internal/")
    capture = attempt(asked_for(cast.editor, server.url + "/x"))
    assert capture.state == CaptureState.REFUSED
    first, second = capture.exchanges.all()
    assert (first.status, first.location, first.address) == (302, "/y", "127.0.0.1")
    assert (second.kind, second.location) == ("redirect", "http://metadata.internal/")
    assert {first.warc_offset, second.warc_offset} == {None}


def test_a_failure_after_a_redirect_shows_whom_we_reached(server: PageServer, cast: Any) -> None:
    server.answers["/x"] = redirect("/y")
    server.answers["/y"] = b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 100_000
    capture = attempt(asked_for(cast.editor, server.url + "/x"))
    assert (capture.state, capture.failure_code) == (CaptureState.FAILED, "headers_too_large")
    assert [(each.status, each.address) for each in capture.exchanges.all()] == [
        (302, "127.0.0.1"),
        (None, "127.0.0.1"),
    ]


def test_an_answer_that_breaks_off_is_tried_again_and_kept_the_third_time(
    server: PageServer, cast: Any, settings: LazySettings
) -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n" + PAGE
    server.answers["/x"] = half
    capture = asked_for(cast.editor, server.url + "/x")
    for _ in range(2):
        assert running.run(take_one())
        assert Lease.objects.get(capture=capture).last_code == "incomplete_answer"
        Lease.objects.update(next_at=timezone.now())
    capture = attempt(capture)
    usability = capture.usabilities.get()
    assert (capture.state, capture.is_truncated, capture.attempts) == (CaptureState.STORED, True, 3)
    assert (usability.verdict, usability.reason) == (
        UsabilityVerdict.DAMAGED,
        FAILURES["incomplete_answer"].sentence,
    )
    [stored] = [r for r in ArchiveIterator(io.BytesIO(store.read(capture.warc_sha256))) if r.rec_type == "response"]
    assert stored.rec_headers["WARC-Truncated"] == "disconnect"
    assert read_original(capture).body == PAGE


def test_no_body_is_left_behind_in_the_scratch_folder(server: PageServer, cast: Any, archive_folder: Path) -> None:
    large = b"<p>A long page.</p>" + b" word" * 300_000
    server.answers["/x"] = answer(body=gzip.compress(large, 0), content_encoding="gzip")
    capture = attempt(asked_for(cast.editor, server.url + "/x"))
    assert read_original(capture).body == large
    assert list((archive_folder / "incoming").iterdir()) == []


def test_a_disk_that_is_full_while_a_body_arrives_is_tried_again(
    server: PageServer, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Spool) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Spool, "_move_to_file", full)
    server.answers["/x"] = answer(body=b"x" * 1_000_000)
    capture = asked_for(cast.editor, server.url + "/x")
    assert running.run(take_one())
    assert Lease.objects.get(capture=capture).last_code == "storage_failed"


def test_what_cannot_pass_fails_at_once(server: PageServer, cast: Any) -> None:
    server.answers["/x"] = redirect("/x")
    capture = attempt(asked_for(cast.editor, server.url + "/x"))
    assert (capture.state, capture.failure_code, capture.attempts) == (CaptureState.FAILED, "too_many_redirects", 1)
    assert capture.failure_sentence == FAILURES["too_many_redirects"].sentence


def test_what_may_pass_is_tried_three_times_with_longer_waits(
    server: PageServer, cast: Any, settings: LazySettings
) -> None:
    settings.CAPTURE_RETRY_SECONDS = 30
    server.answers["/x"] = b""
    capture = asked_for(cast.editor, server.url + "/x")
    for wait in (30, 60):
        before = timezone.now()
        assert running.run(take_one())
        held = Lease.objects.get(capture=capture)
        assert (held.last_code, held.owner) == ("empty_reply", "")
        assert timedelta(seconds=wait) <= held.next_at - before < timedelta(seconds=wait + 5)
        assert lease.claim_due(owner="worker", limit=1) == []
        Lease.objects.update(next_at=timezone.now())
    last = attempt(capture)
    assert (last.state, last.attempts, last.failure_code) == (CaptureState.FAILED, 3, "empty_reply")
    assert len(server.requests) == 3


def test_a_page_that_recovers_is_stored(server: PageServer, cast: Any) -> None:
    server.answers["/x"] = b""
    capture = asked_for(cast.editor, server.url + "/x")
    running.run(take_one())
    server.answers["/x"] = answer()
    Lease.objects.update(next_at=timezone.now())
    second = attempt(capture)
    assert (second.state, second.attempts) == (CaptureState.STORED, 2)


@pytest.mark.parametrize(
    ("retry_after", "seconds"), [("7", 7), ("0", 1), ("120", 120), ("-5", 30), ("", 30), ("nonsense", 30)]
)
def test_a_busy_server_is_come_back_to_when_it_says(
    server: PageServer, cast: Any, settings: LazySettings, retry_after: str, seconds: int
) -> None:
    settings.CAPTURE_RETRY_SECONDS = 30
    server.answers["/x"] = answer("503 Service Unavailable", retry_after=retry_after)
    capture = asked_for(cast.editor, server.url + "/x")
    before = timezone.now()
    running.run(take_one())
    held = Lease.objects.get(capture=capture)
    assert held.last_code == "status_503"
    assert timedelta(seconds=seconds) <= held.next_at - before < timedelta(seconds=seconds + 5)


@pytest.mark.parametrize("retry_after", ["121", "999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_server_that_asks_for_more_than_the_cap_is_stored_as_what_it_said(
    server: PageServer, cast: Any, settings: LazySettings, retry_after: str
) -> None:
    settings.CAPTURE_RETRY_SECONDS = 30
    server.answers["/x"] = answer("503 Service Unavailable", retry_after=retry_after)
    capture = attempt(asked_for(cast.editor, server.url + "/x"))
    assert (capture.state, capture.http_status, capture.attempts) == (CaptureState.STORED, 503, 1)
    assert capture.usabilities.get().verdict == UsabilityVerdict.BLOCKED


def test_a_server_that_stays_busy_is_stored_as_what_it_said(server: PageServer, cast: Any) -> None:
    server.answers["/x"] = answer("429 Too Many Requests")
    capture = asked_for(cast.editor, server.url + "/x")
    for _ in range(2):
        running.run(take_one())
        Lease.objects.update(next_at=timezone.now())
    capture = attempt(capture)
    assert (capture.state, capture.http_status) == (CaptureState.STORED, 429)
    assert capture.usabilities.get().verdict == UsabilityVerdict.BLOCKED


def test_a_full_disk_is_tried_again_and_leaves_no_row(
    server: PageServer, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise store.StorageFailed(28, "No space left on device")

    monkeypatch.setattr(store, "keep_file", full)
    capture = asked_for(cast.editor, server.url + "/")
    assert running.run(take_one())
    assert Lease.objects.get(capture=capture).last_code == "storage_failed"
    assert not capture.artefacts.exists()


def test_a_fault_of_ours_is_a_sentence_and_not_a_traceback(
    server: PageServer, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        method = "http"

        def fetch(self, url: str, settings: object) -> Any:
            raise ZeroDivisionError("a secret path")

    capture = asked_for(cast.editor, server.url + "/")
    assert running.run(take_one(), fetcher=Broken())
    held = Lease.objects.get(capture=capture)
    assert (held.last_code, held.last_sentence) == ("internal_error", FAILURES["internal_error"].sentence)


def test_nothing_is_fetched_inside_a_transaction(server: PageServer, cast: Any) -> None:
    """The test's own transaction is the only one open while the server is asked."""
    depth: list[int] = []

    def look(sock: Any, _: bytes) -> None:
        depth.append(len(connection.savepoint_ids))
        sock.sendall(answer())

    server.answers["/x"] = look
    capture = asked_for(cast.editor, server.url + "/x")
    mine = take_one()
    outside = len(connection.savepoint_ids)
    running.run(mine)
    assert depth == [outside]
    assert Capture.objects.get(pk=capture.pk).state == CaptureState.STORED


# The fence


def test_a_late_worker_whose_lease_was_taken_changes_nothing(server: PageServer, cast: Any) -> None:
    capture = asked_for(cast.editor, server.url + "/")
    late = take_one("late")
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    current = take_one("current")
    assert current.fence == late.fence + 1
    assert running.run(late) is False
    assert Capture.objects.get(pk=capture.pk).state == CaptureState.OPEN
    assert not lease.extend(late, stage="fetching")
    assert not lease.hand_back(late)
    assert not lease.postpone(late, code="too_slow", sentence="x", seconds=1)
    assert running.run(current)
    assert Capture.objects.get(pk=capture.pk).state == CaptureState.STORED
    assert actions(capture) == ["capture_requested", "capture_stored"]


def test_a_worker_that_comes_back_after_the_end_changes_nothing(server: PageServer, cast: Any) -> None:
    capture = asked_for(cast.editor, server.url + "/")
    late = take_one("late")
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    stored = attempt(capture)
    assert running.run(late) is False
    again = Capture.objects.get(pk=capture.pk)
    assert (again.closed_at, again.warc_sha256) == (stored.closed_at, stored.warc_sha256)
    assert again.artefacts.count() == stored.artefacts.count()


def test_without_the_fence_a_late_worker_would_close_it_too(
    server: PageServer, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same scene with the guard taken away: the late worker's answer is the one that is kept."""
    capture = asked_for(cast.editor, server.url + "/")
    late = take_one("late")
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    take_one("current")
    monkeypatch.setattr(lease, "end", lambda taken: Lease.objects.filter(pk=taken.lease_pk).delete()[0] == 1)
    assert running.run(late) is True
    assert Capture.objects.get(pk=capture.pk).state == CaptureState.STORED


def test_a_cancelled_capture_stays_cancelled_whatever_its_worker_brings(server: PageServer, cast: Any) -> None:
    capture = asked_for(cast.editor, server.url + "/")
    mine = take_one()
    capturing.cancel(by=cast.editor, capture=capture)
    assert running.run(mine) is False
    assert Capture.objects.get(pk=capture.pk).failure_code == "cancelled"


# Workers that die, stop or are many


def test_a_page_that_kills_its_worker_stops_after_three(server: PageServer, cast: Any) -> None:
    capture = asked_for(cast.editor, server.url + "/")
    for attempts in (1, 2, 3):
        assert take_one().attempt == attempts
        Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert lease.claim_due(owner="worker", limit=1) == []
    sweeping.sweep()
    capture = Capture.objects.get(pk=capture.pk)
    assert (capture.state, capture.failure_code, capture.attempts) == (CaptureState.FAILED, "worker_died", 3)
    assert sweeping.sweep() == 0


def test_a_held_capture_is_left_alone(server: PageServer, cast: Any) -> None:
    asked_for(cast.editor, server.url + "/")
    take_one()
    assert lease.claim_due(owner="another", limit=5) == []
    assert sweeping.sweep() == 0


def test_a_worker_that_stops_hands_back_uncounted(
    server: PageServer, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = threading.Event()
    monkeypatch.setattr(stopping, "_told", told)
    server.answers["/x"] = drip(b"HTTP/1.1 200 OK\r\n\r\n", b"", pause=0.1, most=300)
    capture = asked_for(cast.editor, server.url + "/x")
    mine = take_one()
    threading.Timer(0.3, told.set).start()
    began = time.monotonic()
    assert running.run(mine) is False
    assert time.monotonic() - began < 15, "the page took thirty seconds"
    held = Lease.objects.get(capture=capture)
    assert (held.attempt, held.owner) == (0, "")
    assert running.run_due() == 0


@pytest.fixture
def long_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Reading takes its time: the child is handed a page that hangs parsers. Set once the child has it."""
    busy, ask = threading.Event(), Child.ask

    def ask_and_tell(self: Child, *arguments: Any) -> Any:
        busy.set()
        return ask(self, *arguments)

    monkeypatch.setattr(Child, "ask", ask_and_tell)
    monkeypatch.setattr("sources.extractors.pool.CPU_SECONDS", 20.0)
    yield busy


@pytest.mark.parametrize(("tell", "attempts"), [("stop_taking", 0), ("drop_all", 1)])
def test_a_worker_that_stops_while_a_document_is_read_does_not_wait_for_it(
    server: PageServer,
    cast: Any,
    monkeypatch: pytest.MonkeyPatch,
    long_read: threading.Event,
    tell: str,
    attempts: int,
) -> None:
    """Handed back uncounted; counted where the worker that this process attempts it for is gone."""
    monkeypatch.setattr(stopping, "_told", threading.Event())
    monkeypatch.setattr(stopping, "_left_alone", threading.Event())
    server.answers["/x"] = answer(body=HOSTILE["300,000 attributes"])
    capture = asked_for(cast.editor, server.url + "/x")
    mine, ended = take_one(), []

    def stop() -> None:
        assert long_read.wait(60)
        time.sleep(0.5)
        ended.append(time.monotonic())
        getattr(stopping, tell)()

    telling = threading.Thread(target=stop)
    telling.start()
    assert running.run(mine) is False
    telling.join()
    assert time.monotonic() - ended[0] < 10, "reading it may take twenty seconds of CPU"
    held = Lease.objects.get(capture=capture)
    sweeping.sweep()
    held.refresh_from_db()
    assert (held.attempt, held.owner) == (attempts, "")
    assert held.last_code == ("worker_died" if attempts else "")
    assert pool()._idle == [] or all(child.documents == 0 for child in pool()._idle)


def test_what_is_tried_again_later_rings_for_the_workers_of_its_own_queue(
    server: PageServer, cast: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    rung: list[tuple[str, float]] = []
    monkeypatch.setattr(bell, "_ring", lambda task, queue, after=0.0, args=(): rung.append((queue, after)))
    server.answers |= {"/fetch": b"", "/render": b""}
    for queue in ("fetch", "render"):
        capture = asked_for(cast.editor, f"{server.url}/{queue}")
        Lease.objects.filter(capture=capture).update(queue=queue)
        [mine] = lease.claim_due(owner="worker", limit=1, queue=queue)
        with django_capture_on_commit_callbacks(execute=True):
            assert running.run(mine)
        assert rung.pop() == (queue, 1.0)


def test_people_go_before_schedules_and_take_turns(server: PageServer, cast: Any, settings: LazySettings) -> None:
    with PageServer() as b, PageServer() as c, PageServer() as d:
        allow(settings, server, b, c, d)
        from sources.services.citing_urls import find_or_make_web_source

        scheduled = find_or_make_web_source(by=cast.editor, url=d.url)
        last = capturing.request(by=cast.editor, source=scheduled, reason="schedule")
        one = asked_for(cast.editor, server.url + "/1")
        two = asked_for(cast.editor, b.url + "/2")
        other = asked_for(cast.editor2, c.url + "/3")
        order = [taken.capture_pk for taken in lease.claim_due(owner="worker", limit=10)]
        assert order == [one.pk, other.pk, two.pk, last.pk]


def test_one_host_is_asked_one_thing_at_a_time(server: PageServer, cast: Any) -> None:
    asked_for(cast.editor, server.url + "/1")
    asked_for(cast.editor, server.url + "/2")
    assert len(lease.claim_due(owner="worker", limit=10)) == 1
    assert lease.claim_due(owner="another", limit=10) == []


def test_a_public_host_is_left_a_moment_between_two_requests(
    server: PageServer, cast: Any, settings: LazySettings
) -> None:
    settings.CAPTURE_HOST_GAP_MS = 60_000
    running.run_due()
    first = asked_for(cast.editor, "https://example.org/1")
    second = asked_for(cast.editor, "https://example.org/2")
    mine = take_one()
    running.run(mine, fetcher=Refusing())
    assert mine.capture_pk == first.pk
    assert lease.claim_due(owner="worker", limit=5) == []
    assert HostRest.objects.get(host="example.org").until > timezone.now() + timedelta(seconds=50)
    HostRest.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert take_one().capture_pk == second.pk


def test_a_host_that_the_desk_named_is_not_spaced_out(server: PageServer, cast: Any, settings: LazySettings) -> None:
    settings.CAPTURE_HOST_GAP_MS = 60_000
    asked_for(cast.editor, server.url + "/1")
    asked_for(cast.editor, server.url + "/2")
    assert running.run(take_one())
    assert running.run(take_one())


class Refusing:
    """A fetcher that connects to nobody."""

    method = "http"

    def fetch(self, url: str, settings: Any) -> Any:
        from sources.domain.results import Ending, FetchResult

        return FetchResult(Ending.REFUSED, code="address_private", sentence="Not public.")


def test_the_archive_is_found_in_the_folder_of_the_settings(
    server: PageServer, cast: Any, archive_folder: Path
) -> None:
    capture = attempt(asked_for(cast.editor, server.url + "/"))
    assert (archive_folder / store.key_of(capture.warc_sha256)).is_file()
