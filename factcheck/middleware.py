"""Small middlewares: the host of archived pages, the door somebody came through, refusals as answers, and headers."""

from collections.abc import Callable
from urllib.parse import urlsplit

from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from sources.domain.errors import DeskError
from sources.models import Door
from sources.services.history import acting_through

DOORS = (("/admin/", Door.ADMIN), ("/desk/", Door.DESK), ("/api/", Door.API))

Handler = Callable[[HttpRequest], HttpResponse]


def door_of(path: str) -> str:
    """The door that a path belongs to; the public site where it is no other."""
    for prefix, door in DOORS:
        if path.startswith(prefix):
            return door.value
    return Door.PUBLIC.value


class ReplayHostMiddleware:
    """On the host of archived pages nothing else is served, and no cookie is read or set (DESIGN 5.11)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.REPLAY_URL or request.get_host() != urlsplit(settings.REPLAY_URL).netloc:
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.urlconf = "factcheck.replay_urls"
        response = self.get_response(request)
        response.cookies.clear()
        return response


class DoorMiddleware:
    """Events written while a request is answered name the door it came through."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting_through(door_of(request.path)):
            return self.get_response(request)


class DeskErrorMiddleware:
    """A refusal that no view caught becomes a page with its sentence, or JSON with its code; never a 500."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DeskError):
            return None
        if request.path.startswith("/api/"):
            body = {"code": exception.code, "sentence": exception.sentence}
            return JsonResponse(body, status=exception.status)
        context = {"error": exception, "status": exception.status}
        return render(request, "errors/refused.html", context, status=exception.status)


class PolicyMiddleware(CSPMiddleware):
    """The Content-Security-Policy, put together once and not anew for each answer.

    An answer that changes its policy, is exempt or used a nonce gets it from django-csp itself.
    """

    OWN = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")

    def __init__(self, get_response: Handler) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        has_nonce = getattr(request, "_csp_nonce", None) is not None
        if has_nonce or any(hasattr(response, name) for name in self.OWN):
            return super().process_response(request, response)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


class NotModifiedMiddleware:
    """304 says nothing of a length: ours would be that of the empty answer, not of the page (RFC 9110, 8.6)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 304:
            response.headers.pop("Content-Length", None)
        return response
