"""In front of Django: what the whole way answered for a kept page is given again, if the database says it is true.

A kept page is asked for far more often than it changes, and its answer depends on few headers. So each server process
remembers what :class:`factcheck.kept_pages.KeptPageMiddleware`, and all that stands before it, answered to exactly
such a request, and gives that answer again after one query: that this page, in this variant, still has this tag and
nothing is due for it. Nothing here knows how an answer is put together, so it cannot differ from one. Whatever else
is asked for, and a page that is not true any more, goes to Django.
See docs/decisions/rendered-pages.md.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import Error, close_old_connections
from django.http import HttpResponse

from claims.public.kept import LOOKED_UP
from claims.services.finding_pages import find_page
from factcheck.kept_pages import ADDRESS, ANSWERED, Answered

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Key = tuple[str, ...]

READ = (
    "REQUEST_METHOD",
    "SCRIPT_NAME",
    "SCRIPT_URL",
    "REDIRECT_URL",
    "PATH_INFO",
    "wsgi.url_scheme",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_HOST",
    "SERVER_NAME",
    "SERVER_PORT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
)
"""All of a request that the answer of a kept page depends on; a test lets Django answer and notes what it reads."""
LONGEST_KEY = 1_000
LONGEST_BODY = 100_000
MOST = 200
"""Answers a process remembers; with a body of 20 kB each these are 4 MB, and never more than 20 MB."""


@dataclass(frozen=True)
class Answer:
    """What was answered, and the page that it was answered from."""

    status: str
    headers: Headers
    body: bytes
    page: Answered


class RememberedPages:
    """The WSGI application (PEP 3333) around ``application``, which is Django's."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._answers: dict[Key, Answer] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = key_of(environ)
        if key is None:
            return self.application(environ, start_response)
        answer = self._answers.get(key)
        if answer is not None and _is_true(answer.page, environ):
            start_response(answer.status, list(answer.headers))
            return [answer.body]
        return self._asked(key, environ, start_response)

    def _asked(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        said: list[tuple[str, Headers]] = []

        def note(status: str, headers: Headers, *more: Any) -> Any:
            said.append((status, list(headers)))
            return start_response(status, headers, *more)

        response = self.application(environ, note)
        page = environ.get(ANSWERED)
        if page is not None and isinstance(response, HttpResponse) and len(said) == 1:
            self._remember(key, Answer(*said[0], response.content, page))
        return response

    def _remember(self, key: Key, answer: Answer) -> None:
        """Keep it, unless its headers will change by themselves; what was kept first goes when there are too many."""
        names = {name.lower() for name, _ in answer.headers}
        if len(answer.body) > LONGEST_BODY or "last-modified" not in names or "set-cookie" in names:
            return
        with self._lock:
            self._answers.pop(key, None)
            while len(self._answers) >= MOST:
                del self._answers[next(iter(self._answers))]
            self._answers[key] = answer


def key_of(environ: Environ) -> Key | None:
    """What tells one answer from another, for a request that may be for a kept page; ``None`` for any other."""
    if environ.get("QUERY_STRING") or not ADDRESS.fullmatch(environ.get("PATH_INFO", "")):
        return None
    key = tuple([str(environ.get(name, "")) for name in READ])
    return key if sum(map(len, key)) <= LONGEST_KEY else None


def _is_true(page: Answered, environ: Environ) -> bool:
    """Whether ``page`` is what would be answered from now; what was found instead goes to Django with the request."""
    try:
        found = find_page(slug=page.slug, variant=page.variant, known=page.etag)
        close_old_connections()
    except Error:
        return False
    if found is not None and found.is_true and found.last is not None and found.last.etag == page.etag:
        return True
    environ[LOOKED_UP] = (page.slug, page.variant), found
    return False
