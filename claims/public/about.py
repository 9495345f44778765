"""Pages about the site itself: how it rates, and what the desk says of itself."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from claims.models import DeskPageKind
from claims.presenters.desk_pages import desk_text
from claims.presenters.methodology import methodology as made_methodology
from claims.public.conditional import public_page


@public_page
def methodology(request: HttpRequest) -> HttpResponse:
    return render(request, "claims/methodology.html", {"section": "methodology", "page": made_methodology()})


@public_page
def desk_page(request: HttpRequest, kind: str) -> HttpResponse:
    """One of the pages about the desk; ``kind`` is a value of ``DeskPageKind``, fixed by the address."""
    context = {
        "page": desk_text(DeskPageKind(kind)),
        "contact_url": settings.DESK_CONTACT_URL,
        "ifcn_url": settings.IFCN_URL,
        "demonstration": settings.DEMO,
    }
    return render(request, "claims/desk_page.html", context)
