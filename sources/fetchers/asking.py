"""Asking a service of the web one thing: an authority for a timestamp, an archive for what it has.

One request, one answer, the same address policy and deadline as a capture. Redirects are told and not followed.
"""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpcore

from sources.domain.address_policy import check_url
from sources.fetchers.http import trusted
from sources.fetchers.network import CheckedBackend, FetchProblem, Resolver, Tee, resolve
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
    tee = Tee(time.monotonic() + settings.deadline_seconds, settings.max_bytes, settings.is_stopping)
    named = {"Host": target.authority, "User-Agent": settings.user_agent, "Accept": "*/*", "Connection": "close"}
    named |= dict(headers or {})
    if body or method == "POST":
        named["Content-Length"] = str(len(body))
    request = httpcore.Request(
        method,
        httpcore.URL(
            scheme=target.scheme.encode(),
            host=target.host.encode(),
            port=target.port,
            target=target.path.encode("ascii", "backslashreplace"),
        ),
        headers=[(name.encode(), value.encode("latin-1", "replace")) for name, value in named.items()],
        content=body,
        extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), settings.deadline_seconds)},
    )
    pool = httpcore.ConnectionPool(
        ssl_context=(tls or trusted()) if target.scheme == "https" else None,
        network_backend=CheckedBackend(target, settings.policy, tee, resolver),
        max_connections=1,
        retries=0,
    )
    try:
        return _answered(pool, request, target.url, settings.max_bytes)
    except ssl.SSLCertVerificationError:
        raise FetchProblem("certificate_invalid") from None
    except httpcore.TimeoutException:
        raise FetchProblem("too_slow") from None
    except httpcore.ConnectError as error:
        raise FetchProblem("tls_failed" if _is_tls(error) else "connect_failed") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
        raise FetchProblem("connection_lost") from None
    finally:
        pool.close()


def _answered(pool: httpcore.ConnectionPool, request: httpcore.Request, url: str, most: int) -> Reply:
    response = pool.handle_request(request)
    try:
        received = bytearray()
        for piece in response.iter_stream():
            received += piece
            if len(received) > most:
                raise FetchProblem("answer_unreadable")
        headers: dict[str, str] = {}
        for name, value in response.headers:
            headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
        return Reply(url, response.status, headers, bytes(received))
    finally:
        response.close()


def _is_tls(error: Exception) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
