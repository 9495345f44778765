"""The sitemap (sitemaps.org 0.9): what stands, each with the time of its newest change, and nothing else.

No demonstration and nothing retracted. Above 50,000 addresses it is an index of parts, each a range of keys, so that
a part costs no more the later it comes.
"""

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

from django.db.models import F, Max, QuerySet

from claims.models import NameKind, PublicClaim, PublicName
from claims.presenters.wording import moment

PART = 50_000
MOST_TOPICS = 10_000
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
WITH_CLAIMS = ("/", "/claims/", "/corrections/")
"""Pages that change whenever a claim does."""
STANDING = ("/speakers/", "/sources/", "/methodology/", "/about/", "/privacy/")

Line = tuple[str, datetime | None]


def listed() -> QuerySet[PublicClaim]:
    """The claims that a sitemap names."""
    return PublicClaim.objects.filter(is_demonstration=False).exclude(state="retracted")


def last_part() -> int:
    """The number of the last part, from 0."""
    return int(PublicClaim.objects.aggregate(last=Max("pk"))["last"] or 0) // PART


def whole(site_url: str) -> str:
    """The one sitemap of a desk whose claims fit in one, or the index of its parts."""
    last = last_part()
    if last == 0:
        return urls([*pages(), *claims(0)], site_url)
    changed = listed().order_by().values_list(F("pk") / PART).annotate(newest=Max("revised_at"))
    newest = dict(changed)
    lines: list[Line] = [("/sitemap-pages.xml", max(newest.values(), default=None))]
    lines += [(f"/sitemap-{part}.xml", at) for part, at in sorted(newest.items())]
    body = "".join(_line("sitemap", site_url, line) for line in lines)
    return f'{HEAD}<sitemapindex xmlns="{SPACE}">{body}</sitemapindex>\n'


def pages() -> list[Line]:
    """The site's own pages and its topics."""
    newest = listed().aggregate(newest=Max("revised_at"))["newest"]
    if newest is None:
        return [(path, None) for path in STANDING]
    topics = PublicName.objects.filter(kind=NameKind.TOPIC).order_by("key").values_list("key", flat=True)
    found: list[Line] = [(path, newest) for path in WITH_CLAIMS]
    found += [(path, None) for path in STANDING]
    return found + [(f"/topics/{key}/", None) for key in topics[:MOST_TOPICS]]


def claims(part: int) -> list[Line]:
    """The claims of one part."""
    rows = listed().filter(pk__gte=part * PART, pk__lt=(part + 1) * PART).order_by("pk")
    return [(f"/claims/{slug}/", at) for slug, at in rows.values_list("slug", "revised_at")]


def urls(lines: Iterable[Line], site_url: str) -> str:
    """``lines`` as a set of addresses."""
    body = "".join(_line("url", site_url, line) for line in lines)
    return f'{HEAD}<urlset xmlns="{SPACE}">{body}</urlset>\n'


def _line(name: str, site_url: str, line: Line) -> str:
    path, at = line
    changed = f"<lastmod>{moment(at).isoformat()}</lastmod>" if at else ""
    return f"<{name}><loc>{escape(site_url + path)}</loc>{changed}</{name}>"
