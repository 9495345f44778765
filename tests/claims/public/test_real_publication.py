"""What the services publish is what readers get: the whole way from a round to the page, and every step back."""

import pytest
from django.test import Client

from claims.models import PublicClaim
from claims.services.indexing import rebuild_public
from claims.services.suspending import lift, suspend
from tests.claims.services.publication_factory import (
    HEADLINE,
    SUMMARY,
    a_decided_round,
    a_published_claim,
    a_text,
)
from tests.claims.services.round_factory import an_open_round
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

LISTS = ("/", "/claims/", "/search/?q=containers", "/feeds/verdicts.atom", "/sitemap.xml", "/api/v1/claims/")


def _all(client: Client) -> str:
    return "".join(client.get(path).content.decode() for path in LISTS)


def test_nothing_of_a_claim_is_public_before_it_is_approved(client: Client, cast: Cast) -> None:
    opened = an_open_round(cast)
    assert opened.claim.statement not in _all(client)


def test_a_decision_and_a_text_are_not_public_yet(client: Client, cast: Cast) -> None:
    round_ = a_decided_round(cast)
    a_text(cast, round_.claim)
    shown = _all(client)
    assert HEADLINE not in shown
    assert round_.claim.statement not in shown
    assert client.get(f"/api/v1/claims/{round_.claim.public_id}/").status_code == 404


def test_what_is_approved_is_on_the_site_at_once(client: Client, cast: Cast) -> None:
    claim = a_published_claim(cast)
    row = PublicClaim.objects.get(claim=claim)
    page = client.get(f"/claims/{row.slug}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert claim.statement in text
    assert SUMMARY in text
    for name in ("reviewer_a", "reviewer_b", "publisher"):
        assert name not in text
    assert row.slug in client.get("/sitemap.xml").content.decode()


def test_a_suspension_is_told_at_once_and_lifted_by_another(client: Client, cast: Cast) -> None:
    claim = a_published_claim(cast)
    path = f"/claims/{PublicClaim.objects.get(claim=claim).slug}/"
    suspend(by=cast.publisher, claim=claim, text="A source is being looked at again.")
    page = client.get(path).content.decode()
    assert "A source is being looked at again." in page
    assert SUMMARY not in page
    lift(by=cast.publisher2, claim=claim, reason="It stands.")
    assert SUMMARY in client.get(path).content.decode()


def test_rows_made_anew_show_the_same(client: Client, cast: Cast) -> None:
    claim = a_published_claim(cast)
    fields = (
        "slug",
        "support",
        "attribution",
        "words__headline_words",
        "words__facets",
        "first_published_at",
        "revised_at",
    )
    before = PublicClaim.objects.filter(claim=claim).values(*fields).get()
    PublicClaim.objects.all().delete()
    assert rebuild_public() == 1
    assert PublicClaim.objects.filter(claim=claim).values(*fields).get() == before
