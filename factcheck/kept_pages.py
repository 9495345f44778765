"""A claim's page that is kept is answered before anything is looked at that it does not depend on.

It is the same for everybody: no session, no account, no form's token and no message has a part in it. So it goes out
ahead of their middlewares, with the headers that the whole way gives it; a test compares both. Whatever else is asked
for, and a page that is not kept or not true any more, goes the whole way.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware

from claims.presenters.rendered_claim import variant_of
from claims.public.kept import answer_kept, look_up
from factcheck.language import chosen, negotiated

Handler = Callable[[HttpRequest], HttpResponse]
ADDRESS = re.compile(r"/claims/([-a-zA-Z0-9_]+)/")
ANSWERED = "factcheck.answered"
"""Where a request carries which kept page answered it (PEP 3333: a key of a middleware's own)."""


@dataclass(frozen=True)
class Answered:
    """The kept page that answered a request."""

    slug: str
    variant: str
    etag: str


class KeptPageMiddleware:
    """Stands after what guards and marks every answer, before what knows who asks."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.common = CommonMiddleware(get_response)
        self.frames = XFrameOptionsMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kept = self._kept(request)
        return self.get_response(request) if kept is None else kept

    def _kept(self, request: HttpRequest) -> HttpResponse | None:
        address = ADDRESS.fullmatch(request.path_info) if request.method in ("GET", "HEAD") else None
        if address is None or hasattr(request, "urlconf") or not self._is_plain(request):
            return None
        language = negotiated(request)
        found = look_up(request, address[1], language)
        if found is None or found.last is None or not found.is_true:
            return None
        response = answer_kept(request, found.last)
        response.headers["Content-Language"] = language
        response.headers["Vary"] = "Accept-Encoding, Accept-Language"
        self.frames.process_response(request, response)
        self.common.process_response(request, response)
        request.META[ANSWERED] = Answered(address[1], variant_of(language), found.last.etag)
        return response

    def _is_plain(self, request: HttpRequest) -> bool:
        """Whether it came to a host of ours and chose no language; what is refused is refused by the whole way."""
        try:
            is_chosen = bool(request.META.get("QUERY_STRING")) and bool(chosen(request))
            return not is_chosen and self.common.process_request(request) is None
        except SuspiciousOperation:
            return False
