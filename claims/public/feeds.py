"""Feeds: of verdicts, of corrections, of a topic, of a search; each as Atom and as JSON Feed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from claims.exports import atom, json_feed
from claims.models import NameKind, PublicClaim, PublicName, PublicTopic
from claims.presenters.feeds import Feed, FeedEntry, correction_entries, verdict_entry
from claims.public.conditional import public_page
from claims.public.parameters import typed_in
from claims.search.facets import Filters, read_filters
from claims.search.searching import query_of
from claims.search.searching import search as find
from sources.domain.errors import NotFound
from sources.domain.terms import MOST_CHARACTERS

ENTRIES = 50
FORMATS = {"atom": atom, "json": json_feed}


@dataclass(frozen=True)
class FeedLink:
    """A feed as the page that it goes with names it; its format is put between ``path`` and ``query``."""

    title: str
    path: str
    query: str = ""


def search_feed(q: str, filters: Filters) -> FeedLink:
    """The feed of a search."""
    asked = {"q": q, **filters.chosen()}
    kept = urlencode({name: value for name, value in asked.items() if value})
    return FeedLink(f"“{q}”" if q else "search", "/feeds/search", f"?{kept}" if kept else "")


@public_page
def verdicts(request: HttpRequest, form: str) -> HttpResponse:
    """Published verdicts, the newest change first."""
    rows = PublicClaim.objects.select_related("claim").order_by("-revised_at", "slug")[:ENTRIES]
    return _feed(
        form,
        _entries(rows),
        title="verdicts",
        description="Published verdicts, and every change to them.",
        home="/",
        path="/feeds/verdicts",
    )


@public_page
def corrections(request: HttpRequest, form: str) -> HttpResponse:
    """Corrections, retractions, suspensions and re-checks, the newest change first."""
    return _feed(
        form,
        correction_entries(ENTRIES, settings.DESK_NAME),
        title="corrections",
        description="What was corrected, retracted, suspended or is being looked at again.",
        home="/corrections/",
        path="/feeds/corrections",
    )


@public_page
def topic(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The verdicts filed under one topic, the newest change first."""
    row = PublicName.objects.filter(kind=NameKind.TOPIC, key=slug.lower()[:120]).first()
    if row is None:
        raise NotFound("topic_unknown", "No published claim is filed under this topic.")
    filed = PublicTopic.objects.filter(slug=row.key).select_related("public_claim__claim")
    newest = filed.order_by("-revised_at", "-public_claim_id")[:ENTRIES]
    return _feed(
        form,
        _entries(one.public_claim for one in newest),
        title=row.name,
        description=f"Published verdicts on {row.name}, and every change to them.",
        home=f"/topics/{row.key}/",
        path=f"/feeds/topics/{row.key}",
    )


@public_page
def search(request: HttpRequest, form: str) -> HttpResponse:
    """What answers a search, newest first publication first. Its parameters are those of the search page."""
    typed = typed_in(request.GET)
    q = typed("q").strip()[:MOST_CHARACTERS]
    query, filters = query_of(q), read_filters(typed)
    link = search_feed(q, filters)
    is_asked = not query.is_empty or (not q and bool(filters.chosen()))
    rows = find(query, filters, sort="date", size=ENTRIES, counts=False).rows if is_asked else ()
    claims = {
        row.pk: row for row in PublicClaim.objects.filter(pk__in=[row.pk for row in rows]).select_related("claim")
    }
    return _feed(
        form,
        _entries([claims[row.pk] for row in rows if row.pk in claims]),
        title=link.title,
        description="Published verdicts that answer a search, and every change to them.",
        home=f"/search/{link.query}",
        path=link.path,
        query=link.query,
    )


def _entries(rows: Iterable[PublicClaim]) -> list[FeedEntry]:
    return [verdict_entry(row, settings.DESK_NAME) for row in rows]


def _feed(
    form: str, entries: Sequence[FeedEntry], *, title: str, description: str, home: str, path: str, query: str = ""
) -> HttpResponse:
    writer = FORMATS[form]
    feed = Feed(
        title=f"{settings.DESK_NAME}: {title}",
        description=description,
        home_path=home,
        feed_path=f"{path}.{form}{query}",
        site_url=settings.SITE_URL,
        desk_name=settings.DESK_NAME,
        language=settings.LANGUAGE_CODE,
        entries=entries,
    )
    return HttpResponse(writer.write(feed), content_type=writer.CONTENT_TYPE)
