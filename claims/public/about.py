"""Pages about the site itself."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from claims.presenters.methodology import methodology as made_methodology
from claims.public.conditional import public_page


@public_page
def methodology(request: HttpRequest) -> HttpResponse:
    return render(request, "claims/methodology.html", {"section": "methodology", "page": made_methodology()})


@public_page
def about(request: HttpRequest) -> HttpResponse:
    context = {"contact_url": settings.DESK_CONTACT_URL, "demonstration": settings.DEMO}
    return render(request, "claims/about.html", context)


@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "claims/privacy.html", {"contact_url": settings.DESK_CONTACT_URL})
