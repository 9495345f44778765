"""A speaker's page: what they are established to have said, and apart from it what is attributed to them."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from claims.models import PublicSpeaker
from claims.presenters.cards import ClaimCard, card_of
from claims.public.conditional import public_page
from claims.search.searching import attributed_to
from sources.domain.errors import NotFound

MOST = 100


@public_page
def speaker(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Shown only where a published claim is attributed to them; never for a private person, a victim or a minor."""
    rows = PublicSpeaker.objects.filter(
        speaker__public_id=public_id, speaker__is_private_person=False, is_attributed=True
    )
    newest = rows.select_related("public_claim").order_by("-public_claim").first()
    if newest is None:
        raise NotFound("speaker_unknown", "Nothing is published that is attributed to a speaker of this address.")
    established = _attributed(public_id, is_established=True)
    others = _attributed(public_id, is_established=False)
    context = {
        "section": "speakers",
        "name": newest.name,
        "established": established,
        "others": others,
        "demonstration": any(card.is_demonstration for card in established + others),
    }
    return render(request, "claims/speaker.html", context)


def _attributed(public_id: uuid.UUID, *, is_established: bool) -> list[ClaimCard]:
    found = attributed_to(public_id, is_established=is_established, size=MOST)
    return [card_of(row) for row in found.rows]
