"""A proxy on loopback through which our browser reaches public addresses and nothing else (DESIGN 5.11).

Every address that the page or its scripts ask for comes here, whether by plain HTTP, by CONNECT (TLS and WebSockets)
or on a redirect, and is judged by the same policy as a capture, on the address that is connected to. What passes in
the clear is kept, to be written into the WARC; of what passes inside TLS it is known where it went and how much.
"""

import contextlib
import select
import socket
import threading
import time
from dataclasses import dataclass, field

from sources.domain.address_policy import AddressRefused, Target, check_url
from sources.domain.http_messages import Head
from sources.domain.results import ExchangeResult
from sources.fetchers.exchanging import Means, exchange
from sources.fetchers.network import Contact, Line, connect
from sources.fetchers.problems import FetchProblem
from sources.fetchers.protocol import Interrupted

MOST_HEAD_BYTES = 64 * 1024
MOST_REQUEST_BYTES = 1 << 20
MOST_AT_ONCE = 64
MOST_CONNECTIONS = 2_000
MOST_KEPT = 500
PIECE = 64 * 1024
_HOP_HEADERS = (b"connection", b"proxy-connection", b"keep-alive", b"proxy-authorization", b"te", b"upgrade")


@dataclass(frozen=True)
class Refusal:
    """An address that was asked for and not connected to."""

    url: str
    code: str
    sentence: str


@dataclass(frozen=True)
class Tunnel:
    """A connection whose inside is not seen: where it went, and how many bytes came back."""

    host: str
    port: int
    address: str
    received: int


class _Enough(Exception):
    """The browser has fetched as much as one page may."""


@dataclass
class _Kept:
    """What came by, under one lock."""

    exchanges: list[ExchangeResult] = field(default_factory=list)
    tunnels: list[Tunnel] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class GuardingProxy:
    """Serves from its making to :meth:`close`. ``most_bytes`` is for all answers together."""

    def __init__(self, means: Means, *, most_bytes: int) -> None:
        self._means, self._room = means, most_bytes
        self._kept = _Kept()
        self._places = threading.Semaphore(MOST_AT_ONCE)
        self._connections = 0
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, name=f"guard-{self.port}", daemon=True)
        self._thread.start()

    @property
    def exchanges(self) -> tuple[ExchangeResult, ...]:
        """What was asked and answered in the clear, in the order in which it was complete."""
        with self._kept.lock:
            return tuple(self._kept.exchanges)

    @property
    def tunnels(self) -> tuple[Tunnel, ...]:
        """The tunnels that have ended."""
        with self._kept.lock:
            return tuple(self._kept.tunnels)

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What was refused, oldest first."""
        with self._kept.lock:
            return tuple(self._kept.refusals)

    def close(self) -> None:
        """End every connection. What was kept stays."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._kept.lock:
            still_open = list(self._open)
        for sock in still_open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._connections += 1
            if self._connections > MOST_CONNECTIONS or not self._places.acquire(timeout=5):
                sock.close()
                continue
            threading.Thread(target=self._talk, args=(sock,), name="guarded", daemon=True).start()

    def _talk(self, sock: socket.socket) -> None:
        with self._kept.lock:
            self._open.add(sock)
        asked = ""
        try:
            sock.settimeout(10)
            head, rest = _read_head(sock)
            method, asked, version = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
            if not version.startswith("HTTP/1."):
                raise ValueError(version)
            if method == "CONNECT":
                self._tunnel(sock, asked, rest)
            else:
                self._forward(sock, method, asked, head, rest)
        except AddressRefused as refusal:
            self._refuse(sock, Refusal(asked, refusal.code, refusal.sentence))
        except FetchProblem as problem:
            _answer(sock, "502 Bad Gateway", problem.code)
        except _Enough:
            _answer(sock, "403 Forbidden", "The page has fetched as much as one page may.")
        except (ValueError, OSError, Interrupted):
            _answer(sock, "400 Bad Request", "This is no request.")
        finally:
            with self._kept.lock:
                self._open.discard(sock)
            with contextlib.suppress(OSError):
                sock.close()
            self._places.release()

    def _refuse(self, sock: socket.socket, refusal: Refusal) -> None:
        with self._kept.lock:
            self._kept.refusals.append(refusal)
        _answer(sock, "403 Forbidden", refusal.sentence)

    def _forward(self, sock: socket.socket, method: str, asked: str, head: bytes, rest: bytes) -> None:
        """Plain HTTP: the answer is taken whole, kept, and handed on as it came."""
        target = check_url(asked, self._means.policy)
        if target.scheme != "http":
            raise ValueError(asked)
        body = _read_body(sock, head, rest)
        self._count(0)
        request = _request(target, method, head) + body
        held: list[int] = []

        def room_for(answered: Head) -> int:
            held.append(self._hold(answered))
            return max(held[0], 1)

        answer = exchange(target, "page", request, self._means, room_for=room_for)
        self._count(len(answer.exchange.received) - sum(held))
        sock.settimeout(30)
        for piece in answer.exchange.received.chunks():
            sock.sendall(piece)
        with self._kept.lock:
            if len(self._kept.exchanges) < MOST_KEPT:
                self._kept.exchanges.append(answer.exchange)
                return
        answer.payload.close()

    def _tunnel(self, sock: socket.socket, asked: str, rest: bytes) -> None:
        """CONNECT: a way through to a judged address; WebSockets come this way, too."""
        scheme = "http" if asked.endswith(":80") else "https"
        means = self._means
        target = check_url(f"{scheme}://{asked}/", means.policy)
        self._count(0)
        contact = Contact()
        with contextlib.closing(
            connect(target, means.policy, means.watch, contact, means.resolver, means.proxy)
        ) as line:
            sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            received = 0
            try:
                received = self._relay(sock, line, rest)
            finally:
                with self._kept.lock:
                    self._kept.tunnels.append(Tunnel(target.host, target.port, contact.address, received))

    def _relay(self, browser: socket.socket, line: Line, rest: bytes) -> int:
        server, received = line.sock, 0
        for sock in (browser, server):
            sock.settimeout(10)
        if rest:
            server.sendall(rest)
        while True:
            ready, _, _ = select.select([browser, server], [], [], self._means.watch.turn())
            for sock in ready:
                data = sock.recv(PIECE)
                if not data:
                    return received
                if sock is server:
                    received += len(data)
                    self._count(len(data))
                    browser.sendall(data)
                else:
                    server.sendall(data)

    def _hold(self, answered: Head) -> int:
        """Take out of the room, before it comes, what an answer may fill: what it says, or half of what is left.

        Without this, as many answers at once as there are places could each fill the whole room. What an answer did
        not fill is given back when it is there; of one that fails, nothing is.
        """
        said = answered.first("content-length")
        with self._kept.lock:
            most = int(said) if said.isascii() and said.isdigit() and len(said) < 20 else self._room // 2
            held = max(0, min(most, self._room))
            self._room -= held
        return held

    def _count(self, received: int) -> None:
        with self._kept.lock:
            self._room -= received
            if self._room <= 0:
                raise _Enough


def _read_head(sock: socket.socket) -> tuple[bytes, bytes]:
    data, until = b"", time.monotonic() + 30
    while b"\r\n\r\n" not in data:
        if len(data) > MOST_HEAD_BYTES or time.monotonic() > until:
            raise ValueError("a head that is too long")
        piece = sock.recv(PIECE)
        if not piece:
            raise ValueError("no request")
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _read_body(sock: socket.socket, head: bytes, rest: bytes) -> bytes:
    length = 0
    for name, value in _headers(head):
        if name == b"transfer-encoding":
            raise ValueError("a request in chunks")
        if name == b"content-length":
            length = int(value)
    if not 0 <= length <= MOST_REQUEST_BYTES:
        raise ValueError("a request that is too long")
    while len(rest) < length:
        piece = sock.recv(PIECE)
        if not piece:
            raise ValueError("a request that breaks off")
        rest += piece
    return rest[:length]


def _request(target: Target, method: str, head: bytes) -> bytes:
    lines = [f"{method} {target.path} HTTP/1.1".encode("latin-1")]
    for line in head.split(b"\r\n")[1:]:
        if line.partition(b":")[0].strip().lower() not in _HOP_HEADERS:
            lines.append(line)
    return b"\r\n".join([*lines, b"Connection: close", b"", b""])


def _headers(head: bytes) -> list[tuple[bytes, bytes]]:
    pairs = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
    return [(name.strip().lower(), value.strip()) for name, _, value in pairs]


def _answer(sock: socket.socket, status: str, sentence: str) -> None:
    body = sentence.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    with contextlib.suppress(OSError):
        sock.settimeout(5)
        sock.sendall(head.encode() + b"Connection: close\r\n\r\n" + body)
