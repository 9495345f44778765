"""Search finds published words, alike on both databases, and takes anything that is typed."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.models import PublicClaim
from claims.search.engines import engine_for
from claims.search.query import MOST_CHARACTERS, parse, searchable
from claims.search.snippets import marked
from claims.services.indexing import rebuild_public
from tests.claims.presenters.records import a_record, with_claim
from tests.claims.public.conftest import Publish

pytestmark = pytest.mark.django_db

STATEMENTS = {
    "crane": "The café on the quay sold 27,000 cranes in São Tomé.",
    "ferry": "The ferry was late on every second day of the year.",
    "school": "The school’s new roof cost more than the ferry.",
}


@pytest.fixture
def three(put_up: Publish) -> None:
    for slug, statement in STATEMENTS.items():
        put_up(with_claim(a_record(), slug=slug, statement=statement, parts=()))


def _found(typed: str) -> set[str]:
    rows = engine_for().narrow(PublicClaim.objects.all(), parse(typed))
    return set(rows.values_list("slug", flat=True))


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("ferry", {"ferry", "school"}),
        ("FERRY late", {"ferry"}),
        ("ferry -late", {"school"}),
        ("-ferry", {"crane"}),
        ('"second day"', {"ferry"}),
        ('"day second"', set()),
        ("cafe sao tome", {"crane"}),
        ("CAFÉ", {"crane"}),
        ("27,000", {"crane"}),
        ("ferr", {"ferry", "school"}),
        ("ferr late", set()),
        ("school's", {"school"}),
        ("-ferr", {"crane", "ferry", "school"}),
        ("lantern", {"crane", "ferry", "school"}),
        ("zzz", set()),
    ],
)
def test_finds(three: None, typed: str, slugs: set[str]) -> None:
    assert _found(typed) == slugs


@pytest.mark.parametrize(
    "typed",
    ['"', '""', "NEAR(", "a*", "*", "-", "--", '-"', "a AND OR NOT", "col:x", "'; DROP TABLE x; --", "\x00", "a\x00b",
     "\ud800", "()", "&|!", ":*", "<->", "ه" * 400, "a " * 400, "%", "_", "^", "{}", "²"],
)  # fmt: skip
def test_takes_anything(client: Client, three: None, typed: str) -> None:
    assert client.get("/search/", {"q": typed.encode("utf-8", "surrogatepass")}).status_code == 200
    assert client.get("/api/v1/claims/", {"q": typed.encode("utf-8", "surrogatepass")}).status_code == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=60))
def test_no_text_breaks_the_engine(three: None, typed: str) -> None:
    assert _found(typed) <= set(STATEMENTS)


@given(typed=st.text(), text=st.text())
def test_marked_pieces_join_to_the_text(typed: str, text: str) -> None:
    query = parse(typed)
    assert "".join(piece.text for piece in marked(text, query)) == text
    assert all(len(term.words) <= MOST_CHARACTERS for term in query.wanted)


def test_marks_what_was_looked_for(client: Client, put_up: Publish) -> None:
    put_up()
    assert "<mark>number</mark>" in client.get("/search/?q=number").content.decode()


def test_a_rebuild_makes_the_same_rows(three: None) -> None:
    before = list(
        PublicClaim.objects.order_by("slug").values("slug", "search_text", "revised_at", "support", "state")
    )
    PublicClaim.objects.all().delete()
    assert _found("ferry") == set()
    assert rebuild_public() == len(STATEMENTS)
    after = list(PublicClaim.objects.order_by("slug").values("slug", "search_text", "revised_at", "support", "state"))
    assert after == before
    assert _found("ferry") == {"ferry", "school"}


def test_stored_words_are_folded() -> None:
    assert searchable("São  Tomé’s", "№ 5—x_y") == "sao tome s no 5 x y"
