"""A speaker's page: what they are established to have said, and apart from it what is attributed to them."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from claims.models import NameKind
from claims.presenters.cards import card_of
from claims.presenters.names import name_at
from claims.public.conditional import public_page
from claims.public.listing import next_query
from claims.public.parameters import typed_in
from claims.search.searching import attributed_to
from sources.domain.errors import NotFound


@public_page
def speaker(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Shown only where a published claim is attributed to them; never for a private person, a victim or a minor."""
    line = name_at(NameKind.SPEAKER, str(public_id))
    if line is None:
        raise NotFound("speaker_unknown", "Nothing is published that is attributed to a speaker of this address.")
    typed = typed_in(request.GET)
    established = attributed_to(public_id, is_established=True, after=typed("after"))
    others = attributed_to(public_id, is_established=False, after=typed("others_after"))
    context = {
        "section": "speakers",
        "name": line.name,
        "established": [card_of(row) for row in established.rows],
        "others": [card_of(row) for row in others.rows],
        "established_older": next_query(established.after, others_after=typed("others_after")),
        "others_older": next_query(others.after, "others_after", after=typed("after")),
        "demonstration": any(row.is_demonstration for row in established.rows + others.rows),
    }
    return render(request, "claims/speaker.html", context)
