"""What a list costs does not grow with what it lists: the queries of every list address, with few and with many rows,
and what follows a first page of an API answer and of a source.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.domain.record_v1 import RecordTopic, RevisionRecord
from sources.models import Publisher
from tests.claims.presenters.records import a_citation, a_record, a_source, new_id, with_claim
from tests.claims.public import addresses
from tests.claims.public.conftest import Publish

pytestmark = pytest.mark.django_db

FEW, MANY = 3, 14


@dataclass
class Shared:
    """What all claims of a test have in common, which their lists are of."""

    record: RevisionRecord
    put_up: Publish

    def __post_init__(self) -> None:
        self.number = 0
        for source in (self.record.citations[0].source, self.record.appearances[0].source):
            assert source.publisher is not None
            Publisher.objects.create(public_id=source.publisher.id, name=source.title, name_folded=source.title)

    def grow_to(self, count: int) -> None:
        """Publish claims until there are ``count``: each corrected once, with a topic and a source of its own, and
        every other with a speaker of its own.
        """
        while self.number < count:
            self.number += 1
            record = self._record(self.number)
            self.put_up(record)
            corrected = replace(record.revision, number=2, kind="clarification", note="Put more clearly.")
            self.put_up(replace(record, revision=corrected))

    def _record(self, number: int) -> RevisionRecord:
        topics = (*self.record.claim.topics, RecordTopic(f"topic-{number}", f"Topic {number}"))
        claim = with_claim(self.record, id=new_id(), slug=f"claim-{number}", topics=topics)
        own = a_citation(number=2, source=a_source(title=f"Source {number}"))
        chain = list(claim.chain)
        if number % 2 == 0:
            chain[0] = replace(chain[0], who=replace(chain[0].who, id=new_id(), name=f"Speaker {number}"))
        return replace(claim, chain=tuple(chain), citations=(*claim.citations, own))

    @property
    def cited(self) -> str:
        return self.record.citations[0].source.id

    @property
    def printed(self) -> str:
        return self.record.appearances[0].source.id

    @property
    def outlet(self) -> str:
        source = self.record.appearances[0].source
        return source.publisher.id if source.publisher else ""

    @property
    def speaker(self) -> str:
        return self.record.chain[0].who.id


@pytest.fixture
def shared(put_up: Publish) -> Shared:
    return Shared(a_record(), put_up)


Address = Callable[[Shared], str]
LISTS: dict[str, Address] = {
    "": lambda _: "/",
    "claims/": lambda _: "/claims/",
    "claims/ by verdict": lambda _: "/claims/?support=mixed",
    "claims/ by topic": lambda _: "/claims/?topic=harbours",
    "claimreview.json": lambda _: "/claimreview.json",
    "topics/": lambda _: "/topics/",
    "topics/<slug:slug>/": lambda _: "/topics/harbours/",
    "speakers/": lambda _: "/speakers/",
    "speakers/<uuid:public_id>/": lambda s: f"/speakers/{s.speaker}/",
    "publishers/<uuid:public_id>/": lambda s: f"/publishers/{s.outlet}/",
    "articles/<uuid:public_id>/": lambda s: f"/articles/{s.printed}/",
    "sources/": lambda _: "/sources/",
    "sources/<uuid:public_id>/": lambda s: f"/sources/{s.cited}/",
    "search/": lambda _: "/search/?q=harbour",
    "search/ by outlet": lambda s: f"/search/?outlet={s.outlet}",
    "corrections/": lambda _: "/corrections/",
    "sitemap.xml": lambda _: "/sitemap.xml",
    "sitemap-pages.xml": lambda _: "/sitemap-pages.xml",
    "sitemap-<int:part>.xml": lambda _: "/sitemap-0.xml",
    "sitemap-articles-<int:part>.xml": lambda _: "/sitemap-articles-0.xml",
    r"feeds/verdicts\.(?P<form>atom|json)": lambda _: "/feeds/verdicts.atom",
    r"feeds/corrections\.(?P<form>atom|json)": lambda _: "/feeds/corrections.json",
    r"feeds/topics/(?P<slug>[-\w]+)\.(?P<form>atom|json)": lambda _: "/feeds/topics/harbours.json",
    r"feeds/search\.(?P<form>atom|json)": lambda _: "/feeds/search.atom?q=harbour",
    "api/v1/claims/": lambda _: "/api/v1/claims/",
    "api/v1/claims/ of words": lambda _: "/api/v1/claims/?q=harbour",
    "api/v1/speakers/": lambda _: "/api/v1/speakers/",
    "api/v1/speakers/<uuid:public_id>/": lambda s: f"/api/v1/speakers/{s.speaker}/",
    "api/v1/sources/": lambda _: "/api/v1/sources/",
    "api/v1/sources/<uuid:public_id>/": lambda s: f"/api/v1/sources/{s.cited}/",
}
OF_ONE_THING = {
    "claims/<slug:slug>/",
    "claims/<slug:slug>/record.json",
    "claims/<slug:slug>/claimreview.json",
    "claims/<slug:slug>/card.png",
    "claims/<slug:slug>/request-correction/",
    "embed/claims/<slug:slug>/",
    "oembed",
    "suggest/",
    "methodology/",
    "robots.txt",
    "api/v1/claims/<uuid:public_id>/",
    "api/v1/revisions/<uuid:public_id>/",
    "api/v1/captures/<uuid:public_id>/",
    "timegate/<path:url>",
    "timemap/link/<path:url>",
}
"""Addresses that list nothing which grows with the number of claims."""


def _asked(shared: Shared) -> dict[str, list[str]]:
    """The queries of each list, asked for the second time: the first notes since when it has been so."""
    found = {}
    for name, address in LISTS.items():
        path = address(shared)
        assert Client().get(path).status_code == 200, (name, path)
        with CaptureQueriesContext(connection) as captured:
            Client().get(path)
        found[name] = [query["sql"] for query in captured]
    return found


def test_no_list_asks_more_of_the_database_the_more_it_lists(shared: Shared) -> None:
    shared.grow_to(FEW)
    few = _asked(shared)
    shared.grow_to(MANY)
    many = _asked(shared)
    grown = {name: many[name] for name in LISTS if len(many[name]) > len(few[name])}
    assert not grown, grown
    assert min(len(queries) for queries in many.values()) >= 1


OVER_ALL = re.compile(r"SCAN (?!parts$)\w+(?! USING)$")
SORTED = "USE TEMP B-TREE FOR ORDER BY"
BY_KEY = ("sitemap-<int:part>.xml", "sitemap-articles-<int:part>.xml")
"""A part is sorted by key once it is read; it is as large at any size of the desk."""


@pytest.mark.sqlite
@pytest.mark.parametrize("name", [name for name in LISTS if name.startswith(("feeds/", "sitemap"))])
def test_no_feed_and_no_sitemap_reads_or_sorts_a_whole_table(
    shared: Shared, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """As SQLite plans it without any statistics. Who walks down the keys of a table has to stop somewhere.

    PostgreSQL plans by what is in its tables: ``bench.search`` measures it.
    """
    monkeypatch.setattr("claims.exports.sitemap.SMALL", 1)
    shared.grow_to(FEW)
    path = LISTS[name](shared)
    Client().get(path)
    with CaptureQueriesContext(connection) as captured:
        Client().get(path)
    asked = [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "\nWITH"))]
    plans = {sql: _plan(sql) for sql in asked}
    assert plans
    for sql, steps in plans.items():
        assert "LIMIT" in sql or not [step for step in steps if OVER_ALL.match(step)], (steps, sql)
        assert name in BY_KEY or SORTED not in steps, (steps, sql)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("name", "index", "times"),
    [
        ("sitemap-articles-<int:part>.xml", "public_source_changed (source_id=? AND is_appearance=?)", 1),
        ("publishers/<uuid:public_id>/", "public_outlet_newest (publisher_id=? AND is_appearance=?)", 2),
    ],
)
def test_what_is_chosen_by_a_boolean_too_is_found_in_the_index(
    shared: Shared, name: str, index: str, times: int
) -> None:
    """Django writes a plain condition on a boolean so that SQLite takes no index for it: that is asked with ``in``."""
    shared.grow_to(FEW)
    path = LISTS[name](shared)
    Client().get(path)
    with CaptureQueriesContext(connection) as captured:
        Client().get(path)
    plans = [_plan(query["sql"]) for query in captured if query["sql"].startswith("SELECT")]
    found = [plan for plan in plans if any(index in step for step in plan)]
    assert len(found) == times, plans
    assert name in BY_KEY or not [plan for plan in found if SORTED in plan]


def _plan(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}".replace("%", "%%"))
        return [row[3] for row in cursor.fetchall()]


def test_every_public_address_is_a_list_here_or_of_one_thing() -> None:
    named = {name.split(" ", 1)[0] for name in LISTS}
    assert named <= set(addresses.routes())
    inside = ("api/v1/schema/", "api/v1/(", "replay/")
    left = {route for route in addresses.routes() if "capture_id" not in route and not route.startswith(inside)}
    left = {route for route in left - named - OF_ONE_THING if "<" in route or route.startswith(("api", "feeds"))}
    assert not left


def _walk(client: Client, path: str, key: str, more: str) -> list[str]:
    """What the lists under ``key`` hold, page after page, until ``more`` leads no further."""
    seen: list[str] = []
    while path:
        response = client.get(path)
        assert response.status_code == 200, path
        answer = response.json()
        seen += [one if isinstance(one, str) else one["api_url"] for one in answer[key]]
        path = answer[more] or ""
    return seen


@pytest.mark.parametrize(
    ("path", "key", "more"),
    [
        ("speakers/{0.speaker}", "established", "established_next"),
        ("sources/{0.cited}", "cited_by", "next"),
        ("sources/{0.printed}", "appeared", "next"),
    ],
)
def test_an_api_answer_leads_on_to_every_claim_once(
    client: Client, shared: Shared, monkeypatch: pytest.MonkeyPatch, path: str, key: str, more: str
) -> None:
    shared.grow_to(7)
    whole = _walk(client, f"/api/v1/{path.format(shared)}/", key, more)
    monkeypatch.setattr("claims.api.views.MOST_OF_ONE", 2)
    assert _walk(client, f"/api/v1/{path.format(shared)}/", key, more) == whole
    assert len(whole) == len(set(whole)) == (4 if key == "established" else 7)


def test_the_two_lists_of_a_speaker_go_on_apart(
    client: Client, shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.grow_to(5)
    monkeypatch.setattr("claims.api.views.MOST_OF_ONE", 2)
    first = client.get(f"/api/v1/speakers/{shared.speaker}/").json()
    assert first["attributed_not_established_next"] is None
    second = client.get(first["established_next"]).json()
    assert (len(first["established"]), len(second["established"]), second["established_next"]) == (2, 1, None)


@pytest.mark.parametrize(
    "path", ["/api/v1/speakers/{0.speaker}/", "/api/v1/sources/{0.cited}/", "/sources/{0.cited}/"]
)
def test_a_cursor_that_nobody_gave_out_is_refused_in_a_sentence(client: Client, shared: Shared, path: str) -> None:
    shared.grow_to(1)
    assert client.get(path.format(shared) + "?after=no-such-claim").status_code == 400


def test_a_sources_page_leads_on_to_older_claims(
    client: Client, shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.grow_to(3)
    monkeypatch.setattr("claims.public.works.MOST_OF_A_PAGE", 2)
    first = client.get(f"/sources/{shared.printed}/").content.decode()
    assert "/claims/claim-3/" in first
    assert "/claims/claim-1/" not in first
    assert "?after=claim-2" in first
    older = client.get(f"/sources/{shared.printed}/?after=claim-2").content.decode()
    assert "/claims/claim-1/" in older
    assert "/claims/claim-2/" not in older
    assert f"/articles/{shared.printed}/" in older
