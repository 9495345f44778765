"""Answering with a page that is kept: 304 where the reader has it, else as it lies there, compressed."""

import gzip
import time

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from claims.public.conditional import cacheable
from claims.services.rendering import Kept


def answer_kept(request: HttpRequest, page: Kept, *, content_type: str = "text/html; charset=utf-8") -> HttpResponse:
    """``page`` for this reader (RFC 9110, 13.2.2: a tag goes before a time)."""
    tag = f'W/"{page.etag}"'
    response = HttpResponse(status=304) if _has_it(request, page, tag) else _whole(request, page, content_type)
    response["ETag"] = tag
    if page.modified_s <= time.time():
        response["Last-Modified"] = http_date(page.modified_s)
    response["Vary"] = "Accept-Encoding"
    return cacheable(response)


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
