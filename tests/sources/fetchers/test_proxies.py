"""Going out through a proxy: the proxy is given names, and nothing goes past it."""

import socket
import ssl
from collections.abc import Iterator
from typing import Any

import pytest

from sources.domain.address_policy import AddressPolicy
from sources.domain.results import Ending, FetchResult, whole
from sources.fetchers.http import HttpFetcher
from sources.fetchers.protocol import FetchSettings
from sources.fetchers.proxies import Proxy
from tests.sources.fetchers.proxy_servers import ProxyServer, connecting, socks
from tests.sources.servers import PAGE, Authority, PageServer, answer, redirect


def no_lookup(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host} was looked up past the proxy")


@pytest.fixture
def server() -> Iterator[PageServer]:
    with PageServer({"/": answer(), "/inside": redirect("http://169.254.169.254/")}) as running:
        yield running


def fetch(proxy: ProxyServer, url: str, scheme: str, user: str = "", **more: Any) -> FetchResult:
    via = Proxy.of(f"{scheme}://{user}127.0.0.1:{proxy.port}")
    settings = FetchSettings(policy=more.pop("policy", AddressPolicy()), deadline_seconds=10, proxy=via)
    return HttpFetcher(no_lookup, **more).fetch(url, settings)


@pytest.mark.parametrize(
    ("scheme", "handshake", "asked"),
    [
        ("http", connecting(), b"CONNECT pages.example.org:80 HTTP/1.1\r\nHost: pages.example.org:80\r\n\r\n"),
        ("socks5", socks(), b"pages.example.org:80"),
    ],
    ids=["CONNECT", "SOCKS 5"],
)
def test_a_page_comes_through_the_proxy_by_its_name(
    server: PageServer, scheme: str, handshake: Any, asked: bytes
) -> None:
    with ProxyServer(handshake, server.port) as proxy:
        result = fetch(proxy, "http://pages.example.org/", scheme)
    assert (result.ending, whole(result.body)) == (Ending.ANSWER, PAGE)
    assert proxy.asked == [asked]
    [exchange] = result.exchanges
    assert (exchange.addresses, exchange.address) == ((), "")
    assert exchange.sent == server.requests[0]
    assert b"Host: pages.example.org\r\n" in exchange.sent
    assert b"Proxy" not in exchange.sent


def test_the_certificate_is_checked_for_the_name_all_the_same() -> None:
    authority = Authority()
    with (
        authority.bundle() as bundle,
        PageServer({"/": answer()}, tls=authority.server("pages.example.org")) as server,
    ):
        context = ssl.create_default_context(cafile=str(bundle))
        with ProxyServer(connecting(), server.port) as proxy:
            right = fetch(proxy, "https://pages.example.org/", "http", tls=lambda: context)
            wrong = fetch(proxy, "https://other.example.org/", "http", tls=lambda: context)
    assert (whole(right.body), wrong.code) == (PAGE, "certificate_invalid")
    assert right.exchanges[0].certificate_sha256


@pytest.mark.parametrize(
    ("scheme", "handshake"),
    [("http", connecting()), ("socks5", socks(password=b"a word"))],
    ids=["CONNECT", "SOCKS 5"],
)
def test_says_who_it_is_where_the_setting_does(server: PageServer, scheme: str, handshake: Any) -> None:
    with ProxyServer(handshake, server.port) as proxy:
        result = fetch(proxy, "http://pages.example.org/", scheme, user="desk:a%20word@")
    assert result.ending is Ending.ANSWER
    if scheme == "http":
        assert b"Proxy-Authorization: Basic ZGVzazphIHdvcmQ=\r\n" in proxy.asked[0]


@pytest.mark.parametrize(
    ("scheme", "handshake", "code"),
    [
        ("http", connecting(b"HTTP/1.1 403 Forbidden\r\n\r\n"), "proxy_refused"),
        ("http", connecting(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"), "proxy_refused"),
        ("http", connecting(b"HTTP/1.1 502 Bad Gateway\r\n\r\n"), "connect_failed"),
        ("http", connecting(b"SSH-2.0\r\n\r\n"), "proxy_refused"),
        ("http", connecting(b""), "proxy_refused"),
        ("socks5", socks(2), "proxy_refused"),
        ("socks5", socks(4), "connect_failed"),
        ("socks5", socks(5), "connect_refused"),
        ("socks5", connecting(b""), "too_slow"),
    ],
)
def test_what_the_proxy_will_not_do_is_a_failure_with_its_name(
    server: PageServer, scheme: str, handshake: Any, code: str
) -> None:
    with ProxyServer(handshake, server.port) as proxy:
        via = Proxy.of(f"{scheme}://127.0.0.1:{proxy.port}")
        deadline = 1 if code == "too_slow" else 10
        result = HttpFetcher(no_lookup).fetch(
            "http://pages.example.org/", FetchSettings(deadline_seconds=deadline, proxy=via)
        )
    assert (result.ending, result.code) == (Ending.FAILED, code)
    assert server.requests == []


def test_a_proxy_that_is_not_there_is_said_and_not_gone_around(server: PageServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    result = HttpFetcher(no_lookup).fetch(
        "http://pages.example.org/", FetchSettings(proxy=Proxy("http", "127.0.0.1", port))
    )
    assert (result.ending, result.code, server.connections) == (Ending.FAILED, "proxy_unreachable", 0)


def test_the_policy_holds_at_names_and_redirects(server: PageServer) -> None:
    with ProxyServer(connecting(), server.port) as proxy:
        for url in (
            "http://169.254.169.254/",
            "http://router.local/",
            "http://[::1]/",
            "http://pages.example.org:22/",
        ):
            assert fetch(proxy, url, "http").ending is Ending.REFUSED
        assert proxy.asked == []
        inside = fetch(proxy, "http://pages.example.org/inside", "http")
    assert (inside.ending, inside.code, len(proxy.asked)) == (Ending.REFUSED, "address_private", 1)


def test_the_desks_own_hosts_are_not_asked_for_through_the_proxy(server: PageServer) -> None:
    with ProxyServer(connecting(), server.port) as proxy:
        settings = FetchSettings(policy=server.policy, proxy=Proxy("http", "127.0.0.1", proxy.port))
        assert HttpFetcher().fetch(server.url, settings).ending is Ending.ANSWER
        assert proxy.asked == []
