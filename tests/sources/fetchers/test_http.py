"""The HTTP fetcher against servers that send exact bytes, honest and hostile."""

import contextlib
import gzip
import hashlib
import socket
import ssl
import struct
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import brotli
import pytest

from sources.domain.address_policy import AddressPolicy
from sources.domain.failures import FAILURES
from sources.domain.results import Ending, FetchResult, whole
from sources.fetchers.http import HttpFetcher
from sources.fetchers.problems import FetchProblem
from sources.fetchers.protocol import FetchSettings
from tests.sources.servers import (
    PAGE,
    Authority,
    PageServer,
    answer,
    brotli_bomb,
    chunked,
    drip,
    gzip_bomb,
    redirect,
)
from tests.sources.tricks import REFUSED_BY_ANSWER, REFUSED_BY_TEXT

LIMIT = 1 << 20


@pytest.fixture
def server() -> Iterator[PageServer]:
    with PageServer() as running:
        yield running


def fetch(server: PageServer, path: str = "/", *, url: str = "", **limits: Any) -> FetchResult:
    settings = FetchSettings(policy=server.policy, user_agent="Factcheck/1.0", deadline_seconds=5, max_bytes=LIMIT)
    return HttpFetcher().fetch(url or server.url + path, replace(settings, **limits))


def code(result: FetchResult) -> str:
    assert result.ending is Ending.FAILED, result
    assert result.sentence == FAILURES[result.code].sentence
    return result.code


# What is let through


def test_keeps_the_exact_bytes_of_both_sides(server: PageServer) -> None:
    server.answers["/a?b="] = answer(x_odd="  Two  spaces ")
    result = fetch(server, "/a?b=")
    assert result.ending is Ending.ANSWER
    [exchange] = result.exchanges
    assert whole(exchange.received) == server.answers["/a?b="]
    assert [exchange.sent] == server.requests
    assert exchange.sent.startswith(b"GET /a?b= HTTP/1.1\r\n")
    assert b"User-Agent: Factcheck/1.0\r\n" in exchange.sent
    assert f"Host: 127.0.0.1:{server.port}\r\n".encode() in exchange.sent
    assert (whole(result.body), result.status, exchange.address) == (PAGE, 200, "127.0.0.1")
    assert exchange.payload_sha256 == hashlib.sha256(PAGE).hexdigest()


@pytest.mark.parametrize("status", [200, 204, 206, 304, 401, 403, 404, 410, 429, 451, 500, 503, 999])
def test_any_complete_answer_is_an_answer(server: PageServer, status: int) -> None:
    body = b"" if status in (204, 304) else PAGE
    server.answers["/"] = answer(f"{status} Whatever", body)
    result = fetch(server)
    assert (result.ending, result.status, whole(result.body)) == (Ending.ANSWER, status, body)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("x-gzip", gzip.compress(PAGE)),
        ("br", brotli.compress(PAGE)),
        ("gzip, gzip", gzip.compress(gzip.compress(PAGE))),
        ("identity", PAGE),
        ("GZIP", gzip.compress(PAGE)),
        ("gzip", gzip.compress(PAGE[:40]) + gzip.compress(PAGE[40:])),
        ("gzip", gzip.compress(PAGE) + b"junk after it"),
    ],
    ids=["gzip", "x-gzip", "brotli", "double gzip", "identity", "capitals", "two members", "junk after it"],
)
def test_undoes_content_codings(server: PageServer, encoding: str, packed: bytes) -> None:
    server.answers["/"] = answer(body=packed, content_encoding=encoding)
    result = fetch(server)
    assert (whole(result.body), whole(result.payload), result.damage) == (PAGE, packed, "")


def test_reads_chunks(server: PageServer) -> None:
    server.answers["/"] = chunked(PAGE[:10], PAGE[10:])
    result = fetch(server)
    assert (whole(result.body), whole(result.payload)) == (PAGE, PAGE)
    assert whole(result.exchanges[0].received) == server.answers["/"]


def test_reads_past_early_hints(server: PageServer) -> None:
    server.answers["/"] = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + answer()
    result = fetch(server)
    assert (result.status, whole(result.body)) == (200, PAGE)
    assert whole(result.exchanges[0].received) == answer()


def test_reads_a_body_that_ends_with_the_connection(server: PageServer) -> None:
    server.answers["/"] = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
    assert whole(fetch(server).body) == PAGE


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("9" * 30, 1e9),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
def test_tells_when_to_come_back(server: PageServer, value: str, seconds: float | None) -> None:
    server.answers["/"] = answer("503 Service Unavailable", retry_after=value)
    assert fetch(server).retry_after == seconds


# Redirects


def test_follows_redirects_and_keeps_each_hop(server: PageServer) -> None:
    server.answers |= {"/": redirect("/two"), "/two": redirect("three?x=", "301 Moved"), "/three?x=": answer()}
    result = fetch(server)
    assert [(hop.kind, hop.status) for hop in result.exchanges] == [
        ("page", 302),
        ("redirect", 301),
        ("redirect", 200),
    ]
    assert result.final_url == f"{server.url}/three?x="
    assert [hop.location for hop in result.exchanges] == ["/two", "three?x=", ""]


def test_ten_redirects_are_followed_and_eleven_are_not(server: PageServer) -> None:
    server.answers |= {f"/{n}": redirect(f"/{n + 1}") for n in range(11)} | {"/11": answer()}
    assert fetch(server, "/1").status == 200
    assert code(fetch(server, "/0")) == "too_many_redirects"


def test_little_is_kept_of_what_stands_under_a_redirect(server: PageServer) -> None:
    server.answers |= {"/": answer("302 Found", b"x" * LIMIT, location="/away"), "/away": answer()}
    first, last = fetch(server).exchanges
    assert first.is_truncated
    assert len(whole(first.received)) < LIMIT
    assert not last.is_truncated


def test_a_loop_ends(server: PageServer) -> None:
    server.answers["/"] = redirect("/")
    assert code(fetch(server)) == "too_many_redirects"
    assert len(server.requests) == 11


def test_a_redirect_without_an_address_is_the_answer(server: PageServer) -> None:
    server.answers["/"] = answer("302 Found")
    assert fetch(server).status == 302


@pytest.mark.parametrize(
    ("location", "refusal"),
    [
        ("http://169.254.169.254/latest/meta-data/", "address_private"),
        ("http://127.0.0.1:22/", "port_refused"),
        ("//localhost/", "host_refused"),
        ("file:///etc/passwd", "scheme_refused"),
        ("http://user:word@example.org/", "credentials_refused"),
        ("http://[::ffff:a9fe:a9fe]/", "address_private"),
        ("http://2130706433/", "address_private"),
        ("javascript:alert(1)", "scheme_refused"),
    ],
)
def test_refuses_where_a_redirect_leads_inside(server: PageServer, location: str, refusal: str) -> None:
    server.answers["/"] = redirect(location)
    with connections_seen() as seen:
        result = fetch(server)
    assert (result.ending, result.code) == (Ending.REFUSED, refusal)
    assert seen == [("127.0.0.1", server.port)]
    assert [(each.status, each.address) for each in result.exchanges] == [(302, "127.0.0.1")]


def test_a_redirect_to_another_private_port_is_refused(server: PageServer) -> None:
    with PageServer({"/": answer()}) as inside:
        server.answers["/"] = redirect(inside.url)
        assert fetch(server).ending is Ending.REFUSED
        assert inside.connections == 0


def test_a_redirect_to_what_is_no_address_fails(server: PageServer) -> None:
    server.answers["/"] = redirect("http://[")
    assert code(fetch(server)) == "redirect_invalid"


def refresh(to: str, seconds: int = 0) -> bytes:
    return answer(body=f'<meta http-equiv="refresh" content="{seconds}; url={to}"><p>Moved</p>'.encode())


def test_follows_two_refreshes_and_keeps_the_third_page(server: PageServer) -> None:
    server.answers |= {"/": refresh("/1"), "/1": refresh("/2"), "/2": refresh("/3"), "/3": answer()}
    result = fetch(server)
    assert [hop.kind for hop in result.exchanges] == ["page", "refresh", "refresh"]
    assert result.final_url.endswith("/2")


@pytest.mark.parametrize("to", ["http://[x", "http://[::1]]/", "//[", "http://x.example:99999999/"])
def test_a_refresh_to_what_is_no_address_is_the_answer(server: PageServer, to: str) -> None:
    server.answers["/"] = refresh(to)
    result = fetch(server)
    assert (result.ending, result.final_url) == (Ending.ANSWER, server.url + "/")


def test_a_slow_refresh_is_not_followed(server: PageServer) -> None:
    server.answers |= {"/": refresh("/1", 300), "/1": answer()}
    assert fetch(server).final_url == server.url + "/"


def test_a_refresh_is_judged_like_a_redirect(server: PageServer) -> None:
    server.answers["/"] = refresh("http://169.254.169.254/")
    with connections_seen() as seen:
        assert (fetch(server).ending, fetch(server).code) == (Ending.REFUSED, "address_private")
    assert {host for host, _ in seen} == {"127.0.0.1"}


def test_cookies_live_inside_one_fetch_and_stay_with_their_host(server: PageServer) -> None:
    with PageServer({"/": answer()}) as other:
        away = f"http://localhost:{other.port}/"
        server.answers |= {
            "/": redirect(
                "/in",
            ),
            "/in": redirect(away),
        }
        server.answers["/"] = answer("302 Found", b"", location="/in", set_cookie="seen=1; Path=/")
        policy = AddressPolicy(private=frozenset({("127.0.0.1", server.port), ("localhost", other.port)}))
        settings = FetchSettings(policy=policy, deadline_seconds=5)
        HttpFetcher().fetch(server.url, settings)
        assert b"Cookie: seen=1\r\n" in server.requests[1]
        assert b"Cookie" not in other.requests[0]
        HttpFetcher().fetch(server.url, settings)
        assert b"Cookie" not in server.requests[2]


# Addresses: a refusal opens no connection


@contextlib.contextmanager
def connections_seen() -> Iterator[list[tuple[str, int]]]:
    """Every address that a socket of this process connects to meanwhile."""
    seen: list[tuple[str, int]] = []
    real = socket.socket.connect

    class Watching(socket.socket):
        def connect(self, address: tuple[str, int]) -> None:  # type: ignore[override]
            seen.append((address[0], address[1]))
            real(self, address)

    with mock.patch("socket.socket", Watching):
        yield seen


@pytest.mark.parametrize(("url", "refusal"), REFUSED_BY_TEXT.values(), ids=REFUSED_BY_TEXT)
def test_opens_no_connection_for_a_refused_address(url: str, refusal: str) -> None:
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.215.14"]

    with connections_seen() as seen:
        result = HttpFetcher(resolver).fetch(url, FetchSettings(deadline_seconds=5))
    assert (result.ending, result.code) == (Ending.REFUSED, refusal)
    assert (seen, asked) == ([], [])


@pytest.mark.parametrize("answers", REFUSED_BY_ANSWER.values(), ids=REFUSED_BY_ANSWER)
def test_opens_no_connection_where_a_name_leads_inside(answers: list[str]) -> None:
    with connections_seen() as seen:
        result = HttpFetcher(lambda host, port: answers).fetch(
            "http://example.org/", FetchSettings(deadline_seconds=5)
        )
    assert (result.ending, result.code, seen) == (Ending.REFUSED, "address_private", [])


def test_a_name_that_answers_differently_the_second_time_gains_nothing(server: PageServer) -> None:
    """Rebinding: the name is asked once a hop, and the connection goes to the very address that was judged."""
    server.answers["/"] = answer()
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    policy = AddressPolicy(private=frozenset({("pages.example.org", server.port)}))
    with connections_seen() as seen:
        result = HttpFetcher(lambda host, port: next(answers)).fetch(
            f"http://pages.example.org:{server.port}/", FetchSettings(policy=policy, deadline_seconds=5)
        )
    assert (result.status, seen) == (200, [("127.0.0.1", server.port)])
    assert next(answers) == ["127.0.0.2"]
    assert f"Host: pages.example.org:{server.port}\r\n".encode() in server.requests[0]


def test_a_name_that_nobody_knows_is_a_failure() -> None:
    def resolver(host: str, port: int) -> list[str]:
        raise FetchProblem("host_unknown")

    assert code(HttpFetcher(resolver).fetch("http://example.org/", FetchSettings())) == "host_unknown"


def test_a_server_that_is_not_there_is_a_failure(server: PageServer) -> None:
    server.close()
    assert code(fetch(server)) == "connect_refused"


# Servers that lie, dawdle or attack


def raw(text: bytes) -> Callable[[socket.socket, bytes], None]:
    def send(connection: socket.socket, _: bytes) -> None:
        connection.sendall(text)

    return send


NOTHING_TO_KEEP = {
    "nothing": (b"", "empty_reply"),
    "ssh banner": (b"SSH-2.0-OpenSSH_9.2p1\r\n", "answer_unreadable"),
    "http/0.9": (PAGE, "answer_unreadable"),
    "half a status line": (b"HTTP/1.1 200", "answer_unreadable"),
    "h2 preface": (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00", "answer_unreadable"),
    "headers without end": (b"HTTP/1.1 200 OK\r\nA: b\r\n", "answer_unreadable"),
    "100,000 headers": (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 100_000 + b"\r\n", "headers_too_large"),
    "one header of 2 MB": (b"HTTP/1.1 200 OK\r\nA: " + b"b" * (2 << 20) + b"\r\n\r\n", "headers_too_large"),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "expected"), NOTHING_TO_KEEP.values(), ids=NOTHING_TO_KEEP)
def test_names_what_the_server_did_wrong(server: PageServer, sent: bytes, expected: str) -> None:
    server.answers["/"] = raw(sent)
    result = fetch(server)
    assert code(result) == expected
    [exchange] = result.exchanges
    assert (exchange.status, exchange.address) == (None, "127.0.0.1")


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BROKEN_OFF = {
    "short body": (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort", b"short", "disconnect"),
    "chunks without end": (chunked(PAGE, end=b""), PAGE, "disconnect"),
    "chunk longer than sent": (CHUNKED + b"ffff\r\nabc", b"abc", "disconnect"),
    "broken chunk": (chunked(PAGE, end=b"zz\r\n"), PAGE, ""),
    "chunk shorter than sent": (CHUNKED + b"2\r\nabc\r\n0\r\n\r\n", b"ab", ""),
    "chunk size without end": (CHUNKED + b"2\r\nab\r\n" + b"1" * 9000, b"ab", ""),
}


@pytest.mark.parametrize(("sent", "payload", "truncated"), BROKEN_OFF.values(), ids=BROKEN_OFF)
def test_what_breaks_off_is_brought_home_with_its_damage(
    server: PageServer, sent: bytes, payload: bytes, truncated: str
) -> None:
    server.answers["/"] = raw(sent)
    result = fetch(server)
    assert (result.ending, result.code, result.status) == (Ending.ANSWER, "incomplete_answer", 200)
    assert whole(result.payload) == payload
    assert sent.startswith(whole(result.exchanges[0].received))
    assert result.exchanges[0].truncated == truncated
    assert result.damage.endswith(".")


FLAWED = {
    "negative length": b"Content-Length: -1",
    "two lengths": b"Content-Length: 4\r\nContent-Length: 5",
    "two lengths in one": b"Content-Length: 4, 5",
    "a length of letters": b"Content-Length: four",
    "a transfer coding nobody knows": b"Transfer-Encoding: compress",
}


@pytest.mark.parametrize("header", FLAWED.values(), ids=FLAWED)
def test_an_answer_that_contradicts_itself_is_kept_and_said_to_be_damaged(server: PageServer, header: bytes) -> None:
    server.answers["/"] = raw(b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\nbody")
    result = fetch(server)
    assert (result.ending, result.code, whole(result.payload)) == (Ending.ANSWER, "", b"body")
    assert result.damage.endswith(".")


@pytest.mark.parametrize("header", [b"Content-Length: 4\r\nContent-Length: 4", b"Content-Length: 4, 4"])
def test_a_length_said_twice_alike_is_no_fault(server: PageServer, header: bytes) -> None:
    server.answers["/"] = raw(b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\nbody")
    result = fetch(server)
    assert (whole(result.payload), result.damage) == (b"body", "")


def test_a_connection_that_is_reset_brings_home_what_came(server: PageServer) -> None:
    def reset(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort")
        time.sleep(0.2)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    server.answers["/"] = reset
    result = fetch(server)
    assert (result.ending, whole(result.payload)) == (Ending.ANSWER, b"short")
    assert result.code in ("connection_lost", "incomplete_answer")


def test_a_long_body_is_what_was_promised(server: PageServer) -> None:
    server.answers["/"] = answer(body=PAGE) + b"more than was promised"
    assert whole(fetch(server).body) == PAGE


def test_chunks_win_over_a_length(server: PageServer) -> None:
    server.answers["/"] = chunked(PAGE).replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n", 1)
    assert whole(fetch(server).body) == PAGE


def test_a_drip_ends_at_the_deadline(server: PageServer) -> None:
    server.answers["/"] = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x")
    began = time.monotonic()
    result = fetch(server, deadline_seconds=0.6)
    assert (result.ending, result.code, result.exchanges[0].truncated) == (Ending.ANSWER, "too_slow", "time")
    assert whole(result.payload).strip(b"x") == b""
    assert time.monotonic() - began < 5


def test_dripping_headers_end_at_the_deadline(server: PageServer) -> None:
    server.answers["/"] = drip(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n")
    assert code(fetch(server, deadline_seconds=0.6)) == "too_slow"


def test_endless_interim_answers_end(server: PageServer) -> None:
    server.answers["/"] = drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000, pause=0)
    result = fetch(server, deadline_seconds=3)
    assert code(result) == "headers_too_large"


def test_a_server_that_says_nothing_ends_at_the_deadline(server: PageServer) -> None:
    server.answers["/"] = drip(b"", b"", pause=0.1, most=20)
    assert code(fetch(server, deadline_seconds=0.5)) == "too_slow"


def test_an_endless_body_is_cut_and_marked(server: PageServer) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
    server.answers["/"] = drip(head, b"x" * 65536, pause=0, most=200)
    result = fetch(server)
    assert (result.ending, result.is_truncated, len(whole(result.body))) == (Ending.ANSWER, True, LIMIT)
    assert result.exchanges[0].is_truncated


@pytest.mark.parametrize("is_chunked", [False, True], ids=["by length", "in chunks"])
def test_a_large_body_is_never_held(server: PageServer, tmp_path: Path, is_chunked: bool) -> None:
    piece, times = bytes(range(256)) * 1024, 128

    def send(connection: socket.socket, _: bytes) -> None:
        head = b"Transfer-Encoding: chunked" if is_chunked else b"Content-Length: %d" % (len(piece) * times)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n")
        for _turn in range(times):
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece) if is_chunked else piece)
        connection.sendall(b"0\r\n\r\n" if is_chunked else b"")

    server.answers["/"] = send
    tracemalloc.start()
    result = fetch(server, max_bytes=1 << 30, deadline_seconds=60, folder=tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(result.payload) == len(piece) * times
    assert peak < 4 << 20
    kept = result.body.handed()
    assert isinstance(kept, Path)
    assert result.exchanges[0].payload_sha256 == hashlib.sha256(piece * times).hexdigest()
    result.close()
    assert not kept.exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("gzip", gzip_bomb(64)),
        ("gzip, gzip", gzip_bomb(64, times=2)),
        ("br", brotli_bomb(64)),
        ("gzip, gzip, gzip, gzip, gzip", gzip_bomb(50, times=5)),
    ],
    ids=["gzip", "double gzip", "brotli", "five deep"],
)
def test_a_bomb_does_not_go_off(server: PageServer, encoding: str, bomb: bytes) -> None:
    server.answers["/"] = answer(body=bomb, content_encoding=encoding)
    tracemalloc.start()
    result = fetch(server)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.ending is Ending.ANSWER
    assert len(whole(result.body)) <= LIMIT
    assert result.is_truncated or result.damage
    assert peak < 16 << 20


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(PAGE)[:-20]),
        ("gzip", PAGE),
        ("br", brotli.compress(PAGE)[:-10]),
        ("br", PAGE),
        ("deflate", b"\x00\x01\x02"),
        ("zstd", PAGE),
    ],
    ids=["truncated gzip", "gzip label on plain text", "truncated brotli", "brotli label", "no deflate", "unknown"],
)
def test_a_body_that_does_not_decode_is_kept_and_said_to_be_damaged(
    server: PageServer, encoding: str, body: bytes
) -> None:
    server.answers["/"] = answer(body=body, content_encoding=encoding)
    result = fetch(server)
    assert (result.ending, whole(result.payload)) == (Ending.ANSWER, body)
    assert result.damage


# Certificates


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def secure(authority: Authority, name: str, *, days: int = 30, url_name: str = "127.0.0.1") -> FetchResult:
    with PageServer({"/": answer()}, tls=authority.server(name, days=days)) as server, authority.bundle() as bundle:
        context = ssl.create_default_context(cafile=str(bundle))
        policy = AddressPolicy(private=frozenset({(url_name, server.port)}))
        settings = FetchSettings(policy=policy, deadline_seconds=5)
        fetcher = HttpFetcher(lambda host, port: ["127.0.0.1"], tls=lambda: context)
        return fetcher.fetch(f"https://{url_name}:{server.port}/", settings)


def test_checks_the_name_and_keeps_the_certificate(authority: Authority) -> None:
    result = secure(authority, "pages.example.org", url_name="pages.example.org")
    assert whole(result.body) == PAGE
    assert len(result.exchanges[0].certificate_sha256) == 64
    assert result.exchanges[0].tls_version.startswith("TLSv1")


def test_refuses_a_certificate_for_another_name(authority: Authority) -> None:
    assert code(secure(authority, "pages.example.org", url_name="other.example.org")) == "certificate_invalid"


def test_refuses_a_certificate_that_ran_out(authority: Authority) -> None:
    result = secure(authority, "pages.example.org", days=-1, url_name="pages.example.org")
    assert code(result) == "certificate_invalid"


def test_refuses_an_authority_that_nobody_trusts(authority: Authority) -> None:
    with PageServer({"/": answer()}, tls=Authority().server("127.0.0.1")) as server:
        assert code(fetch(server)) == "certificate_invalid"


def test_plain_http_on_a_secure_address_fails(server: PageServer) -> None:
    with PageServer(greeting=answer("400 Bad Request")) as plain:
        assert code(fetch(plain, url=f"https://127.0.0.1:{plain.port}/")) == "tls_failed"


# Threads


def test_one_fetcher_serves_many_threads(server: PageServer) -> None:
    pages = {f"/{n}": answer(body=PAGE + str(n).encode()) for n in range(16)}
    server.answers |= pages
    results: dict[int, bytes] = {}
    threads = [
        threading.Thread(target=lambda n=n: results.__setitem__(n, whole(fetch(server, f"/{n}").body)))
        for n in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert results == {n: PAGE + str(n).encode() for n in range(16)}
