"""What programs read beside the pages: feed, sitemap, robots.txt."""

from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse

from claims.exports.atom import verdicts_feed
from claims.models import PublicClaim
from claims.presenters.wording import moment
from claims.public.conditional import public_page

FEED_ENTRIES = 50
SITEMAP_CLAIMS = 40_000
CLOSED_TO_ROBOTS = ("/admin/", "/desk/", "/account/", "/search/")


@public_page
def verdicts_atom(request: HttpRequest) -> HttpResponse:
    rows = PublicClaim.objects.select_related("claim").order_by("-revised_at", "slug")[:FEED_ENTRIES]
    document = verdicts_feed(list(rows), site_url=settings.SITE_URL, desk_name=settings.DESK_NAME)
    return HttpResponse(document, content_type="application/atom+xml; charset=utf-8")


@public_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """Claims with the day of their newest change, and the lists; no demonstration, nothing retracted."""
    rows = PublicClaim.objects.filter(is_demonstration=False).exclude(state="retracted")
    claims = rows.order_by("-revised_at", "slug").values_list("slug", "revised_at")[:SITEMAP_CLAIMS]
    newest = rows.aggregate(newest=Max("revised_at"))["newest"]
    entries = [(f"/claims/{slug}/", moment(revised).isoformat()) for slug, revised in claims]
    if newest is not None:
        stamp = moment(newest).isoformat()
        entries = [("/", stamp), ("/claims/", stamp), ("/methodology/", ""), *entries]
    lines = [_entry(settings.SITE_URL + path, changed) for path, changed in entries]
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">' + "".join(lines) + "</urlset>\n"
    )
    return HttpResponse(body, content_type="application/xml; charset=utf-8")


def _entry(url: str, changed: str) -> str:
    stamp = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<url><loc>{escape(url)}</loc>{stamp}</url>"


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    closed = "".join(f"Disallow: {path}\n" for path in CLOSED_TO_ROBOTS)
    body = f"User-agent: *\n{closed}\nSitemap: {settings.SITE_URL}/sitemap.xml\n"
    return HttpResponse(body, content_type="text/plain; charset=utf-8")
