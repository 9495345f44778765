"""A publisher's page, and an article read claim by claim."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from claims.presenters.archived_copy import text_digest_of
from claims.presenters.articles import article_of
from claims.presenters.publisher_page import publisher_page
from claims.presenters.works import known_of, public_captures
from claims.public.archive import DamagedText, archived_text
from claims.public.conditional import public_page
from claims.public.listing import next_query
from claims.public.parameters import typed_in
from claims.public.removed import removal_page
from sources.domain.errors import NotFound
from sources.models import Source

MOST_OF_A_PAGE = 100


@public_page
def publisher(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    page = publisher_page(public_id)
    if page is None:
        raise NotFound("publisher_unknown", "No published claim names a publisher of this address.")
    context = {"section": "sources", "page": page, "demonstration": page.is_demonstration}
    return render(request, "claims/publisher.html", context)


@public_page
def article(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    source = Source.objects.filter(public_id=public_id).first()
    known = known_of(source) if source else None
    if source is None or known is None:
        raise NotFound("article_unknown", "No published claim appeared in an article of this address.")
    removed = removal_page(request, public_id)
    if removed is not None:
        return removed
    digests = (text_digest_of(one, known) for one in public_captures(source, known) if one.state == "stored")
    after = typed_in(request.GET)("after")
    page = article_of(source, known, _text(next(filter(None, digests), "")), after, MOST_OF_A_PAGE)
    if page is None:
        raise NotFound("article_unknown", "No published claim appeared in an article of this address.")
    context = {
        "section": "sources",
        "page": page,
        "older": next_query(page.after),
        "demonstration": page.is_demonstration,
    }
    return render(request, "claims/article.html", context)


def _text(digest: str) -> str | None:
    """The text in which the order is looked up, if there is a sound one."""
    try:
        return archived_text(digest) if digest else None
    except DamagedText:
        return None
