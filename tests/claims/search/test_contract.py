"""Both engines find the same claims in the same order: the same cases run on SQLite and on PostgreSQL."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.models import PublicClaim
from claims.search.engines import engine_for
from claims.search.facets import Filters
from claims.search.query import parse
from claims.search.searching import SORTS, languages, query_of, search
from claims.services.indexing import index_missing, rebuild_public
from tests.claims.search.cases import CLAIMS, NEWEST_FIRST, SEARCHES, an_id

pytestmark = pytest.mark.django_db


def _slugs(typed: str, filters: Filters | None = None, **more: str) -> tuple[str, ...]:
    return tuple(row.slug for row in search(query_of(typed), filters or Filters(), **more).rows)


def test_finds_the_same_in_the_same_order(library: None) -> None:
    wrong = {name: (_slugs(typed), slugs) for name, typed, slugs in SEARCHES if _slugs(typed) != slugs}
    assert wrong == {}


def test_by_date_the_same_are_found_newest_first(library: None) -> None:
    for name, typed, slugs in SEARCHES:
        in_order = tuple(slug for slug in NEWEST_FIRST if slug in slugs)
        assert _slugs(typed, sort="date") == in_order, name


FILTERS = (
    (Filters(support="supported"), ("ferry",)),
    (Filters(topic="elections"), ("election", "governing")),
    (Filters(outlet=an_id("Evening News")), ("election", "governing")),
    (Filters(source=an_id("Crane register")), ("crane",)),
    (Filters(speaker=an_id("Tom Ferry")), ("school",)),
    (Filters(speaker=an_id("Lena Lighthouse")), ("speaker",)),
    (Filters(date="2026-01"), ("school",)),
    (Filters(date="2025"), ("ferry",)),
    (Filters(topic="schools", date="2026"), ("school",)),
    (Filters(topic="schools", date="2025"), ()),
    (Filters(topic="none-such"), ()),
    (Filters(topic="harbours", support="mixed"), ("headline", "speaker", "summary", "title", "hostile", "crane")),
)


def test_filters_narrow(library: None) -> None:
    for filters, slugs in FILTERS:
        assert _slugs("", filters, sort="date") == slugs, filters
        assert _slugs('-"zzz"', filters, sort="date") == slugs, filters


def test_words_and_filters_narrow_each_other(library: None) -> None:
    """A word that goes on is looked for in the rows that the rest finds, or in the index: either way the same."""
    for name, typed, slugs in SEARCHES:
        for filters, within in FILTERS[:4]:
            both = tuple(slug for slug in NEWEST_FIRST if slug in slugs and slug in within)
            assert _slugs(typed, filters, sort="date") == both, (name, filters)


def test_a_hidden_verdict_is_in_no_facet(library: None) -> None:
    found = search(query_of("lighthouse"), Filters())
    assert found.total == 6
    assert sum(found.counts["support"].values()) == 4
    assert sum(found.counts["speaker"].values()) == 4


def test_only_an_established_speaker_is_in_a_facet(library: None) -> None:
    found = search(query_of("election"), Filters())
    assert {row.slug for row in found.rows} == {"governing", "election"}
    assert sum(found.counts["speaker"].values()) == 1
    assert "election" not in _slugs("", Filters(speaker=an_id("Ana Ruiz")), sort="date")


def test_counts_are_those_of_what_was_found(library: None) -> None:
    found = search(query_of("ferry"), Filters())
    assert (found.total, found.is_capped) == (2, False)
    assert dict(found.counts["topic"]) == {"harbours": 1, "schools": 1}
    assert dict(found.counts["support"]) == {"supported": 1, "mixed": 1}
    assert dict(found.counts["date"]) == {"2025": 1, "2025-11": 1, "2026": 1, "2026-01": 1}


def test_pages_neither_lose_nor_repeat(library: None) -> None:
    for sort in SORTS:
        for typed in ("lighthouse", "the", "-zzz"):
            whole = _slugs(typed, sort=sort)
            found = search(query_of(typed), Filters(), sort=sort, size=2)
            seen = [row.slug for row in found.rows]
            while found.after and len(seen) <= len(whole):
                found = search(query_of(typed), Filters(), sort=sort, after=found.after, size=2)
                seen += [row.slug for row in found.rows]
            assert tuple(seen) == whole, (typed, sort)


def test_what_goes_meanwhile_moves_no_page(library: None) -> None:
    first = search(query_of("lighthouse"), Filters(), size=3)
    rest = search(query_of("lighthouse"), Filters(), size=3, after=first.after)
    PublicClaim.objects.filter(slug="headline").delete()
    again = search(query_of("lighthouse"), Filters(), size=3, after=first.after)
    assert [row.slug for row in again.rows] == [row.slug for row in rest.rows]


def test_the_languages_are_those_of_the_claims(library: None) -> None:
    assert languages() == tuple(sorted({one.language for one in CLAIMS}))


def test_a_rebuild_finds_the_same(library: None) -> None:
    PublicClaim.objects.all().delete()
    assert _slugs("ferry") == ()
    assert rebuild_public() == len(CLAIMS)
    assert _slugs("ferr") == ("school", "ferry")


def test_what_has_no_words_is_indexed_by_the_clock(library: None) -> None:
    for row in PublicClaim.objects.all():
        engine_for().forget(row.pk)
        row.words.delete()
    assert _slugs("ferry") == ()
    assert index_missing() == len(CLAIMS)
    assert _slugs("ferr") == ("school", "ferry")
    assert index_missing() == 0


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=60) | st.lists(st.sampled_from(["ferry", "-", '"', "the", " ", "*", "NEAR(", "'", "\\", "&", "|", "!", ":", "<->", "(", ")", "OR", "^", "{", "}"]), max_size=14).map("".join))  # fmt: skip
def test_no_text_breaks_the_engine(library: None, typed: str) -> None:
    found = set(_slugs(typed))
    assert found <= set(NEWEST_FIRST)
    if parse(typed).is_empty and typed:
        return
    assert set(_slugs(typed, sort="date")) == found
