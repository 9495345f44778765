"""Asking a service of the web one thing: an authority for a timestamp, an archive for what it has.

One request, one answer, the same address policy and deadline as a capture. Redirects are told and not followed.
"""

import contextlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

from sources.domain.address_policy import check_url
from sources.domain.results import whole
from sources.fetchers.exchanging import Means, exchange
from sources.fetchers.network import Resolver, resolve, trusted
from sources.fetchers.problems import FetchProblem
from sources.fetchers.protocol import FetchSettings


@dataclass(frozen=True)
class Reply:
    """An answer: its status, its headers by lower-case name (the first of each), its body as sent."""

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def ask(
    url: str,
    settings: FetchSettings,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    resolver: Resolver = resolve,
    tls: ssl.SSLContext | None = None,
) -> Reply:
    """Ask ``url`` once. Bodies of more than ``settings.max_bytes`` are refused.

    Raises ``AddressRefused`` and :class:`FetchProblem` with a code of ``sources.domain.failures``.
    """
    target = check_url(url, settings.policy)
    means = Means.of(settings, resolver, (lambda: tls) if tls is not None else trusted)
    named = {"Host": target.authority, "User-Agent": settings.user_agent, "Accept": "*/*", "Connection": "close"}
    named |= dict(headers or {})
    if body or method == "POST":
        named["Content-Length"] = str(len(body))
    lines = [f"{method} {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
    request = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body
    answer = exchange(target, "asking", request, means, room_for=lambda _: settings.max_bytes)
    with contextlib.closing(answer.payload):
        if answer.code:
            raise FetchProblem(answer.code)
        if answer.flaw or answer.exchange.truncated:
            raise FetchProblem("answer_unreadable")
        first = {name: answer.head.first(name) for name, _ in answer.head.headers}
        return Reply(target.url, answer.head.status, first, whole(answer.payload))
