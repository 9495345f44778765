"""A claim's page, its record, and its ClaimReview."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from claims.domain.record_v1 import RevisionRecord
from claims.models import PublicClaim, Slug
from claims.presenters.claim_page import ClaimPage, page_of
from claims.presenters.claimreview import as_script
from claims.public.conditional import public_page
from claims.public.removed import removal_page
from claims.querysets import protected_in, record_of
from sources.domain.errors import NotFound, WrongState

NOT_PUBLISHED = "There is no published claim at this address."


def row_at(slug: str) -> PublicClaim:
    """The published claim whose page stands at ``slug``. Raises ``NotFound`` (``not_published``)."""
    row = PublicClaim.objects.select_related("claim").filter(slug=slug).first()
    if row is None:
        raise NotFound("not_published", NOT_PUBLISHED)
    return row


def shows_record(row: PublicClaim, record: RevisionRecord) -> bool:
    """Whether ``record``, of this claim, may be handed out: its verdict stands, and it names no protected source."""
    return row.state == "up" and not protected_in([record])


def _page(row: PublicClaim) -> ClaimPage:
    return page_of(row, site_url=settings.SITE_URL, desk_name=settings.DESK_NAME)


@public_page
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    row = PublicClaim.objects.select_related("claim").filter(slug=slug).first()
    if row is None:
        return _elsewhere(slug)
    removed = removal_page(request, row.claim.public_id)
    if removed is not None:
        return removed
    page = _page(row)
    context: dict[str, Any] = {
        "section": "claims",
        "page": page,
        "demonstration": page.is_demonstration,
        "record_path": f"{page.path}record.json",
        "claimreview_path": f"{page.path}claimreview.json",
        "correction_path": f"{page.path}request-correction/",
        "api_path": f"/api/v1/claims/{row.claim.public_id}/",
    }
    return render(request, "claims/claim.html", context)


def _elsewhere(slug: str) -> HttpResponse:
    """A later address leads to the one that was fixed at first publication."""
    later = Slug.objects.filter(slug=slug, claim__public__isnull=False).select_related("claim__public").first()
    if later is None:
        raise NotFound("not_published", NOT_PUBLISHED)
    return HttpResponsePermanentRedirect(f"/claims/{later.claim.public.slug}/")


@public_page
def record(request: HttpRequest, slug: str) -> HttpResponse:
    """The exact text whose digest the page prints. Words that may have to go stand in it as salted digests."""
    row = row_at(slug)
    if removal_page(request, row.claim.public_id) is not None or not shows_record(row, record_of(row.revision)):
        raise WrongState("verdict_hidden", "The verdict of this claim is not shown now, nor is its record.")
    return HttpResponse(row.revision.record, content_type="application/json; charset=utf-8")


@public_page
def claimreview_json(request: HttpRequest, slug: str) -> HttpResponse:
    row = row_at(slug)
    data = None if removal_page(request, row.claim.public_id) else _page(row).json_ld
    if data is None:
        raise WrongState("verdict_hidden", "The verdict of this claim is not shown now.")
    return HttpResponse(as_script(data), content_type="application/ld+json; charset=utf-8")
