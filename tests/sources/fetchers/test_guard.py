"""The guarding proxy by itself: what a browser could say to it, and what comes of it."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sources.domain.address_policy import AddressPolicy
from sources.domain.results import whole
from sources.fetchers.exchanging import Means
from sources.fetchers.guard import GuardingProxy
from sources.fetchers.network import Watch, resolve, trusted
from tests.sources.servers import PAGE, PageServer, answer, chunked, gzip_bomb


@contextlib.contextmanager
def proxy_for(policy: AddressPolicy, *, most_bytes: int = 1 << 22, resolver=resolve) -> Iterator[GuardingProxy]:
    proxy = GuardingProxy(Means(policy, Watch(20.0), resolver, trusted), most_bytes=most_bytes)
    try:
        yield proxy
    finally:
        proxy.close()


def say(proxy: GuardingProxy, words: bytes, *, then: bytes = b"") -> bytes:
    with socket.create_connection(("127.0.0.1", proxy.port), 10) as sock:
        sock.sendall(words)
        came = b""
        while piece := sock.recv(65536):
            came += piece
            if then and b"\r\n\r\n" in came:
                sock.sendall(then)
                then = b""
        return came


def test_plain_http_is_handed_on_and_kept_as_it_came() -> None:
    with PageServer({"/a?b=1": answer()}) as server, proxy_for(server.policy) as proxy:
        request = (
            f"GET {server.url}/a?b=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nProxy-Connection: keep-alive\r\nX: y\r\n\r\n"
        )
        assert say(proxy, request.encode()) == answer()
        [exchange] = proxy.exchanges
        assert (exchange.url, exchange.status) == (f"{server.url}/a?b=1", 200)
        assert whole(exchange.received) == answer()
        assert server.requests[0].startswith(b"GET /a?b=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nX: y\r\nConnection: close")
        assert exchange.sent == server.requests[0]


def test_a_tunnel_carries_bytes_to_a_judged_address_and_is_counted() -> None:
    with PageServer({"/": answer()}) as server, proxy_for(server.policy) as proxy:
        came = say(
            proxy, f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\n\r\n".encode(), then=b"GET / HTTP/1.1\r\n\r\n"
        )
        assert came == b"HTTP/1.1 200 Connection established\r\n\r\n" + answer()
    [tunnel] = proxy.tunnels
    assert (tunnel.host, tunnel.port, tunnel.received) == ("127.0.0.1", server.port, len(answer()))


HOSTILE = {
    "loopback": ("GET http://127.0.0.1:{port}/ HTTP/1.1", "address_private"),
    "a short form of it": ("GET http://127.1:{port}/ HTTP/1.1", "address_private"),
    "localhost": ("GET http://localhost:{port}/ HTTP/1.1", "host_refused"),
    "cloud metadata": ("GET http://169.254.169.254/latest/ HTTP/1.1", "address_private"),
    "a tunnel to loopback": ("CONNECT 127.0.0.1:{port} HTTP/1.1", "address_private"),
    "a tunnel to loopback in IPv6": ("CONNECT [::1]:443 HTTP/1.1", "address_private"),
    "a tunnel for WebSockets": ("CONNECT 10.0.0.1:80 HTTP/1.1", "address_private"),
    "a tunnel to a mail server": ("CONNECT mail.example.org:25 HTTP/1.1", "port_refused"),
    "a name that leads inside": ("GET http://inside.example.org/ HTTP/1.1", "address_private"),
    "a tunnel to such a name": ("CONNECT inside.example.org:443 HTTP/1.1", "address_private"),
    "another scheme": ("GET ftp://example.org/ HTTP/1.1", "scheme_refused"),
}


@pytest.mark.parametrize(("line", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_not_public_is_refused_and_never_connected_to(line: str, code: str) -> None:
    policy = AddressPolicy(ports=frozenset({80, 443}))
    with PageServer({"/": answer()}) as server:
        policy = AddressPolicy(ports=frozenset({80, 443, server.port}))
        with proxy_for(policy, resolver=lambda host, port: ["127.0.0.1"]) as proxy:
            said = say(proxy, line.format(port=server.port).encode() + b"\r\nHost: x\r\n\r\n")
            assert said.startswith(b"HTTP/1.1 403")
            assert [refusal.code for refusal in proxy.refusals] == [code]
        assert server.connections == 0


@pytest.mark.parametrize(
    "words",
    [
        b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET http://example.org/ SPDY/3\r\n\r\n",
        b"POST http://93.184.216.34/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST http://93.184.216.34/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\r\n\r\n",
    ],
    ids=["nothing", "no host", "another protocol", "a body in chunks", "a negative length", "TLS"],
)
def test_what_is_no_request_is_an_answer_and_no_connection(words: bytes) -> None:
    with proxy_for(AddressPolicy()) as proxy:
        assert say(proxy, words)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 403")
        assert proxy.exchanges == ()


def test_a_page_may_fetch_only_so_much() -> None:
    with (
        PageServer({"/": answer(body=PAGE * 2_000)}) as server,
        proxy_for(server.policy, most_bytes=200_000) as proxy,
    ):
        request = f"GET {server.url}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        first, second = say(proxy, request), say(proxy, request)
        assert len(first) < 400_000
        assert second.startswith(b"HTTP/1.1 403")
        assert server.connections == 1


@pytest.mark.parametrize("framing", [b"Connection: close", b"Content-Length: 8000000"])
def test_answers_at_once_share_what_a_page_may_fetch(framing: bytes) -> None:
    """All heads are out before the first body: without a part held for each, every one could fill the whole room."""
    at_once, most, piece = 8, 8_000_000, b"x" * 16_000
    together, sent = threading.Barrier(at_once), []

    def script(connection: socket.socket, _: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
        together.wait(20)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n\r\n")
        together.wait(20)
        with contextlib.suppress(OSError):
            for _turn in range(most // len(piece)):
                connection.sendall(piece)
                sent.append(len(piece))
            connection.shutdown(socket.SHUT_WR)

    with PageServer({"/": script}) as server, proxy_for(server.policy, most_bytes=most) as proxy:
        request = f"GET {server.url}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        with ThreadPoolExecutor(at_once) as threads:
            list(threads.map(lambda _: say(proxy, request), range(at_once)))
        assert server.connections == at_once
    assert most // 2 <= sum(sent) <= 3 * most, "what lies in the system's buffers was sent, too"


def test_room_that_an_answer_did_not_fill_is_given_back() -> None:
    with (
        PageServer({"/": chunked(b"x" * 1_000)}) as server,
        proxy_for(server.policy, most_bytes=100_000) as proxy,
    ):
        request = f"GET {server.url}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        assert [b"x" * 1_000 in say(proxy, request) for _ in range(20)] == [True] * 20


def test_a_bomb_is_handed_on_packed() -> None:
    bomb = gzip_bomb(64)
    with PageServer({"/": answer(body=bomb, content_encoding="gzip")}) as server, proxy_for(server.policy) as proxy:
        assert bomb in say(proxy, f"GET {server.url}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode())
