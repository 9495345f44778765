"""The network under the HTTP fetcher: checked addresses, exact bytes, one deadline.

A name is resolved once; every answer is judged; the connection goes to an address that was judged (so a name that
answers differently the second time gains nothing), while SNI, Host header and certificate check stay on the name.
"""

import hashlib
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LookupTimeout
from typing import Any

import httpcore

from sources.domain.address_policy import AddressPolicy, Target, check_answers
from sources.fetchers.protocol import Interrupted, never

LOOKUP_SECONDS = 10.0
TURN_SECONDS = 0.5
MOST_HEADER_BYTES = 256 * 1024

Resolver = Callable[[str, int], list[str]]

_lookups = ThreadPoolExecutor(max_workers=16, thread_name_prefix="lookup")


class FetchProblem(Exception):
    """A failure with its code from ``sources.domain.failures``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver; every answer in its order. Raises :class:`FetchProblem`."""
    asked = _lookups.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        answers = asked.result(LOOKUP_SECONDS)
    except LookupTimeout:
        raise FetchProblem("host_lookup_slow") from None
    except (OSError, UnicodeError):
        raise FetchProblem("host_unknown") from None
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class Tee:
    """What went over one connection, and what is known of the other end."""

    def __init__(self, deadline: float, max_bytes: int, is_stopping: Callable[[], bool] = never) -> None:
        self.deadline = deadline
        self.max_bytes = max_bytes
        self.is_stopping = is_stopping
        self.sent = bytearray()
        self.received = bytearray()
        self.addresses: tuple[str, ...] = ()
        self.address = ""
        self.certificate_sha256 = ""
        self.certificate_subject = ""
        self.tls_version = ""

    def remaining(self, timeout: float | None) -> float:
        """Seconds until the deadline, or ``timeout`` if that is sooner. Raises at the deadline."""
        if self.is_stopping():
            raise Interrupted
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise FetchProblem("too_slow")
        return left if timeout is None else min(left, timeout)


class TeeStream(httpcore.NetworkStream):
    """A stream that keeps the exact bytes both ways and knows the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, tee: Tee) -> None:
        self.inner = inner
        self.tee = tee

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._read(max_bytes)
        self.tee.received += data
        if len(self.tee.received) > self.tee.max_bytes + MOST_HEADER_BYTES * 4:
            raise FetchProblem("headers_too_large")
        return data

    def _read(self, max_bytes: int) -> bytes:
        """Wait in short turns, so that a worker that is to stop need not wait for a slow server."""
        while True:
            try:
                return self.inner.read(max_bytes, self.tee.remaining(TURN_SECONDS))
            except httpcore.ReadTimeout:
                continue

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.tee.sent += buffer
        self.inner.write(buffer, self.tee.remaining(timeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self.inner.start_tls(ssl_context, server_hostname, self.tee.remaining(timeout))
        secure = inner.get_extra_info("ssl_object")
        if secure is not None:
            der = secure.getpeercert(True) or b""
            self.tee.certificate_sha256 = hashlib.sha256(der).hexdigest() if der else ""
            named = secure.getpeercert() or {}
            self.tee.certificate_subject = _common_name(named)[:500]
            self.tee.tls_version = secure.version() or ""
        return TeeStream(inner, self.tee)

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


class CheckedBackend(httpcore.NetworkBackend):
    """Opens TCP connections to judged addresses only."""

    def __init__(self, target: Target, policy: AddressPolicy, tee: Tee, resolver: Resolver) -> None:
        self.target, self.policy, self.tee, self.resolver = target, policy, tee, resolver
        self.plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if (host.strip("[]"), port) != (self.target.host, self.target.port):
            raise FetchProblem("connect_failed")
        addresses = check_answers(self.target, self.resolver(self.target.host, port), self.policy)
        self.tee.addresses = tuple(addresses)
        last: Exception | None = None
        for address in addresses[:4]:
            try:
                inner = self.plain.connect_tcp(address, port, timeout=self.tee.remaining(min(timeout or 10.0, 10.0)))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
                continue
            self.tee.address = address
            return TeeStream(inner, self.tee)
        raise last or httpcore.ConnectError("no address")

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, self.tee.remaining(seconds)))


def _common_name(certificate: Any) -> str:
    for relative in certificate.get("subject", ()):
        for key, value in relative:
            if key == "commonName":
                return str(value)
    names = [str(value) for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS"]
    return ", ".join(names)
