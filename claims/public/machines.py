"""What programs read beside the pages: the DataFeed of every ClaimReview, the sitemap, robots.txt."""

import json
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from claims.exports import sitemap as sitemaps
from claims.exports.data_feed import data_feed
from claims.models import PublicClaim
from claims.public.conditional import public_page
from claims.public.listing import newest_first
from claims.public.parameters import typed_in
from sources.domain.errors import NotFound

REVIEWS = 100
CLOSED_TO_ROBOTS = ("/admin/", "/desk/", "/account/", "/search/", "/feeds/search.")


@public_page
def claimreview_feed(request: HttpRequest) -> HttpResponse:
    """A hundred ClaimReviews, newest first; the ``Link`` header (RFC 8288) leads to those that follow."""
    after = typed_in(request.GET)("after")
    rows = PublicClaim.objects.filter(state="up").prefetch_related("claim", "revision")
    found = newest_first(rows, after, size=REVIEWS)
    path = "/claimreview.json" + (f"?{urlencode({'after': after})}" if after else "")
    document = data_feed(
        found.rows, url=f"{settings.SITE_URL}{path}", site_url=settings.SITE_URL, desk_name=settings.DESK_NAME
    )
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(text, content_type="application/ld+json; charset=utf-8")
    if found.after:
        response["Link"] = f'<{settings.SITE_URL}/claimreview.json?{found.query()}>; rel="next"'
    return response


@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    return _xml(sitemaps.whole(settings.SITE_URL))


@public_page
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    return _xml(sitemaps.urls(sitemaps.pages(), settings.SITE_URL))


@public_page
def sitemap_part(request: HttpRequest, part: int) -> HttpResponse:
    if part > sitemaps.last_part():
        raise NotFound("no_such_part", "The sitemap has no such part.")
    return _xml(sitemaps.urls(sitemaps.claims(part), settings.SITE_URL))


@public_page
def sitemap_articles(request: HttpRequest, part: int) -> HttpResponse:
    if part > sitemaps.last_part_of_articles():
        raise NotFound("no_such_part", "The sitemap has no such part.")
    return _xml(sitemaps.urls(sitemaps.articles(part), settings.SITE_URL))


def _xml(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    closed = "".join(f"Disallow: {path}\n" for path in CLOSED_TO_ROBOTS)
    body = f"User-agent: *\n{closed}\nSitemap: {settings.SITE_URL}/sitemap.xml\n"
    return HttpResponse(body, content_type="text/plain; charset=utf-8")
