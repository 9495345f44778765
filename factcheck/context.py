"""What every template knows."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi

from factcheck.language import PARAMETER, chosen, is_for_readers

FILTERED = ("/claims/", "/search/")
"""Pages whose query says what they list; the links to other languages keep it."""


@dataclass(frozen=True)
class LanguageLink:
    """The same page in one language. ``url`` is absolute, ``path`` is not."""

    code: str
    name: str
    path: str
    url: str
    is_current: bool


def site(request: HttpRequest) -> dict[str, Any]:
    """The desk's name, the public address, the interface's language, and whether this is a demonstration."""
    by_choice = chosen(request) if is_for_readers(request.path) else ""
    return {
        "desk_name": settings.DESK_NAME,
        "site_url": settings.SITE_URL,
        "is_demo": settings.DEMO,
        "language": get_language() or settings.LANGUAGE_CODE,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "languages": _languages(request) if is_for_readers(request.path) else (),
        "language_query": f"?{PARAMETER}={by_choice}" if by_choice else "",
    }


def _languages(request: HttpRequest) -> tuple[LanguageLink, ...]:
    asked = request.GET.copy() if request.path in FILTERED else request.GET.__class__(mutable=True)
    links = []
    for code, name in settings.LANGUAGES:
        asked[PARAMETER] = code
        path = f"{request.path}?{asked.urlencode()}"
        links.append(LanguageLink(code, name, path, settings.SITE_URL + path, code == get_language()))
    return tuple(links)
