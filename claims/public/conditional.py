"""Answers that any cache may keep and must ask about: a tag, a time, and 304 where nothing changed (RFC 9110, 13)."""

import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from claims.services.rendering import modified_since

SHARED_SECONDS = 60
View = Callable[..., HttpResponseBase]
Response = TypeVar("Response", bound=HttpResponseBase)


def cacheable(response: Response) -> Response:
    """``response``, which any cache may keep and must ask about each time.

    A cache that we tell of changes (``PURGE_URL``) need not ask for so long; readers' own caches still do.
    """
    if settings.PURGE_URL:
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True, s_maxage=SHARED_SECONDS)
    else:
        patch_cache_control(response, public=True, no_cache=True)
    return response


def public_page(view: View) -> Callable[..., HttpResponseBase]:
    """``view`` for GET and HEAD only, with its validators; a cache asks every time, so no old verdict is shown."""
    return require_safe(conditional(view))


def conditional(view: View) -> View:
    """``view`` with a tag of what it answers, the time since which it does, and 304 for who has it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
            response.render()
        cacheable(response)
        return _answer(request, response) if request.method in ("GET", "HEAD") else response

    return answer


def _answer(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if response.status_code != 200:
        return response
    if not response.has_header("ETag"):
        if not isinstance(response, HttpResponse):
            return response
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    modified_s = None if request.META.get("QUERY_STRING") else _modified_s(request, response["ETag"])
    if modified_s is not None:
        response["Last-Modified"] = http_date(modified_s)
    whole = cast(HttpResponse, response)
    made = get_conditional_response(request, etag=response["ETag"], last_modified=modified_s, response=whole)
    assert isinstance(made, HttpResponseBase)
    return made


def _modified_s(request: HttpRequest, etag: str) -> int | None:
    """The second of the last change; ``None`` while it lies ahead. Addresses with a query are without number."""
    address = f"{request.path}\0{get_language()}"
    modified_s = modified_since(key=hashlib.sha256(address.encode()).hexdigest(), etag=etag)
    return modified_s if modified_s is not None and modified_s <= time.time() else None
