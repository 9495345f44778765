"""Whatever stands in a query string: the page, or 400 with a sentence. Hostile words are inert on every page."""

import itertools
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import html

from tests.claims.public.addresses import addresses, answers, parameters, routes
from tests.claims.public.published import publish
from tests.claims.search.cases import Told, record_for
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

SYNTAX = ('"', "'", '"a', "NEAR(", "NEAR(a b, 3)", "a*", "*", "-", "--", "a AND", "NOT", "OR", "{a b}:c", "a:b", "^a", "(",
          ")", "\\", "';--", "' OR 1=1", "<->", "a & b | !c", ":*", "%", "_", "\x00", "\ud800", "\u202e", "2026-13",
          "-1", "0", "99999999999999999999", "1e999", "NaN", "true", "null", "[]", "{}", "../..", "<script>", "{{ 7 }}",
          "00000000-0000-4000-8000-000000000000", "crane", "harbours", "relevance", "date", "mixed", "es", "zz")  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(SYNTAX),
    st.text(max_size=40),
    st.text(st.characters(categories=["Cs", "Cc", "Mn", "Nd", "So"]), max_size=20),
    st.integers().map(str),
    st.uuids().map(str),
    st.lists(st.sampled_from(SYNTAX), max_size=30).map(" ".join),
    st.sampled_from(SYNTAX).map(lambda one: one * 3000),
)
UNANSWERED = {
    "api/v1/(?P<rest>.*)": "nothing is there",
    "oembed": "asks for an address",
    "publishers/<uuid:public_id>/": "no source here has a publisher of its own",
    **dict.fromkeys(
        (
            "sources/<uuid:public_id>/captures/<uuid:capture_id>/",
            "sources/<uuid:public_id>/captures/<uuid:capture_id>/page/",
            "sources/<uuid:public_id>/captures/<uuid:capture_id>/original",
            "sources/<uuid:public_id>/captures/<uuid:capture_id>/copy.warc.gz",
            "sources/<uuid:public_id>/captures/<uuid:capture_id>/copy.wacz",
            "sources/<uuid:public_id>/captures/<uuid:capture_id>/compare/<uuid:other_id>/",
            "replay/<str:token>/",
            "replay/<str:token>/file/<str:name>/",
            "timegate/<path:url>",
            "timemap/link/<path:url>",
        ),
        "these claims cite no copies",
    ),
}
"""Routes that answer nobody with 200 among what this library publishes, and why. A new one has to be named."""
OWN = {"/oembed": (404, 501)}
"""Refusals that a format of its own asks for: oEmbed answers 404 and 501 (oEmbed 1.0, section 2.3.4)."""
NAMES = st.sampled_from([*parameters(), "page", "limit", "q[]", "\x00", ""])


def _query(pairs: list[tuple[str, str]]) -> str:
    return "&".join(
        f"{quote(name, errors='surrogatepass')}={quote(value, errors='surrogatepass')}" for name, value in pairs
    )


def _refuses_in_words(answer: Any) -> bool:
    if answer["Content-Type"].startswith("application/json"):
        return set(answer.json()) == {"code", "sentence"} and answer.json()["sentence"].endswith(".")
    return "." in html.fromstring(answer.content).xpath("string(//main)")


def test_the_code_names_its_parameters() -> None:
    assert {"q", "after", "sort", "support", "topic", "speaker", "date"} <= set(parameters())


def test_every_route_has_an_address() -> None:
    assert {"search/", "claims/", "api/v1/claims/", "claims/<slug:slug>/"} <= set(routes())


def test_takes_any_parameter_on_every_page(client: Client, library: None) -> None:
    found = answers(client)
    assert {route for route, (_, status) in found.items() if status != 200} == set(UNANSWERED)
    known = dict(found.values())

    @settings(
        max_examples=120,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(path=st.sampled_from(sorted(known)), pairs=st.lists(st.tuples(NAMES, VALUES), min_size=1, max_size=3))
    def ask(path: str, pairs: list[tuple[str, str]]) -> None:
        answer = client.get(f"{path}?{_query(pairs)}")
        assert answer.status_code in {known[path], 200, 400, 404, *OWN.get(path, ())}, (path, pairs)
        if answer.status_code == 400:
            assert _refuses_in_words(answer), (path, pairs)

    ask()
    worst = itertools.cycle(("\x00", "\ud800", '"', "NEAR(", "9" * 5000, "-" * 300, "ab " * 99))
    for (path, status), name in itertools.product(known.items(), parameters()):
        value = next(worst)
        answer = client.get(f"{path}?{_query([(name, value)])}")
        assert answer.status_code in {status, 200, 400, *OWN.get(path, ())}, (path, name, value)


EVIL = '<script>alert("fc")</script><svg onload=alert(1)><img src=x onerror=alert(2)>{{ 7|add:7 }}{% now "Y" %}\u202egnp.exe'


def test_hostile_words_are_inert_on_every_page(client: Client, cast: Cast) -> None:
    words = {
        name: f"{name} {EVIL}"
        for name in ("statement", "headline", "summary", "quote", "speaker", "outlet", "source")
    }
    publish(cast.editor, cast.publisher, record_for(Told("evil", **words)))
    known = [*addresses(client), "/search/?q=script", "/search/?q=" + quote(EVIL), "/api/v1/claims/?q=script"]
    seen, loose = 0, set()
    for path in known:
        answer = client.get(path)
        kind = answer["Content-Type"]
        if answer.status_code != 200 or not kind.startswith(
            ("text/html", "image/svg", "application/xml", "application/atom")
        ):
            continue
        text = answer.content.decode()
        assert "<script>alert" not in text and "<svg onload" not in text and "<img src=x" not in text, path
        if not kind.startswith("text/html"):
            continue
        page = html.fromstring(answer.content)
        assert not page.xpath("//script[not(@src) and not(@type='application/ld+json')]"), path
        assert not page.xpath("//@*[starts-with(name(), 'on')]"), path
        for node in page.xpath("//body//text()[contains(., '\u202e')]/parent::*[not(self::script)]"):
            seen += 1
            if not node.xpath("ancestor-or-self::*[@dir='auto'] | ancestor-or-self::bdi | self::textarea"):
                loose.add(f"{path}: {html.tostring(node, encoding='unicode')[:90]}")
    assert seen > 20
    assert not loose, "\n".join(sorted(loose))
