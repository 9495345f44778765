"""A kept page is answered early, and nobody can tell: the same status, headers and bytes as by the whole way."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date

from claims.models import RenderDue
from claims.services import finding_pages
from claims.services.suspending import suspend
from factcheck.kept_pages import KeptPageMiddleware
from tests.claims.public.published import Published
from tests.conftest import Cast
from tests.plugins.running import ROOT, clean_environment

EARLY = "factcheck.kept_pages.KeptPageMiddleware"
WHOLE_WAY = [one for one in settings.MIDDLEWARE if one != EARLY]
Asked = dict[str, Any]


@pytest.fixture
def is_early(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], bool]]:
    """Whether the last answer went out early."""
    seen: list[bool] = []
    asked = KeptPageMiddleware._kept

    def note(self: KeptPageMiddleware, request: HttpRequest) -> HttpResponse | None:
        seen.append(False)
        response = asked(self, request)
        seen[-1] = response is not None
        return response

    monkeypatch.setattr(KeptPageMiddleware, "_kept", note)
    yield lambda: seen[-1]


def _tag(path: str) -> str:
    return str(Client().get(path)["ETag"])


def _with(tag: Callable[[str], str]) -> Callable[[str], Asked]:
    return lambda path: {"headers": {"if-none-match": tag(_tag(path))}}


EARLY_CASES: dict[str, Callable[[str], Asked]] = {
    "plain": lambda _: {},
    "compressed": lambda _: {"headers": {"accept-encoding": "gzip, deflate, br"}},
    "coding refused": lambda _: {"headers": {"accept-encoding": "identity"}},
    "HEAD": lambda _: {"method": "HEAD"},
    "Spanish": lambda _: {"headers": {"accept-language": "es-AR,es;q=0.9,en;q=0.8"}},
    "a language we lack": lambda _: {"headers": {"accept-language": "fi"}},
    "a malformed language": lambda _: {"headers": {"accept-language": "\x00;q=,,," + "x" * 3000}},
    "has it": _with(lambda tag: tag),
    "has it, strong": _with(lambda tag: tag.removeprefix("W/")),
    "has it among others": _with(lambda tag: f'"a", {tag}, W/"b"'),
    "has another": _with(lambda _: '"0123456789abcdef0123456789abcdef"'),
    "has anything": _with(lambda _: "*"),
    "malformed tags": _with(lambda tag: f"\x00'; {tag[3:-1]} %s"),
    "its tag unquoted": _with(lambda tag: tag[3:-1]),
    "has it since": lambda _: {"headers": {"if-modified-since": http_date(4_000_000_000)}},
    "a malformed time": lambda _: {"headers": {"if-modified-since": "yesterday"}},
    "a range": lambda _: {"headers": {"range": "bytes=0-9"}},
    "parameters of others": lambda _: {"query_params": {"utm_source": "x", "lang": "fi"}},
    "malformed parameters": lambda _: {"query_string": "%00&&=%ff&a=%"},
}
WHOLE_CASES: dict[str, Callable[[str], Asked]] = {
    "a chosen language": lambda _: {"query_params": {"lang": "es"}},
    "a chosen language, hidden": lambda _: {"query_string": "%6cang=es"},
    "POST": lambda _: {"method": "POST"},
    "no slash": lambda path: {"path": path[:-1]},
    "nothing there": lambda _: {"path": "/claims/nothing-there/"},
    "a host that is none of ours": lambda _: {"headers": {"host": "evil.example"}},
    "a malformed host": lambda _: {"headers": {"host": "a b"}},
    "no host": lambda _: {"headers": {"host": ""}},
}


def _ask(client: Client, path: str, case: Callable[[str], Asked]) -> tuple[int, dict[str, str], bytes]:
    asked = {"path": path, "method": "GET", **case(path)}
    method, path = asked.pop("method"), asked.pop("path")
    if "query_string" in asked:
        path = f"{path}?{asked.pop('query_string')}"
    response = client.generic(method, path, **asked)
    return response.status_code, {name.lower(): value for name, value in response.items()}, response.content


@pytest.mark.django_db
class TestTheSame:
    @pytest.mark.parametrize("name", [*EARLY_CASES, *WHOLE_CASES])
    @pytest.mark.parametrize("somebody", ["anonymous", "signed in"])
    def test_an_answer_is_the_same_by_both_ways(
        self, kept: Published, is_early: Callable[[], bool], settings: Any, cast: Cast, name: str, somebody: str
    ) -> None:
        case = EARLY_CASES.get(name) or WHOLE_CASES[name]

        def client() -> Client:
            made = Client()
            if somebody == "signed in":
                made.force_login(cast.publisher, backend="django.contrib.auth.backends.ModelBackend")
            return made

        early = _ask(client(), kept.path, case)
        assert is_early() is (name in EARLY_CASES)
        settings.MIDDLEWARE = WHOLE_WAY
        assert early == _ask(client(), kept.path, case)

    @pytest.mark.parametrize("cookie", ["csrftoken=spoilt", "sessionid=nobody; csrftoken=" + "x" * 32, "lang=es"])
    def test_whatever_cookie_somebody_sends_they_get_the_page_of_everybody(
        self, kept: Published, cookie: str
    ) -> None:
        """The whole way would answer a spoilt token of a form with a new one, and vary by it."""
        everybody = _ask(Client(), kept.path, lambda _: {})
        assert _ask(Client(), kept.path, lambda _: {"headers": {"cookie": cookie}}) == everybody
        assert not everybody[1].keys() & {"set-cookie"}

    def test_over_https_both_ways_send_there_and_say_so_to_browsers(self, kept: Published, settings: Any) -> None:
        settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
        plain, safe = Client().get(kept.path), Client().get(kept.path, secure=True)
        assert (plain.status_code, safe.status_code) == (301, 200)
        assert safe["Strict-Transport-Security"].startswith("max-age=60")

    def test_on_the_host_of_archived_pages_there_is_no_claim(self, kept: Published, settings: Any) -> None:
        settings.REPLAY_URL, settings.ALLOWED_HOSTS = "http://replay.test", ["testserver", "replay.test"]
        assert Client().get(kept.path).status_code == 200
        assert Client(headers={"host": "replay.test"}).get(kept.path).status_code == 404

    def test_a_cache_in_front_of_the_site_is_told_the_same(self, kept: Published, settings: Any) -> None:
        settings.PURGE_URL = "http://127.0.0.1:9/"
        early = _ask(Client(), kept.path, lambda _: {})
        settings.MIDDLEWARE = WHOLE_WAY
        assert early == _ask(Client(), kept.path, lambda _: {})
        assert "s-maxage" in early[1]["cache-control"]


@pytest.mark.django_db
class TestOneQuestion:
    @pytest.mark.parametrize("headers", [{}, {"if-none-match": "*"}], ids=["page", "304"])
    def test_it_costs_one_query_by_its_address_whoever_asks(
        self, kept: Published, cast: Cast, headers: Asked
    ) -> None:
        client = Client()
        client.force_login(cast.publisher, backend="django.contrib.auth.backends.ModelBackend")
        with CaptureQueriesContext(connection) as captured:
            client.get(kept.path, headers=headers)
        assert len(captured) == 1
        assert "WHERE p.slug = " in captured[0]["sql"]

    def test_who_has_it_gets_no_body_out_of_the_database(self, kept: Published) -> None:
        variant, tag = _variant(), _tag(kept.path)
        slug = kept.record.claim.slug
        for known, has_body in (("", True), (tag, False), (f'"x", {tag[2:]}', False), ('"x"', True)):
            found = finding_pages.find_page(slug=slug, variant=variant, known=known)
            assert found is not None
            assert found.last is not None
            assert bool(found.last.body) is has_body

    def test_what_is_due_goes_the_whole_way_at_once(
        self, kept: Published, is_early: Callable[[], bool], cast: Cast
    ) -> None:
        assert Client().get(kept.path).status_code == 200
        assert is_early()
        suspend(by=cast.publisher, claim=kept.claim, text="We look at a figure again.")
        assert RenderDue.objects.filter(claim=kept.claim, due_at=None).exists()
        assert "We look at a figure again." in Client().get(kept.path).content.decode()
        assert not is_early()


def _variant() -> str:
    from claims.presenters.rendered_claim import variant_of

    return variant_of("en")


def test_what_is_no_claims_page_asks_the_database_nothing() -> None:
    passed = KeptPageMiddleware(lambda _: HttpResponse("passed on"))
    for path in ("/", "/claims/", "/claims/a/record.json", "/claims/a/b/", "/claims/ä/", "/desk/claims/a/"):
        assert passed(RequestFactory().get(path)).content == b"passed on"


def test_tags_are_read_out_of_whatever_was_sent() -> None:
    tag = "0123456789abcdef" * 2
    assert finding_pages.tags_in(f'W/"{tag}", "x\x00", {tag}') == f"{tag} {tag}"
    assert finding_pages.tags_in("\x00' OR 1=1") == ""


@pytest.mark.postgres
def test_a_database_that_was_started_anew_costs_no_reader_a_page() -> None:
    """Each thread has a connection that a restart ends; nobody asks first whether it still stands."""
    command = [sys.executable, "-m", "tests.factcheck.reading_across_a_restart"]
    ran = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=clean_environment(SECRET_KEY="x"),
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert json.loads(ran.stdout) == {
        "kept": 200,
        "again": 200,
        "on the same connection": 1,
        "restarted": 200,
        "remembered": 200,
        "restarted, remembered": 200,
        "still the same": 1,
        "without the guard": 500,
    }
