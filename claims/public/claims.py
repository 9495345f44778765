"""A claim's page, its record, and its ClaimReview."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from claims.domain.record_v1 import RevisionRecord
from claims.models import PublicClaim, Slug
from claims.presenters.claim_page import ClaimPage, page_of
from claims.presenters.claimreview import as_script
from claims.presenters.rendered_claim import html_of, variant_of
from claims.public.conditional import public_page
from claims.public.kept import answer_kept, look_up
from claims.public.removed import removal_page
from claims.querysets import protected_in, record_of, revisions_at
from claims.services.finding_pages import Found
from claims.services.indexing import remember
from claims.services.rendering import keep_nothing, keep_page
from sources.domain.errors import NotFound, WrongState

NOT_PUBLISHED = gettext_noop("There is no published claim at this address.")


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


@require_safe
def claim(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The page: as it is kept, or drawn now where nothing true is kept."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    found = look_up(request, slug, language)
    if found is not None and found.is_true and found.last is not None:
        return answer_kept(request, found.last)
    return _drawn(request, slug, language, found)


def _drawn(request: HttpRequest, slug: str, language: str, found: Found | None) -> HttpResponseBase:
    published = revisions_at(slug)
    if published is None:
        return public_page(_elsewhere)(request, slug)
    row, revisions, is_removed = published
    if is_removed:
        if found is not None:
            keep_nothing(found=found)
        return public_page(_removed)(request, row.claim.public_id)
    text = html_of(row, revisions, language=language)
    if found is None:
        remember(claim=row.claim)
        return public_page(lambda _: HttpResponse(text))(request)
    return answer_kept(request, keep_page(found=found, variant=variant_of(language), content=text.encode()))


def _removed(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    return removal_page(request, public_id) or HttpResponse(status=410)


def _elsewhere(request: HttpRequest, slug: str) -> HttpResponse:
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
