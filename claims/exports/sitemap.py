"""The sitemap (sitemaps.org 0.9): what stands, each with the time of its newest change, and nothing else.

No demonstration and nothing retracted, nor a topic, publisher or article that nothing else names. A large desk has an
index of parts, each a range of keys of claims or of sources, so that a part costs no more the later it comes and no
more the larger the desk. Each public row that a sitemap names has the number of its part: the newest change of a
part, of a topic and of an article is then one step in an index, and nothing is counted or sorted over all rows. No
row is kept for a part itself, which every publication would have to change.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from django.db.models import Exists, Max, OuterRef, Subquery

from claims.models import NameKind, PublicClaim, PublicName, PublicSource, PublicTopic
from claims.models.index import PART
from claims.presenters.wording import moment
from sources.models import Publisher, Removal, Source

SMALL = PART
"""Where all keys are below it, claims, articles, topics and publishers fit in one part together."""
MOST_NAMES = 10_000
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
WITH_CLAIMS = ("/", "/claims/", "/corrections/")
"""Pages that change whenever a claim does."""
STANDING = ("/speakers/", "/sources/", "/methodology/", "/about/", "/privacy/")
REMOVED = (
    "SELECT 1 FROM sources_removal r WHERE r.subject_id = s.public_id AND r.field = '' AND r.done_at IS NOT NULL"
)
NEWEST = """
WITH RECURSIVE newest (id, part, revised_at) AS (
    SELECT * FROM (
        SELECT o.id, o.part, o.revised_at FROM {table} o {also}
        WHERE {which} AND o.part >= 0 ORDER BY o.part, o.revised_at DESC LIMIT 1
    ) AS first
    UNION ALL
    SELECT one.id, one.part, one.revised_at FROM newest JOIN {table} one ON one.id = (
        SELECT o.id FROM {table} o {also}
        WHERE {which} AND o.part > newest.part ORDER BY o.part, o.revised_at DESC LIMIT 1
    )
)
SELECT id, part, revised_at FROM newest
"""
"""The row of the newest change of each part, from the top of a part to the top of the next: steps in one index.

What follows is asked for in the order of that index. Of one part alone, PostgreSQL looks through the newest changes
of all, which it believes to be spread evenly over the parts.
"""
OF_CLAIMS = NEWEST.format(table="claims_publicclaim", which="TRUE", also="")
OF_ARTICLES = NEWEST.format(
    table="claims_publicsource",
    which="o.is_appearance",
    also=f"JOIN sources_source s ON s.id = o.source_id AND NOT s.is_protected AND NOT EXISTS ({REMOVED})",
)

Line = tuple[str, datetime | None]


def last_part() -> int:
    """The number of the last part of claims, from 0."""
    return int(PublicClaim.objects.aggregate(last=Max("part"))["last"] or 0)


def last_part_of_articles() -> int:
    """The number of the last part of articles, from 0."""
    return int(PublicSource.objects.filter(is_appearance=True).aggregate(last=Max("part"))["last"] or 0)


def whole(site_url: str) -> str:
    """The one sitemap of a desk of which all fits in one, or the index of its parts."""
    last_claim = int(PublicClaim.objects.aggregate(last=Max("claim"))["last"] or 0)
    last_source = int(PublicSource.objects.aggregate(last=Max("source"))["last"] or 0)
    if max(last_claim, last_source) < SMALL:
        return urls([*pages(), *claims(0), *articles(0)], site_url)
    newest = [(row.part, row.revised_at) for row in PublicClaim.objects.raw(OF_CLAIMS)]
    printed = [(row.part, row.revised_at) for row in PublicSource.objects.raw(OF_ARTICLES)]
    lines: list[Line] = [("/sitemap-pages.xml", max((at for _, at in newest), default=None))]
    lines += [(f"/sitemap-{part}.xml", at) for part, at in newest]
    lines += [(f"/sitemap-articles-{part}.xml", at) for part, at in printed]
    body = "".join(_line("sitemap", site_url, line) for line in lines)
    return f'{HEAD}<sitemapindex xmlns="{SPACE}">{body}</sitemapindex>\n'


def pages() -> list[Line]:
    """The site's own pages, its topics and its publishers."""
    listed = PublicClaim.objects.filter(part__isnull=False).order_by("-revised_at")
    newest = listed.values_list("revised_at", flat=True).first()
    if newest is None:
        return [(path, None) for path in STANDING]
    found: list[Line] = [(path, newest) for path in WITH_CLAIMS]
    return [*found, *((path, None) for path in STANDING), *_topics(), *_publishers()]


def _topics() -> Iterator[Line]:
    filed = PublicTopic.objects.filter(slug=OuterRef("key"), public_claim__part__isnull=False)
    newest = Subquery(filed.order_by("-revised_at").values("revised_at")[:1])
    names = PublicName.objects.filter(kind=NameKind.TOPIC).order_by("key").annotate(newest=newest)
    return ((f"/topics/{slug}/", at) for slug, at in names.values_list("key", "newest")[:MOST_NAMES] if at)


def _publishers() -> Iterator[Line]:
    """Without a time: a publisher's page also tells what its sources answer today.

    One source of each is looked for, and not all of them: PostgreSQL may turn an EXISTS into a walk through them.
    """
    used = PublicSource.objects.filter(publisher=OuterRef("pk"), part__isnull=False, source__is_protected=False)
    used = used.exclude(_removed("source__public_id"))
    named = Publisher.objects.alias(used=Subquery(used.values("pk")[:1])).filter(used__isnull=False)
    keys = named.order_by("public_id").values_list("public_id", flat=True)
    return ((f"/publishers/{key}/", None) for key in keys[:MOST_NAMES])


def _removed(key: str) -> Exists:
    """Whether the source of this key was removed whole."""
    return Exists(Removal.objects.filter(subject_id=OuterRef(key), field="", done_at__isnull=False))


def claims(part: int) -> list[Line]:
    """The claims of one part."""
    rows = PublicClaim.objects.filter(part=part).order_by().values_list("claim_id", "slug", "revised_at")
    return [(f"/claims/{slug}/", at) for _, slug, at in sorted(rows)]


def articles(part: int) -> list[Line]:
    """The articles of one part, each with the newest change of a claim that appeared in it.

    Asked with ``in``, since Django writes a plain condition on a boolean so that SQLite takes no index for it.
    """
    uses = PublicSource.objects.filter(source=OuterRef("pk"), is_appearance__in=[True], part__isnull=False)
    newest = Subquery(uses.order_by("-revised_at").values("revised_at")[:1])
    rows = Source.objects.filter(pk__gte=part * PART, pk__lt=(part + 1) * PART, is_protected=False)
    rows = rows.exclude(_removed("public_id")).order_by("public_id").annotate(newest=newest)
    return [(f"/articles/{key}/", at) for key, at in rows.values_list("public_id", "newest") if at]


def urls(lines: Iterable[Line], site_url: str) -> str:
    """``lines`` as a set of addresses."""
    body = "".join(_line("url", site_url, line) for line in lines)
    return f'{HEAD}<urlset xmlns="{SPACE}">{body}</urlset>\n'


def _line(name: str, site_url: str, line: Line) -> str:
    path, at = line
    changed = f"<lastmod>{moment(at).isoformat()}</lastmod>" if at else ""
    return f"<{name}><loc>{escape(site_url + path)}</loc>{changed}</{name}>"
