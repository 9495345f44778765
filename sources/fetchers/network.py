"""The network under the HTTP fetcher: checked addresses, one deadline.

A name is resolved once; every answer is judged; the connection goes to an address that was judged (so a name that
answers differently the second time gains nothing), while SNI, Host header and certificate check stay on the name.
"""

import contextlib
import functools
import hashlib
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LookupTimeout
from dataclasses import dataclass
from typing import Any

import certifi

from sources.domain.address_policy import AddressPolicy, Target, check_answers
from sources.fetchers.problems import FetchProblem
from sources.fetchers.protocol import Interrupted, never
from sources.fetchers.proxies import Proxy, tunnel

LOOKUP_SECONDS = 10.0
CONNECT_SECONDS = 10.0
TURN_SECONDS = 0.5
MOST_ADDRESSES = 4

Resolver = Callable[[str, int], list[str]]
Tls = Callable[[], ssl.SSLContext]

_lookups = ThreadPoolExecutor(max_workers=16, thread_name_prefix="lookup")


def resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver; every answer in its order. Raises :class:`FetchProblem`."""
    with contextlib.suppress(ValueError):
        return [str(ipaddress.ip_address(host))]
    asked = _lookups.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        answers = asked.result(LOOKUP_SECONDS)
    except LookupTimeout:
        raise FetchProblem("host_lookup_slow") from None
    except (OSError, UnicodeError):
        raise FetchProblem("host_unknown") from None
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


@functools.cache
def trusted() -> ssl.SSLContext:
    """The authorities that the machine and certifi's list trust; read once a process, since it takes a while."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    context.set_alpn_protocols(["http/1.1"])
    return context


class Watch:
    """One deadline for everything, and an ear for whether the worker is to stop."""

    def __init__(self, seconds: float, is_stopping: Callable[[], bool] = never) -> None:
        self.deadline = time.monotonic() + seconds
        self.is_stopping = is_stopping

    def turn(self, longest: float = TURN_SECONDS) -> float:
        """How long may be waited now. Raises :class:`FetchProblem` (``too_slow``) and :class:`Interrupted`."""
        if self.is_stopping():
            raise Interrupted
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise FetchProblem("too_slow")
        return min(left, longest)


@dataclass
class Contact:
    """What is known of the other end, filled in as far as one gets."""

    addresses: tuple[str, ...] = ()
    address: str = ""
    certificate_sha256: str = ""
    certificate_subject: str = ""
    tls_version: str = ""
    sent: bytes = b""


class Line:
    """One open connection. Waits in short turns, so that a worker that is to stop need not wait for a slow server."""

    def __init__(self, sock: socket.socket, watch: Watch, contact: Contact) -> None:
        self.sock, self.watch, self.contact = sock, watch, contact

    def read(self, most: int) -> bytes:
        """Some bytes, or b"" at the end. Raises :class:`FetchProblem` (``too_slow``, ``connection_lost``)."""
        while True:
            self._wait_at_most(self.watch.turn())
            try:
                return self.sock.recv(most)
            except TimeoutError:
                continue
            except OSError:
                raise FetchProblem("connection_lost") from None

    def write(self, data: bytes) -> None:
        """Send all of ``data``, which is little. Raises as :meth:`read` does."""
        self._wait_at_most(self.watch.turn(CONNECT_SECONDS))
        self.contact.sent += data
        try:
            self.sock.sendall(data)
        except TimeoutError:
            raise FetchProblem("too_slow") from None
        except OSError:
            raise FetchProblem("connection_lost") from None

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Go on under TLS, the certificate checked for ``host``. Raises :class:`FetchProblem`."""
        try:
            tls = context.wrap_socket(self.sock, server_hostname=host, do_handshake_on_connect=False)
            self.sock = tls
            while True:
                tls.settimeout(self.watch.turn())
                try:
                    tls.do_handshake()
                    break
                except TimeoutError:
                    continue
        except ssl.SSLCertVerificationError:
            raise FetchProblem("certificate_invalid") from None
        except ssl.SSLError:
            raise FetchProblem("tls_failed") from None
        except OSError:
            raise FetchProblem("connection_lost") from None
        der = tls.getpeercert(True) or b""
        self.contact.certificate_sha256 = hashlib.sha256(der).hexdigest() if der else ""
        self.contact.certificate_subject = _common_name(tls.getpeercert() or {}).replace(
            "\0", "\N{REPLACEMENT CHARACTER}"
        )[:500]
        self.contact.tls_version = tls.version() or ""

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.close()

    def _wait_at_most(self, seconds: float) -> None:
        """Asked before every read, and the same nearly always: setting it is a call into the kernel."""
        if self.sock.gettimeout() != seconds:
            self.sock.settimeout(seconds)


def connect(
    target: Target,
    policy: AddressPolicy,
    watch: Watch,
    contact: Contact,
    resolver: Resolver,
    proxy: Proxy | None = None,
) -> Line:
    """A TCP connection to a judged address of ``target``; with a ``proxy``, through it to the name.

    Hosts that the desk named as private are connected to without the proxy, which could not reach them. Raises
    :class:`FetchProblem` and :class:`~sources.domain.address_policy.AddressRefused`.
    """
    if proxy is not None and not policy.allows_private(target.host, target.port):
        return Line(_dial_through(proxy, target, watch), watch, contact)
    addresses = check_answers(target, resolver(target.host, target.port), policy)
    contact.addresses = tuple(addresses)
    problem = FetchProblem("connect_failed")
    for address in addresses[:MOST_ADDRESSES]:
        contact.address = address
        try:
            return Line(dial(address, target.port, watch), watch, contact)
        except FetchProblem as error:
            problem = error
    raise problem


def _dial_through(proxy: Proxy, target: Target, watch: Watch) -> socket.socket:
    try:
        sock = dial(proxy.host, proxy.port, watch)
    except FetchProblem as problem:
        raise FetchProblem("too_slow" if problem.code == "too_slow" else "proxy_unreachable") from None
    try:
        tunnel(sock, proxy, target, watch.turn)
    except BaseException:
        sock.close()
        raise
    return sock


def dial(address: str, port: int, watch: Watch) -> socket.socket:
    """A socket connected to exactly this address. Raises :class:`FetchProblem`."""
    try:
        return socket.create_connection((address, port), watch.turn(CONNECT_SECONDS))
    except ConnectionRefusedError:
        raise FetchProblem("connect_refused") from None
    except OSError:
        raise FetchProblem("connect_failed") from None


def _common_name(certificate: Any) -> str:
    for relative in certificate.get("subject", ()):
        for key, value in relative:
            if key == "commonName":
                return str(value)
    names = [str(value) for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS"]
    return ", ".join(names)
