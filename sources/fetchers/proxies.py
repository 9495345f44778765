"""Going out through a proxy, for desks that must not show their address: HTTP CONNECT (RFC 9110, 9.3.6) or SOCKS 5
(RFC 1928, with the passwords of RFC 1929).

The proxy is given the *name*, and resolves it: a look-up of our own would show the desk's interest. Which addresses
names lead to can then not be judged here; the operator is told so by a system check.
"""

import base64
import contextlib
import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sources.domain.address_policy import Target
from sources.domain.http_messages import NotHttp, end_of_head, parse_head
from sources.fetchers.problems import FetchProblem

_MOST_HEAD_BYTES = 64 * 1024
_SOCKS_PROBLEMS = {3: "connect_failed", 4: "connect_failed", 5: "connect_refused", 6: "connect_failed"}


@dataclass(frozen=True)
class Proxy:
    """``scheme`` is ``http`` or ``socks5``."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    @classmethod
    def of(cls, url: str) -> "Proxy | None":
        """The proxy that a setting names, or None for none."""
        if not url:
            return None
        parts = urlsplit(url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname or "", parts.port or 0, user, password)


def tunnel(sock: socket.socket, proxy: Proxy, target: Target, turn: Callable[[], float]) -> None:
    """Have the proxy at the other end of ``sock`` connect on to ``target``. ``turn`` gives how long may be waited.

    Raises :class:`FetchProblem` (``proxy_refused``, ``proxy_unreachable``, ``connect_failed``, ``connect_refused``).
    """
    try:
        if proxy.scheme == "http":
            _connect(sock, proxy, target, turn)
        else:
            _socks(sock, proxy, target, turn)
    except OSError:
        raise FetchProblem("proxy_unreachable") from None


def _connect(sock: socket.socket, proxy: Proxy, target: Target, turn: Callable[[], float]) -> None:
    host = f"[{target.host}]" if ":" in target.host else target.host
    lines = [f"CONNECT {host}:{target.port} HTTP/1.1", f"Host: {host}:{target.port}"]
    if proxy.user:
        word = base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {word}")
    _send(sock, "\r\n".join([*lines, "", ""]).encode(), turn)
    head = bytearray()
    while end_of_head(head) < 0:
        head += _read(sock, 1, turn)
        if len(head) > _MOST_HEAD_BYTES:
            raise FetchProblem("proxy_refused")
    try:
        status = parse_head(bytes(head)).status
    except NotHttp:
        raise FetchProblem("proxy_refused") from None
    if status in (502, 503, 504):
        raise FetchProblem("connect_failed")
    if not 200 <= status < 300:
        raise FetchProblem("proxy_refused")


def _socks(sock: socket.socket, proxy: Proxy, target: Target, turn: Callable[[], float]) -> None:
    _send(sock, b"\x05\x02\x00\x02" if proxy.user else b"\x05\x01\x00", turn)
    version, method = _read(sock, 2, turn)
    if version != 5 or method not in ((0, 2) if proxy.user else (0,)):
        raise FetchProblem("proxy_refused")
    if method == 2:
        user, password = proxy.user.encode()[:255], proxy.password.encode()[:255]
        _send(sock, b"\x01" + bytes([len(user)]) + user + bytes([len(password)]) + password, turn)
        if _read(sock, 2, turn)[1] != 0:
            raise FetchProblem("proxy_refused")
    _send(sock, b"\x05\x01\x00" + _socks_address(target.host) + target.port.to_bytes(2, "big"), turn)
    version, reply, _, kind = _read(sock, 4, turn)
    if version != 5 or reply != 0:
        raise FetchProblem(_SOCKS_PROBLEMS.get(reply, "proxy_refused"))
    length = {1: 4, 4: 16}.get(kind) or _read(sock, 1, turn)[0]
    _read(sock, length + 2, turn)


def _socks_address(host: str) -> bytes:
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host)
        return (b"\x01" if address.version == 4 else b"\x04") + address.packed
    name = host.encode("ascii")[:255]
    return b"\x03" + bytes([len(name)]) + name


def _send(sock: socket.socket, data: bytes, turn: Callable[[], float]) -> None:
    sock.settimeout(turn())
    sock.sendall(data)


def _read(sock: socket.socket, count: int, turn: Callable[[], float]) -> bytes:
    """Exactly ``count`` bytes and not one more: what follows belongs to the tunnel."""
    data = bytearray()
    while len(data) < count:
        sock.settimeout(turn())
        try:
            piece = sock.recv(count - len(data))
        except TimeoutError:
            continue
        if not piece:
            raise FetchProblem("proxy_refused")
        data += piece
    return bytes(data)
