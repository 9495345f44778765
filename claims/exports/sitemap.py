"""The sitemap (sitemaps.org 0.9): what stands, each with the time of its newest change, and nothing else.

No demonstration and nothing retracted, nor a topic, publisher or article that nothing else names. A large desk has an
index of parts of at most 50,000 addresses, each a range of keys, so that a part costs no more the later it comes.
"""

from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

from django.db.models import F, Max, QuerySet

from claims.models import PublicClaim, PublicSource, PublicTopic
from claims.presenters.wording import moment
from sources.models import Removal

PART = 50_000
SMALL = 10_000
"""So many claims, articles, topics and publishers, with the site's own pages, fit in one part together."""
MOST_NAMES = 10_000
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
WITH_CLAIMS = ("/", "/claims/", "/corrections/")
"""Pages that change whenever a claim does."""
STANDING = ("/speakers/", "/sources/", "/methodology/", "/about/", "/privacy/")

Line = tuple[str, datetime | None]


def listed() -> QuerySet[PublicClaim]:
    """The claims that a sitemap names."""
    return PublicClaim.objects.filter(is_demonstration=False).exclude(state="retracted")


def appeared() -> QuerySet[PublicSource]:
    """What claims that the sitemap names appeared in or cite, less what is protected or removed by now."""
    removed = Removal.objects.filter(field="", done_at__isnull=False).values("subject_id")
    rows = PublicSource.objects.filter(public_claim__in=listed().order_by(), source__is_protected=False)
    return rows.exclude(source__public_id__in=removed).order_by()


def last_part() -> int:
    """The number of the last part of claims, from 0."""
    return int(PublicClaim.objects.aggregate(last=Max("pk"))["last"] or 0) // PART


def last_part_of_articles() -> int:
    """The number of the last part of articles, from 0."""
    return _last_source() // PART


def _last_source() -> int:
    return int(PublicSource.objects.aggregate(last=Max("source"))["last"] or 0)


def whole(site_url: str) -> str:
    """The one sitemap of a desk of which all fits in one, or the index of its parts."""
    last_claim = int(PublicClaim.objects.aggregate(last=Max("pk"))["last"] or 0)
    if max(last_claim, _last_source()) < min(SMALL, PART):
        return urls([*pages(), *claims(0), *articles(0)], site_url)
    changed = listed().order_by().values_list(F("pk") / PART).annotate(newest=Max("revised_at"))
    newest = dict(changed)
    printed = appeared().filter(is_appearance=True).values_list(F("source") / PART)
    lines: list[Line] = [("/sitemap-pages.xml", max(newest.values(), default=None))]
    lines += [(f"/sitemap-{part}.xml", at) for part, at in sorted(newest.items())]
    changed_articles = printed.annotate(newest=Max("public_claim__revised_at"))
    lines += [(f"/sitemap-articles-{part}.xml", at) for part, at in sorted(changed_articles)]
    body = "".join(_line("sitemap", site_url, line) for line in lines)
    return f'{HEAD}<sitemapindex xmlns="{SPACE}">{body}</sitemapindex>\n'


def pages() -> list[Line]:
    """The site's own pages, its topics and its publishers."""
    newest = listed().aggregate(newest=Max("revised_at"))["newest"]
    if newest is None:
        return [(path, None) for path in STANDING]
    found: list[Line] = [(path, newest) for path in WITH_CLAIMS]
    return found + [(path, None) for path in STANDING] + _topics() + _publishers()


def _topics() -> list[Line]:
    rows = PublicTopic.objects.filter(public_claim__in=listed().order_by()).order_by("slug").values_list("slug")
    newest = rows.annotate(newest=Max("public_claim__revised_at"))
    return [(f"/topics/{slug}/", at) for slug, at in newest[:MOST_NAMES]]


def _publishers() -> list[Line]:
    """Without a time: a publisher's page also tells what its sources answer today."""
    rows = appeared().filter(publisher__isnull=False).order_by("publisher__public_id")
    keys = rows.values_list("publisher__public_id", flat=True).distinct()
    return [(f"/publishers/{key}/", None) for key in keys[:MOST_NAMES]]


def claims(part: int) -> list[Line]:
    """The claims of one part."""
    rows = listed().filter(pk__gte=part * PART, pk__lt=(part + 1) * PART).order_by("pk")
    return [(f"/claims/{slug}/", at) for slug, at in rows.values_list("slug", "revised_at")]


def articles(part: int) -> list[Line]:
    """The articles of one part, each with the newest change of a claim that appeared in it."""
    rows = appeared().filter(is_appearance=True, source__gte=part * PART, source__lt=(part + 1) * PART)
    newest = rows.values_list("source__public_id").annotate(newest=Max("public_claim__revised_at"))
    return [(f"/articles/{key}/", at) for key, at in newest.order_by("source__public_id")]


def urls(lines: Iterable[Line], site_url: str) -> str:
    """``lines`` as a set of addresses."""
    body = "".join(_line("url", site_url, line) for line in lines)
    return f'{HEAD}<urlset xmlns="{SPACE}">{body}</urlset>\n'


def _line(name: str, site_url: str, line: Line) -> str:
    path, at = line
    changed = f"<lastmod>{moment(at).isoformat()}</lastmod>" if at else ""
    return f"<{name}><loc>{escape(site_url + path)}</loc>{changed}</{name}>"
