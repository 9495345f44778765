"""The content policy: django-csp's own, put together once, and still its own where an answer changes it."""

from collections.abc import Callable

import pytest
from csp.decorators import csp_exempt, csp_replace
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from factcheck.middleware import PolicyMiddleware

HEADER = "Content-Security-Policy"
View = Callable[[HttpRequest], HttpResponse]


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


@csp_replace({"frame-ancestors": ["*"]})
def framed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


@csp_exempt()
def exempt(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def with_nonce(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.csp_nonce))  # type: ignore[attr-defined]


def own(request: HttpRequest) -> HttpResponse:
    return HttpResponse("", headers={HEADER: "default-src 'none'"})


def _policy(header: str | None) -> set[str]:
    return set((header or "").split("; "))


@pytest.mark.parametrize("view", [plain, framed, exempt, own, with_nonce])
def test_it_says_what_django_csp_says(view: View) -> None:
    request = RequestFactory().get("/")
    ours, theirs = PolicyMiddleware(view)(request), CSPMiddleware(view)(request)
    assert _policy(ours.get(HEADER)) == _policy(theirs.get(HEADER))


def test_the_policy_of_a_plain_answer_is_strict() -> None:
    policy = _policy(PolicyMiddleware(plain)(RequestFactory().get("/"))[HEADER])
    assert {"default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= policy
    assert not any("unsafe" in part for part in policy)
