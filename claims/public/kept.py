"""Answering with a page that is kept: 304 where the reader has it, else as it lies there, compressed."""

import gzip
import time
from functools import cache, lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from claims.presenters.rendered_claim import variant_of
from claims.public.conditional import cacheable
from claims.services.finding_pages import Found, Kept, find_page

LOOKED_UP = "factcheck.page"
"""Where a request carries what was found for its address already (PEP 3333: a key of a middleware's own)."""


def look_up(request: HttpRequest, slug: str, language: str) -> Found | None:
    """What is kept for ``slug`` in ``language``, asked once a request."""
    variant = variant_of(language)
    looked_up: tuple[tuple[str, str], Found | None] | None = request.META.get(LOOKED_UP)
    if looked_up is None or looked_up[0] != (slug, variant):
        known = request.META.get("HTTP_IF_NONE_MATCH", "")
        looked_up = (slug, variant), find_page(slug=slug, variant=variant, known=known)
        request.META[LOOKED_UP] = looked_up
    return looked_up[1]


def answer_kept(request: HttpRequest, page: Kept, *, content_type: str = "text/html; charset=utf-8") -> HttpResponse:
    """``page`` for this reader (RFC 9110, 13.2.2: a tag goes before a time)."""
    tag = f'W/"{page.etag}"'
    response = HttpResponse(status=304) if _has_it(request, page, tag) else _whole(request, page, content_type)
    response["ETag"] = tag
    if page.modified_s <= time.time():
        response["Last-Modified"] = _date(page.modified_s)
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = _for_caches(bool(settings.PURGE_URL))
    return response


_date = lru_cache(maxsize=1024)(http_date)


@cache
def _for_caches(_has_purge: bool) -> str:
    """What :func:`cacheable` says, put together once."""
    return cacheable(HttpResponse())["Cache-Control"]


def _has_it(request: HttpRequest, page: Kept, tag: str) -> bool:
    if typed := request.META.get("HTTP_IF_NONE_MATCH"):
        strong = tag.removeprefix("W/")
        return any(one in ("*", tag, strong) for one in parse_etags(typed))
    since = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
    return since is not None and page.modified_s <= since and page.modified_s <= time.time()


def _whole(request: HttpRequest, page: Kept, content_type: str) -> HttpResponse:
    if "gzip" not in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        return HttpResponse(gzip.decompress(page.body), content_type=content_type)
    response = HttpResponse(page.body, content_type=content_type)
    response["Content-Encoding"] = "gzip"
    return response
