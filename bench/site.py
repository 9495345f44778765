"""What ``bench.pages`` serves: the product with a bare view beside its pages, or that view in a bare Django."""

import os

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

FIXED = "A fixed string."


def bare(request: HttpRequest) -> HttpResponse:
    """The floor: a Django view that returns a fixed string."""
    return HttpResponse(FIXED, headers={"Content-Length": str(len(FIXED))})


urlpatterns = [path("bare", bare)]


def application(is_product: bool) -> WSGIHandler:
    """The WSGI application: the product with its middleware, or the bare view with none."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    settings.ROOT_URLCONF = __name__
    if not is_product:
        settings.MIDDLEWARE = []
    made = get_wsgi_application()
    if is_product:
        urlpatterns.append(path("", include("factcheck.urls")))
    return made
