"""The DataFeed, the sitemap, and conditional requests on everything that is public."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from lxml import etree

from claims.domain.record_v1 import RevisionRecord
from claims.exports import sitemap as sitemaps
from claims.models import PublicClaim, PublicSource, PublicSpeaker
from claims.services.suspending import suspend
from sources.models import Publisher, Source
from tests.claims.presenters.records import a_record, new_id, with_claim, with_verdict
from tests.claims.public.conftest import Publish
from tests.claims.public.published import Published
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"


def _feed(client: Client, path: str = "/claimreview.json") -> tuple[dict[str, Any], str]:
    response = client.get(path)
    assert response.status_code == 200
    return json.loads(response.content), response.get("Link", "")


def _named(client: Client) -> dict[str, str]:
    """What the sitemap names, with the time of its newest change."""
    root = etree.fromstring(client.get("/sitemap.xml").content)
    return {
        url.findtext("{*}loc", "").removeprefix(SITE): url.findtext("{*}lastmod", "") for url in root.iter("{*}url")
    }


def put_up_in_parts_of_two(put_up: Publish, monkeypatch: pytest.MonkeyPatch) -> list[Published]:
    """Five claims of their own articles, published on five days, the latest first, in parts of two keys."""
    for module in ("claims.services.indexing", "claims.exports.sitemap"):
        monkeypatch.setattr(f"{module}.PART", 2)
    monkeypatch.setattr(sitemaps, "SMALL", 2)
    made = []
    for number in range(5):
        record = with_claim(a_record(), id=new_id(), slug=f"claim-{number}")
        at = f"2026-03-0{9 - number}T12:00:00Z"
        made.append(put_up(replace(record, revision=replace(record.revision, published_at=at))))
    return made


def _parts(client: Client, of: str = "") -> dict[str, str]:
    """The parts that the index names, each with its time."""
    index = client.get("/sitemap.xml").content.decode()
    return dict(re.findall(rf"<loc>{SITE}(/sitemap-{of}\d+\.xml)</loc><lastmod>([^<]+)<", index))


def _revised(one: Published, number: int, *, day: int) -> RevisionRecord:
    at = f"2026-03-{day}T12:00:00Z"
    return replace(one.record, revision=replace(one.record.revision, number=number, kind="typo", published_at=at))


def _newest_by_part(made: list[Published]) -> dict[str, str]:
    by_part: dict[int, list[str]] = {}
    for one in made:
        row = PublicClaim.objects.get(claim=one.claim)
        by_part.setdefault(one.claim.pk // 2, []).append(row.revised_at.isoformat())
    return {f"/sitemap-{part}.xml": max(times) for part, times in by_part.items()}


class TestDataFeed:
    def test_each_item_is_the_object_on_its_page(self, client: Client, put_up: Publish) -> None:
        made = [
            put_up(with_claim(a_record(), slug="one")),
            put_up(with_claim(with_verdict(a_record(), support="not_checkable"), slug="two")),
            put_up(with_claim(a_record(), slug="three", demonstration=True)),
        ]
        data, link = _feed(client)
        assert (data["@context"], data["@type"], link) == ("https://schema.org", "DataFeed", "")
        on_pages = [json.loads(client.get(f"{one.path}claimreview.json").content) for one in reversed(made)]
        assert [item["item"] for item in data["dataFeedElement"]] == on_pages

    def test_a_verdict_that_is_hidden_is_not_in_it(self, client: Client, put_up: Publish, cast: Cast) -> None:
        made = put_up()
        suspend(by=cast.publisher, claim=made.claim, text="A fault.")
        assert _feed(client)[0]["dataFeedElement"] == []

    def test_it_comes_in_pages_that_lead_to_each_other_in_as_many_queries(
        self, client: Client, put_up: Publish, monkeypatch: Any, django_assert_max_num_queries: Any
    ) -> None:
        monkeypatch.setattr("claims.public.machines.REVIEWS", 2)
        for number in range(5):
            put_up(with_claim(a_record(), slug=f"claim-{number}"))
        seen, path = [], "/claimreview.json"
        while path:
            with django_assert_max_num_queries(9):
                data, link = _feed(client, path)
            seen += [item["item"]["url"] for item in data["dataFeedElement"]]
            found = re.fullmatch(rf'<{SITE}(/claimreview\.json\?[^>]+)>; rel="next"', link)
            path = found[1] if found else ""
        assert len(seen) == len(set(seen)) == 5
        assert client.get("/claimreview.json?after=nothing").status_code == 400


class TestSitemap:
    def test_it_is_one_file_with_the_time_of_each_change(self, client: Client, put_up: Publish) -> None:
        made = put_up()
        text = client.get("/sitemap.xml").content.decode()
        assert f"<loc>{SITE}{made.path}</loc><lastmod>{made.row.revised_at.isoformat()}</lastmod>" in text
        assert "<loc>http://127.0.0.1:8000/methodology/</loc></url>" in text

    def test_above_its_size_it_is_an_index_of_parts_that_name_each_claim_once(
        self, client: Client, put_up: Publish, monkeypatch: Any
    ) -> None:
        made = put_up_in_parts_of_two(put_up, monkeypatch)
        index = client.get("/sitemap.xml").content.decode()
        assert "<sitemapindex" in index
        parts = re.findall(rf"<loc>{SITE}(/sitemap-\d+\.xml)</loc><lastmod>", index)
        assert len(parts) >= 3
        named = "".join(client.get(part).content.decode() for part in parts)
        assert all(named.count(f"{SITE}{one.path}<") == 1 for one in made)
        assert f"{SITE}/claims/</loc>" in client.get("/sitemap-pages.xml").content.decode()
        assert client.get("/sitemap-99999999.xml").status_code == 404

    def test_a_part_tells_the_newest_change_of_what_it_names_and_goes_with_the_last_of_it(
        self, client: Client, put_up: Publish, monkeypatch: Any
    ) -> None:
        made = put_up_in_parts_of_two(put_up, monkeypatch)
        assert _parts(client) == _newest_by_part(made)
        put_up(_revised(made[0], 2, day=20))
        assert _parts(client) == _newest_by_part(made)
        gone = max(made, key=lambda one: one.claim.pk)
        put_up(_revised(gone, 3, day=21), state="retracted")
        put_up(with_claim(_revised(made[1], 2, day=22), demonstration=True))
        assert _parts(client) == _newest_by_part([one for one in made if one not in (gone, made[1])])
        assert gone.path not in client.get(f"/sitemap-{gone.claim.pk // 2}.xml").content.decode()
        put_up(_revised(gone, 4, day=23))
        assert _parts(client)[f"/sitemap-{gone.claim.pk // 2}.xml"] == "2026-03-23T12:00:00+00:00"

    def test_a_part_of_articles_tells_the_newest_change_of_those_it_names(
        self, client: Client, put_up: Publish, monkeypatch: Any
    ) -> None:
        made = put_up_in_parts_of_two(put_up, monkeypatch)
        uses = {use.source_id: use for use in PublicSource.objects.filter(is_appearance=True)}
        assert len(uses) == len(made)
        by_part: dict[int, list[PublicSource]] = {}
        for pk, use in uses.items():
            by_part.setdefault(pk // 2, []).append(use)
        newest = {
            f"/sitemap-articles-{part}.xml": max(one.revised_at for one in some).isoformat()
            for part, some in by_part.items()
        }
        assert _parts(client, "articles-") == newest
        hidden = max(uses.values(), key=lambda one: one.revised_at)
        Source.objects.filter(pk=hidden.source_id).update(is_protected=True, protected_reason="So.")
        left = [one.revised_at.isoformat() for one in by_part[hidden.source_id // 2] if one != hidden]
        path = f"/sitemap-articles-{hidden.source_id // 2}.xml"
        assert _parts(client, "articles-").get(path) == max(left, default=None)
        assert str(hidden.source.public_id) not in client.get(path).content.decode()

    def test_names_topics_publishers_and_articles_that_a_claim_of_its_own_names(
        self, client: Client, put_up: Publish, monkeypatch: Any
    ) -> None:
        record = a_record()
        named_by_it = record.citations[0].source.publisher
        assert named_by_it is not None
        publisher = Publisher.objects.create(public_id=named_by_it.id, name="The office", name_folded="the office")
        demonstration = put_up(with_claim(record, id=new_id(), slug="shown", demonstration=True))
        assert not [path for path in _named(client) if path.startswith(("/topics/", "/publishers/", "/articles/"))]
        demonstration.row.delete()
        made = put_up(record)
        at, source = made.row.revised_at.isoformat(), PublicSource.objects.get(is_appearance=True).source
        named = _named(client)
        assert named["/topics/harbours/"] == named[f"/articles/{source.public_id}/"] == at
        assert f"/publishers/{publisher.public_id}/" in named
        assert all(client.get(path).status_code == 200 for path in named)
        monkeypatch.setattr(sitemaps, "SMALL", 1)
        index = client.get("/sitemap.xml").content.decode()
        part = re.findall(rf"<loc>{SITE}(/sitemap-articles-\d+\.xml)</loc><lastmod>", index)
        assert f"/articles/{source.public_id}/" in client.get(part[0]).content.decode()
        assert client.get("/sitemap-articles-99.xml").status_code == 404
        type(source).objects.filter(pk=source.pk).update(is_protected=True, protected_reason="So.")
        monkeypatch.undo()
        assert f"/articles/{source.public_id}/" not in _named(client)

    def test_robots_are_told_of_it(self, client: Client) -> None:
        text = client.get("/robots.txt").content.decode()
        assert f"Sitemap: {SITE}/sitemap.xml" in text
        assert "Disallow: /desk/" in text


def _addresses(patterns: Any, prefix: str, known: dict[str, str]) -> set[str]:
    found = set()
    for one in patterns:
        route = str(one.pattern)
        if isinstance(one, URLResolver):
            found |= _addresses(one.url_patterns, prefix + route, known)
        elif isinstance(one, URLPattern) and one.name:
            found.add(known.get(one.name, prefix + route))
    return found


def _public(put_up: Publish) -> list[str]:
    """One address of every public view: pages, feeds, pictures, API."""
    made = put_up()
    source = PublicSource.objects.exclude(capture=None).select_related("source", "capture").get()
    speaker = PublicSpeaker.objects.select_related("speaker").get(is_attributed=True).speaker.public_id
    capture = f"/sources/{source.source.public_id}/captures/{source.capture.public_id}/"  # type: ignore[union-attr]
    claim = made.claim.public_id
    known = {
        "claim": made.path, "claim_record": f"{made.path}record.json", "claim_picture": f"{made.path}card.png",
        "claim_claimreview": f"{made.path}claimreview.json", "claim_embed": f"/embed{made.path}",
        "topic": "/topics/harbours/", "speaker": f"/speakers/{speaker}/", "source": f"/sources/{source.source.public_id}/",
        "capture": capture, "verdicts_feed": "/feeds/verdicts.atom", "corrections_feed": "/feeds/corrections.json",
        "topic_feed": "/feeds/topics/harbours.atom", "search_feed": "/feeds/search.json",
        "sitemap_part": "/sitemap-0.xml", "sitemap_articles": "/sitemap-articles-0.xml", "oembed": f"/oembed?url={SITE}{made.path}",
        "api_claim": f"/api/v1/claims/{claim}/", "api_revision": f"/api/v1/revisions/{made.row.revision.public_id}/",
        "api_speaker": f"/api/v1/speakers/{speaker}/", "api_source": f"/api/v1/sources/{source.source.public_id}/",
        "api_capture": f"/api/v1/captures/{source.capture.public_id}/",  # type: ignore[union-attr]
    }  # fmt: skip
    readers = _addresses(get_resolver("claims.public.urls").url_patterns, "/", known)
    api = _addresses(get_resolver("claims.api.urls").url_patterns, "/api/v1/", known)
    return sorted(one for one in readers | api if "<" not in one and "(?P" not in one)


def test_every_public_address_answers_with_validators_for_shared_caches_and_no_cookie(
    client: Client, put_up: Publish
) -> None:
    addresses = _public(put_up)
    assert len(addresses) > 30
    for path in addresses:
        first = client.get(path)
        if first.status_code != 200 or "no-store" in first.get("Cache-Control", ""):
            continue
        assert not first.cookies, path
        assert "Cookie" not in first.get("Vary", ""), path
        assert first["Cache-Control"] == "public, no-cache", path
        again = client.get(path, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"]), path
        assert "Content-Length" in first, path
        assert "Content-Length" not in again, path
        if "?" not in path:
            by_time = client.get(path, headers={"if-modified-since": first["Last-Modified"]})
            assert by_time.status_code == 304, path
        assert client.head(path).status_code == 200, path


def test_who_asks_a_list_by_time_alone_is_told_of_a_change_within_the_same_second(
    client: Client, put_up: Publish, noon: Any
) -> None:
    for path in ("/feeds/verdicts.atom", "/claims/", "/api/v1/claims/", "/sitemap.xml"):
        before = client.get(path)["Last-Modified"]
        put_up(with_claim(a_record(), slug=f"claim-{path.count('/')}-{len(path)}"))
        changed = client.get(path, headers={"if-modified-since": before})
        assert changed.status_code == 200, path
        noon.shift(2)
        assert client.get(path)["Last-Modified"] > before
