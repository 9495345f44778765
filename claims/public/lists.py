"""Home and the lists: claims, topics, search, speakers, sources, corrections."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from claims.domain.scales import current
from claims.models import NameKind, PublicClaim, PublicName
from claims.presenters import lists
from claims.presenters.cards import ClaimCard, card_of
from claims.presenters.labels import view_of
from claims.presenters.names import name_page
from claims.presenters.search_page import search_page
from claims.public.conditional import public_page
from claims.public.feeds import FeedLink, search_feed
from claims.public.listing import newest_first, next_query
from claims.public.parameters import typed_in
from claims.search.facets import Filters, read_filters
from claims.search.query import Query
from claims.search.searching import Found, query_of
from claims.search.searching import search as find
from sources.domain.errors import NotFound
from sources.domain.terms import MOST_CHARACTERS

HOME_CLAIMS = 8
HOME_CORRECTIONS = 5
LOG_CORRECTIONS = 50
LOG_OUTCOMES = 20


def _cards(rows: tuple[PublicClaim, ...]) -> list[ClaimCard]:
    return [card_of(row) for row in rows]


@public_page
def home(request: HttpRequest) -> HttpResponse:
    newest = newest_first(PublicClaim.objects.exclude(state="retracted"), size=HOME_CLAIMS)
    cards = _cards(newest.rows)
    context = {
        "cards": cards,
        "has_more": bool(newest.after),
        "corrections": lists.corrections(HOME_CORRECTIONS).lines,
        "topics": lists.topics(),
        "demonstration": any(card.is_demonstration for card in cards),
    }
    return render(request, "claims/home.html", context)


@public_page
def claims(request: HttpRequest) -> HttpResponse:
    typed = typed_in(request.GET)
    filters = read_filters(typed)
    found = find(Query(), filters, sort="date", after=typed("after"), counts=False)
    return _list(
        request,
        found,
        filters,
        title=_("Claims"),
        template="claims/claims.html",
        support=filters.support,
        topic=filters.topic,
        supports=[view_of(label) for label in current().support],
        topics=lists.topics(),
    )


@public_page
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    row = PublicName.objects.filter(kind=NameKind.TOPIC, key=slug.lower()[:120]).first()
    if row is None:
        raise NotFound("topic_unknown", "No published claim is filed under this topic.")
    found = find(Query(), Filters(topic=row.key), sort="date", after=typed_in(request.GET)("after"), counts=False)
    feed = FeedLink(row.name, f"/feeds/topics/{row.key}")
    return _list(request, found, Filters(), title=row.name, template="claims/topic.html", feed=feed)


def _list(
    request: HttpRequest, found: Found, kept: Filters, *, title: str, template: str, **more: object
) -> HttpResponse:
    cards = _cards(found.rows)
    context = {
        **more,
        "page_title": title,
        "section": "claims",
        "cards": cards,
        "older": next_query(found.after, **kept.chosen()),
        "demonstration": any(card.is_demonstration for card in cards),
    }
    return render(request, template, context)


@public_page
def search(request: HttpRequest) -> HttpResponse:
    typed = typed_in(request.GET)
    q, sort = typed("q").strip(), typed("sort") or "relevance"
    query, filters = query_of(q), read_filters(typed)
    is_asked = not query.is_empty or (not q and bool(filters.chosen()))
    found = find(query, filters, sort=sort, after=typed("after")) if is_asked else Found()
    page = search_page(q[:MOST_CHARACTERS], query, filters, sort, found)
    feed = search_feed(q[:MOST_CHARACTERS], filters) if is_asked else None
    context = {"page": page, "feed": feed, "demonstration": page.is_demonstration}
    return render(request, "claims/search.html", context)


@public_page
def speakers(request: HttpRequest) -> HttpResponse:
    return _names(request, NameKind.SPEAKER, "speakers", _("Speakers"))


@public_page
def topics(request: HttpRequest) -> HttpResponse:
    return _names(request, NameKind.TOPIC, "topics", _("Topics"))


@public_page
def sources(request: HttpRequest) -> HttpResponse:
    return _names(request, NameKind.SOURCE, "sources", _("Sources"))


def _names(request: HttpRequest, kind: NameKind, section: str, title: str) -> HttpResponse:
    page = name_page(kind, typed_in(request.GET)("after"))
    context = {
        "section": "claims" if kind == NameKind.TOPIC else section,
        "names": page.lines,
        "older": next_query(page.after),
        "page_title": title,
        "demonstration": _has_demonstration(),
    }
    return render(request, f"claims/{section}.html", context)


@public_page
def corrections(request: HttpRequest) -> HttpResponse:
    typed = typed_in(request.GET)
    after, outcomes_after = typed("after"), typed("outcomes_after")
    page = lists.corrections(LOG_CORRECTIONS, after)
    outcomes = lists.outcomes(LOG_OUTCOMES, outcomes_after)
    context = {
        "section": "corrections",
        "lines": page.lines,
        "older": next_query(page.after, outcomes_after=outcomes_after),
        "outcomes": outcomes.lines,
        "outcomes_older": next_query(outcomes.after, "outcomes_after", after=after),
        "demonstration": any(line.is_demonstration for line in page.lines + outcomes.lines),
    }
    return render(request, "claims/corrections.html", context)


def _has_demonstration() -> bool:
    return PublicClaim.objects.filter(is_demonstration=True).exists()
