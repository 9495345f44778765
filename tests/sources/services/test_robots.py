"""robots.txt: schedules obey it, people go ahead, and what it said stays with the capture."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.utils import timezone

from sources.models import Capture, CaptureState, Lease
from sources.services import capture as capturing
from sources.services import running
from sources.services.citing_urls import find_or_make_web_source
from sources.services.originals import read_original
from sources.services.reporting import report
from tests.sources.servers import PAGE, PageServer, answer, redirect
from tests.sources.services.capturing import allow, take_one

pytestmark = pytest.mark.django_db

FORBIDS = answer(body=b"User-agent: *\nDisallow: /private\n", content_type="text/plain")


@pytest.fixture
def server(settings: LazySettings) -> Iterator[PageServer]:
    cache.clear()
    settings.CAPTURE_ROBOTS_PEOPLE, settings.CAPTURE_ROBOTS_SCHEDULES = "record", "obey"
    with PageServer({"/robots.txt": FORBIDS, "/private": answer(), "/open": answer()}) as started:
        allow(settings, started)
        yield started


def attempted(by: Any, url: str, reason: str) -> Capture:
    source = find_or_make_web_source(by=by, url=url)
    capture = capturing.request(by=by, source=source, reason=reason)
    while Lease.objects.filter(capture=capture).exists():
        Lease.objects.update(next_at=timezone.now())
        assert running.run(take_one())
    return Capture.objects.get(pk=capture.pk)


def paths(server: PageServer) -> list[str]:
    return [request.split()[1].decode() for request in server.requests]


def test_a_person_goes_ahead_and_what_it_said_is_written_down(server: PageServer, cast: Any) -> None:
    capture = attempted(cast.editor, server.url + "/private", "person")
    assert (capture.state, capture.robots) == (CaptureState.STORED, "disallowed")
    assert [each.kind for each in capture.exchanges.all()] == ["robots", "page"]
    assert read_original(capture).body == PAGE
    assert report(capture, url="x").hops == 0


def test_a_schedule_obeys_and_does_not_connect_for_the_page(server: PageServer, cast: Any) -> None:
    capture = attempted(cast.editor, server.url + "/private", "schedule")
    assert (capture.state, capture.failure_code, capture.robots) == (
        CaptureState.REFUSED,
        "robots_disallowed",
        "disallowed",
    )
    assert paths(server) == ["/robots.txt"]
    assert [each.kind for each in capture.exchanges.all()] == ["robots"]


def test_a_schedule_fetches_what_is_allowed(server: PageServer, cast: Any) -> None:
    capture = attempted(cast.editor, server.url + "/open", "schedule")
    assert (capture.state, capture.robots) == (CaptureState.STORED, "allowed")


def test_a_redirect_to_what_is_forbidden_is_not_followed_by_a_schedule(server: PageServer, cast: Any) -> None:
    server.answers["/open"] = redirect("/private")
    capture = attempted(cast.editor, server.url + "/open", "schedule")
    assert capture.failure_code == "robots_disallowed"
    assert paths(server) == ["/robots.txt", "/open"]


def test_a_site_is_asked_once_for_many_pages(server: PageServer, cast: Any) -> None:
    for path in ("/open", "/private", "/open?a=1"):
        attempted(cast.editor, server.url + path, "person")
    assert paths(server).count("/robots.txt") == 1


@pytest.mark.parametrize(
    ("sent", "said", "state"),
    [
        (answer("404 Not Found"), "no_file", CaptureState.STORED),
        (answer("403 Forbidden"), "no_file", CaptureState.STORED),
        (redirect("/robots.txt"), "no_file", CaptureState.STORED),
        (answer("500 Internal Server Error"), "unreachable", CaptureState.FAILED),
        (answer("503 Service Unavailable"), "unreachable", CaptureState.FAILED),
        (b"", "unreachable", CaptureState.FAILED),
        (redirect("http://169.254.169.254/robots.txt"), "unreachable", CaptureState.FAILED),
        (redirect("/elsewhere.txt"), "disallowed", CaptureState.REFUSED),
        (answer(body=b"\xff\xfe\0\0 <html>", content_type="text/html"), "allowed", CaptureState.STORED),
    ],
    ids=["404", "403", "a loop", "500", "503", "nothing", "inside", "elsewhere", "nonsense"],
)
def test_its_failures_mean_what_the_standard_says(
    server: PageServer, cast: Any, sent: bytes, said: str, state: str
) -> None:
    server.answers |= {"/robots.txt": sent, "/elsewhere.txt": FORBIDS}
    capture = attempted(cast.editor, server.url + "/private", "schedule")
    assert (capture.robots, capture.state) == (said, state)
    person = attempted(cast.editor, server.url + "/private?again", "person")
    assert (person.robots, person.state) == (said, CaptureState.STORED)


def test_both_are_settings(server: PageServer, cast: Any, settings: LazySettings) -> None:
    settings.CAPTURE_ROBOTS_PEOPLE, settings.CAPTURE_ROBOTS_SCHEDULES = "obey", "ignore"
    assert attempted(cast.editor, server.url + "/private", "person").failure_code == "robots_disallowed"
    free = attempted(cast.editor, server.url + "/private?b=", "schedule")
    assert (free.state, free.robots) == (CaptureState.STORED, "")
