"""Home and the lists: claims, topics, search, speakers, sources, corrections."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from claims.domain.scales import current
from claims.models import PublicClaim, PublicSource, PublicSpeaker, PublicTopic
from claims.presenters import lists
from claims.presenters.cards import ClaimCard, card_of
from claims.presenters.labels import view_of
from claims.public.conditional import public_page
from claims.public.listing import Slice, newest_first
from claims.search.engines import engine_for
from claims.search.query import MOST_CHARACTERS, parse
from sources.domain.errors import BadInput, NotFound

HOME_CLAIMS = 8
HOME_CORRECTIONS = 5
LOG_CORRECTIONS = 200


def _cards(rows: tuple[PublicClaim, ...]) -> list[ClaimCard]:
    return [card_of(row) for row in rows]


def _typed(request: HttpRequest, name: str) -> str:
    """A query parameter without what no database stores; empty if it is missing."""
    return request.GET.get(name, "").replace("\x00", "").encode("utf-8", "ignore").decode()


@public_page
def home(request: HttpRequest) -> HttpResponse:
    newest = newest_first(PublicClaim.objects.exclude(state="retracted"), size=HOME_CLAIMS)
    cards = _cards(newest.rows)
    context = {
        "cards": cards,
        "has_more": bool(newest.after),
        "corrections": lists.corrections(HOME_CORRECTIONS),
        "topics": lists.topics(),
        "demonstration": any(card.is_demonstration for card in cards),
    }
    return render(request, "claims/home.html", context)


@public_page
def claims(request: HttpRequest) -> HttpResponse:
    rows = PublicClaim.objects.all()
    support, topic = _typed(request, "support"), _typed(request, "topic")
    if support:
        if support not in {label.code for label in current().support}:
            raise BadInput("support_unknown", "There is no such verdict. Choose one from the list.")
        rows = rows.filter(state="up", support=support)
    if topic:
        rows = rows.filter(topics__slug=topic)
    found = newest_first(rows, _typed(request, "after"))
    return _list(
        request,
        found,
        title=_("Claims"),
        template="claims/claims.html",
        support=support,
        topic=topic,
        supports=[view_of(label) for label in current().support],
        topics=lists.topics(),
    )


@public_page
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    row = PublicTopic.objects.filter(slug=slug).first()
    if row is None:
        raise NotFound("topic_unknown", "No published claim is filed under this topic.")
    found = newest_first(PublicClaim.objects.filter(topics__slug=slug), _typed(request, "after"))
    return _list(request, found, title=row.name, template="claims/topic.html")


def _list(request: HttpRequest, found: Slice, *, title: str, template: str, **more: object) -> HttpResponse:
    cards = _cards(found.rows)
    kept = {name: str(more.get(name, "")) for name in ("support", "topic")}
    context = {
        **more,
        "page_title": title,
        "section": "claims",
        "cards": cards,
        "older": found.query(**kept),
        "demonstration": any(card.is_demonstration for card in cards),
    }
    return render(request, template, context)


@public_page
def search(request: HttpRequest) -> HttpResponse:
    typed = _typed(request, "q").strip()[:MOST_CHARACTERS]
    query = parse(typed)
    rows = PublicClaim.objects.none() if query.is_empty else engine_for().narrow(PublicClaim.objects.all(), query)
    found = newest_first(rows, _typed(request, "after"))
    cards = [card_of(row, query) for row in found.rows]
    context = {
        "q": typed,
        "is_unreadable": bool(typed) and query.is_empty,
        "cards": cards,
        "older": found.query(q=typed),
        "demonstration": any(card.is_demonstration for card in cards),
    }
    return render(request, "claims/search.html", context)


@public_page
def speakers(request: HttpRequest) -> HttpResponse:
    names = lists.speakers_of(PublicSpeaker.objects.all())
    context = {
        "section": "speakers",
        "names": names,
        "page_title": _("Speakers"),
        "demonstration": _has_demonstration(),
    }
    return render(request, "claims/speakers.html", context)


@public_page
def sources(request: HttpRequest) -> HttpResponse:
    names = lists.sources_of(PublicSource.objects.all())
    context = {
        "section": "sources",
        "names": names,
        "page_title": _("Sources"),
        "demonstration": _has_demonstration(),
    }
    return render(request, "claims/sources.html", context)


@public_page
def corrections(request: HttpRequest) -> HttpResponse:
    lines = lists.corrections(LOG_CORRECTIONS)
    context = {
        "section": "corrections",
        "lines": lines,
        "demonstration": any(line.is_demonstration for line in lines),
    }
    return render(request, "claims/corrections.html", context)


def _has_demonstration() -> bool:
    return PublicClaim.objects.filter(is_demonstration=True).exists()
