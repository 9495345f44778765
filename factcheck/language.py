"""The language of the interface: a reader's pages follow the browser, or ``?lang=``; everything else is fixed.

Readers get no cookie, so nothing is remembered. A page that was asked for with ``?lang=`` leads on to pages that
carry it. What programs read (API, feeds, files) and the desk speak ``LANGUAGE_CODE`` always, whoever asks. Cookies
are not looked at: a page that varied by one would be kept wrongly by a shared cache.
See docs/decisions/interface-language.md.
"""

import gzip
import re
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

Handler = Callable[[HttpRequest], HttpResponse]

PARAMETER = "lang"
HOUSE = (
    "/admin/",
    "/desk/",
    "/account/",
    "/api/",
    "/feeds/",
    "/static/",
    "/healthz",
    "/oembed",
    "/timegate/",
    "/timemap/",
)
FILES = re.compile(r"\.(json|xml|txt|atom|svg|png|gz|zip|csv|ico)\Z")
_CARRIED = re.compile(
    rb'(?P<before><(?:a|area)\b[^>]*?\shref=")'
    rb'(?P<path>/(?!/|static/|api/|admin/|desk/|account/|feeds/|oembed)[^"?#]*|(?=\?))'
    rb'(?P<query>\?[^"#]*)?(?P<rest>[^"]*")'
)
_FORM = re.compile(rb'(?P<tag><form\b[^>]*?\saction="/(?!/|admin/|desk/|account/)[^"]*"[^>]*>)')


def is_for_readers(path: str) -> bool:
    """Whether a page for people who read stands at ``path``, not one of the desk's and nothing for programs."""
    return not path.startswith(HOUSE) and not FILES.search(path)


def chosen(request: HttpRequest) -> str:
    """The language that ``?lang=`` names, or ``""`` where it names none that we have."""
    typed = request.GET.get(PARAMETER, "")
    return typed if typed in dict(settings.LANGUAGES) else ""


def negotiated(request: HttpRequest) -> str:
    """The first language of ``Accept-Language`` (RFC 9110, 12.5.4) that we have, else ``LANGUAGE_CODE``."""
    for tag, _weight in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        if tag == "*":
            break
        known = tag.split("-", 1)[0]
        if known in dict(settings.LANGUAGES):
            return known
    return str(settings.LANGUAGE_CODE)


class LanguageMiddleware:
    """Answers each request in its language, and says which and what it depended on."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_for_readers(request.path):
            with translation.override(settings.LANGUAGE_CODE):
                return self.get_response(request)
        by_choice = chosen(request)
        language = by_choice or negotiated(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if by_choice:
            carry(response, by_choice)
        else:
            patch_vary_headers(response, ("Accept-Language",))
        return response


def carry(response: HttpResponse, language: str) -> None:
    """Let every link and form of a page of ours that leads to another reader's page keep ``?lang=``.

    Only attributes that our templates wrote can match: a quotation mark in anybody's words is escaped.
    """
    if response.streaming or not response.get("Content-Type", "").startswith("text/html") or not response.content:
        return
    body = response.content
    if response.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
        del response["Content-Encoding"]
    added = urlencode({PARAMETER: language}).encode()
    hidden = b'\\g<tag><input type="hidden" name="%s" value="%s">' % (PARAMETER.encode(), language.encode())
    response.content = _FORM.sub(hidden, _CARRIED.sub(lambda link: _with(link, added), body))
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))


def _with(link: re.Match[bytes], added: bytes) -> bytes:
    query = link["query"] or b"?"
    if b"lang=" in query:
        return link[0]
    joined = query + (b"" if query == b"?" else b"&amp;") + added
    return link["before"] + link["path"] + joined + link["rest"]
