"""Pages that any cache may keep and must ask about: an ETag of what is shown, 304 where nothing changed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponse]


def cacheable(response: HttpResponse) -> HttpResponse:
    """``response``, which any cache may keep and must ask about each time."""
    patch_cache_control(response, public=True, no_cache=True)
    return response


def public_page(view: View) -> Callable[..., HttpResponseBase]:
    """``view`` for GET and HEAD only, with an ETag; a cache asks every time, so no old verdict is ever shown."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        def fresh(_: HttpRequest) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            return cacheable(response)

        response = ConditionalGetMiddleware(fresh)(request)
        assert isinstance(response, HttpResponseBase)
        return response

    return require_safe(answer)
