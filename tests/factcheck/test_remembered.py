"""What a server process remembers is given again only while it is true, and nobody can tell it from Django's own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections, connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date

from claims.models import RenderDue, RenderedPage
from claims.services.suspending import lift, suspend
from factcheck import remembered
from factcheck.remembered import MOST, READ, RememberedPages, key_of
from factcheck.wsgi import application
from tests.claims.presenters.records import a_record
from tests.claims.public.published import Published, publish
from tests.conftest import Cast
from tests.factcheck.test_kept_pages import EARLY_CASES

pytestmark = pytest.mark.django_db

READ_BY_DJANGO_ALONE = {"CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_USER_AGENT", "QUERY_STRING"}
"""What Django looks at before it knows what is asked for: the length and type of a body that a GET has not, a list of
forbidden programs that is empty here, and parameters, with which nothing is remembered."""

Told = tuple[str, list[tuple[str, str]], bytes]


class Noting(dict[str, Any]):
    """An environment that notes which of its names were asked for."""

    def __init__(self, given: dict[str, Any]) -> None:
        super().__init__(given)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self.read.add(str(name))
        return super().__contains__(name)


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """No request closes the connection whose transaction is the test's, as with Django's test client."""
    monkeypatch.setattr(remembered, "close_old_connections", lambda: None)


class Site:
    """The application with a count of what Django was asked."""

    def __init__(self) -> None:
        self.django = WSGIHandler()
        self.asked = 0
        self.application = RememberedPages(self._counted)

    def _counted(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked += 1
        return self.django(environ, start_response)

    def get(self, path: str, **asked: Any) -> Told:
        return told(self.application, environment(path, **asked))


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    assert len(made.application._answers) <= MOST


def _long_ago() -> None:
    """Let what is kept be older than this second: a page of the same second as the one before has a time ahead."""
    RenderedPage.objects.update(modified_s=1_700_000_000)


def environment(path: str, method: str = "GET", **asked: Any) -> dict[str, Any]:
    return dict(RequestFactory().generic(method, path, **asked).environ)


def told(wsgi: Callable[..., Any], environ: dict[str, Any]) -> Told:
    """Status, headers and body; the connection stays, whose transaction is the test's."""
    said: list[tuple[str, list[tuple[str, str]]]] = []
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    body = b"".join(wsgi(environ, lambda status, headers, *_: said.append((status, headers))))
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    return said[0][0], sorted(said[0][1]), body


def of_case(path: str, name: str) -> dict[str, Any] | None:
    """What a case of the kept pages' asks; ``None`` for one with parameters, which is not remembered."""
    asked = EARLY_CASES[name](path)
    return None if asked.keys() & {"query_params", "query_string"} else asked


class TestTheSame:
    @pytest.mark.parametrize("name", EARLY_CASES)
    def test_an_answer_that_is_remembered_is_djangos(self, kept: Published, site: Site, name: str) -> None:
        asked = of_case(kept.path, name)
        if asked is None:
            asked = EARLY_CASES[name](kept.path)
            query = asked.pop("query_string", "") or "utm_source=x&lang=fi"
            environ = {**environment(kept.path), "QUERY_STRING": query}
            assert key_of(environ) is None
            return
        whole = told(site.django, environment(kept.path, **asked))
        first, second = (site.get(kept.path, **asked) for _ in range(2))
        assert first == second == whole
        is_short = len(str(asked)) < 2_000
        assert site.asked == (1 if is_short else 2)

    def test_it_depends_on_nothing_that_is_not_in_the_key(self, kept: Published) -> None:
        """Django answers out of an environment with many headers, and notes which of them it looked at."""
        headers = {
            "accept-encoding": "gzip",
            "accept-language": "es",
            "cookie": "csrftoken=spoilt; sessionid=x",
            "user-agent": "a browser",
            "referer": "https://elsewhere.example/",
            "authorization": "Basic eDp5",
            "x-forwarded-host": "evil.example",
            "x-forwarded-for": "192.0.2.1",
            "range": "bytes=0-9",
            "sec-fetch-mode": "navigate",
        }
        environ = Noting(environment(kept.path, headers=headers))
        status, _, _ = told(WSGIHandler(), environ)
        assert status == "200 OK"
        of_the_reader = {name for name in environ.read if not name.startswith(("wsgi.", "factcheck."))}
        assert of_the_reader - READ_BY_DJANGO_ALONE <= set(READ)
        assert {"HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH"} <= of_the_reader

    def test_each_language_host_and_coding_has_its_own(self, kept: Published, site: Site, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["one.test", "two.test"]
        asked = [
            {"headers": {"host": host, "accept-language": language, "accept-encoding": coding}}
            for host in ("one.test", "two.test")
            for language in ("en", "es")
            for coding in ("gzip", "identity")
        ]
        firsts = [site.get(kept.path, **one) for one in asked]
        assert site.asked == len(asked)
        assert [site.get(kept.path, **one) for one in asked] == firsts
        assert site.asked == len(asked)
        assert len({body for _, _, body in firsts}) == 4

    def test_a_host_that_is_none_of_ours_is_refused_each_time(self, kept: Published, site: Site) -> None:
        site.get(kept.path)
        for _ in range(2):
            assert site.get(kept.path, headers={"host": "evil.example"})[0].startswith("400")

    def test_the_servers_own_application_remembers(self, kept: Published) -> None:
        assert isinstance(application, RememberedPages)
        assert settings.WSGI_APPLICATION == "factcheck.wsgi.application"
        first, second = (told(application, environment(kept.path)) for _ in range(2))
        assert first == second
        assert any(answer.page.slug == kept.record.claim.slug for answer in application._answers.values())


class TestNeverOld:
    def test_a_change_is_on_the_page_at_once_and_what_was_before_is_not_given_again(
        self, kept: Published, site: Site, cast: Cast
    ) -> None:
        text = "We look at a figure again."
        before = [site.get(kept.path) for _ in range(2)]
        assert site.asked == 1
        suspend(by=cast.publisher, claim=kept.claim, text=text)
        suspended = [site.get(kept.path)]
        _long_ago()
        suspended += [site.get(kept.path) for _ in range(2)]
        assert all(text in body.decode() for _, _, body in suspended)
        assert site.asked == 3, "drawn by the first, answered by Django to the second, remembered for the third"
        kept.claim.refresh_from_db()
        lift(by=cast.publisher2, claim=kept.claim, reason="It holds.")
        lifted = site.get(kept.path)
        assert lifted == told(site.django, environment(kept.path))
        assert lifted[2] not in (before[1][2], suspended[-1][2])

    def test_without_asking_the_database_it_would_be_old(
        self, kept: Published, site: Site, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The guard is that one question."""
        site.get(kept.path)
        suspend(by=cast.publisher, claim=kept.claim, text="We look at a figure again.")
        monkeypatch.setattr(remembered, "_is_true", lambda *_: True)
        assert "We look at a figure again." not in site.get(kept.path)[2].decode()

    def test_a_reader_who_has_the_page_before_gets_the_new_one(self, kept: Published, site: Site, cast: Cast) -> None:
        tag = dict(site.get(kept.path)[1])["ETag"]
        for _ in range(2):
            assert site.get(kept.path, headers={"if-none-match": tag})[0].startswith("304")
        suspend(by=cast.publisher, claim=kept.claim, text="We look at a figure again.")
        status, headers, body = site.get(kept.path, headers={"if-none-match": tag})
        assert status.startswith("200")
        assert dict(headers)["ETag"] != tag
        assert "We look at a figure again." in body.decode()

    def test_what_another_process_drew_meanwhile_replaces_it(self, kept: Published, site: Site, cast: Cast) -> None:
        site.get(kept.path)
        suspend(by=cast.publisher, claim=kept.claim, text="We look at a figure again.")
        other = Site()
        other.get(kept.path)
        _long_ago()
        drawn = other.get(kept.path)
        assert not RenderDue.objects.filter(claim=kept.claim, due_at=None).exists()
        assert site.get(kept.path) == drawn
        assert site.asked == 2
        assert site.get(kept.path) == drawn
        assert site.asked == 2

    def test_a_page_whose_time_lies_ahead_is_not_remembered(self, kept: Published, site: Site) -> None:
        """Its ``Last-Modified`` is left out until then, and has to come."""
        far = 4_000_000_000
        RenderedPage.objects.update(modified_s=far)
        for number in range(1, 4):
            assert "Last-Modified" not in dict(site.get(kept.path)[1])
            assert site.asked == number
        _long_ago()
        assert dict(site.get(kept.path)[1])["Last-Modified"] == http_date(1_700_000_000)

    def test_a_database_that_does_not_answer_leaves_the_request_to_django(
        self, kept: Published, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site.get(kept.path)

        def away(**_: Any) -> None:
            raise OperationalError("away")

        monkeypatch.setattr(remembered, "find_page", away)
        assert site.get(kept.path)[0] == "200 OK"
        assert site.asked == 2


class TestWhatItCosts:
    @pytest.mark.parametrize("headers", [{}, {"if-none-match": "*"}], ids=["page", "304"])
    def test_one_query_by_its_address(self, kept: Published, site: Site, headers: dict[str, str]) -> None:
        site.get(kept.path, headers=headers)
        with CaptureQueriesContext(connection) as captured:
            site.get(kept.path, headers=headers)
        assert len(captured) == 1
        assert "WHERE p.slug = " in captured[0]["sql"]
        assert site.asked == 1

    def test_what_changed_is_asked_for_once_and_handed_on(self, kept: Published, site: Site) -> None:
        site.get(kept.path)
        RenderDue.objects.create(claim=kept.claim)
        with CaptureQueriesContext(connection) as captured:
            site.get(kept.path)
        assert sum("WHERE p.slug = " in query["sql"] for query in captured) == 1

    def test_it_stays_small_whatever_is_sent(self, kept: Published, site: Site) -> None:
        for number in range(MOST + 20):
            site.get(kept.path, headers={"accept-language": f"fi;q=0.{number}"})
        assert len(site.application._answers) == MOST
        site.get(kept.path, headers={"accept-language": "f" * 4_000})
        assert len(site.application._answers) == MOST
        first = next(iter(site.application._answers))
        assert "fi;q=0.20" in first, "what was kept first went first"

    def test_a_large_page_is_not_remembered(
        self, kept: Published, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(remembered, "LONGEST_BODY", 10)
        for number in range(1, 3):
            site.get(kept.path)
            assert site.asked == number

    @pytest.mark.parametrize("path", ["/", "/claims/", "/claims/a/record.json", "/claims/ä/", "/desk/", "/claims/a"])
    def test_nothing_else_is_looked_at(self, path: str) -> None:
        assert key_of(environment(path)) is None

    def test_only_what_was_answered_from_a_kept_page_is_remembered(self, cast: Cast, site: Site) -> None:
        """A page that is drawn on the way, or not there, is not."""
        made = publish(cast.editor, cast.publisher, replace(a_record()))
        for _ in range(2):
            site.get("/claims/nothing-there/")
        site.get(made.path)
        assert site.application._answers == {}
        site.get(made.path)
        assert len(site.application._answers) == 1
