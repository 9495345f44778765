"""What ``bench.pages`` serves: the product with a bare view beside its pages, or that view in a bare Django."""

import importlib
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
FIXED = "A fixed string."


def bare(request: HttpRequest) -> HttpResponse:
    """The floor: a Django view that returns a fixed string."""
    return HttpResponse(FIXED, headers={"Content-Length": str(len(FIXED))})


urlpatterns = [path("bare", bare)]


def application(is_product: bool) -> Application:
    """The WSGI application: the product as ``factcheck.wsgi`` serves it, or the bare view with no middleware."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    settings.ROOT_URLCONF = __name__
    if not is_product:
        settings.MIDDLEWARE = []
    made = get_wsgi_application()
    if not is_product:
        return made
    urlpatterns.append(path("", include("factcheck.urls")))
    return importlib.import_module("factcheck.remembered").RememberedPages(made)
