"""The battery: what servers do to a fetcher, each through the queue to the state that it ends in.

Every stored answer must read back through warcio and FastWARC without a complaint, be the very bytes that the server
sent, and give its body back. Every case ends within its deadline, and leaves nothing in the queue.
"""

import gzip
import itertools
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, NamedTuple

import brotli
import pytest
from django.conf import LazySettings
from django.utils import timezone

from sources.archive import store
from sources.domain.failures import FAILURES
from sources.fetchers.http import HttpFetcher
from sources.models import Capture, CaptureState, Lease
from sources.services import running
from sources.services.originals import read_original
from tests.sources.servers import (
    PAGE,
    Answer,
    Authority,
    PageServer,
    answer,
    brotli_bomb,
    chunked,
    drip,
    gzip_bomb,
    redirect,
)
from tests.sources.services.capturing import allow, asked_for, take_one
from tests.sources.tricks import REFUSED_BY_TEXT
from tests.sources.warcs import blocks, complaints, fast_complaints

pytestmark = pytest.mark.django_db

LIMIT = 1 << 20
DEADLINE = 30
SOON = 1
STORED, FAILED, REFUSED = CaptureState.STORED, CaptureState.FAILED, CaptureState.REFUSED
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


@pytest.fixture
def server(settings: LazySettings) -> Iterator[PageServer]:
    settings.CAPTURE_DEADLINE_SECONDS, settings.CAPTURE_MAX_BYTES = DEADLINE, LIMIT
    with PageServer() as started:
        allow(settings, started)
        yield started


def ended(capture: Capture, fetcher: HttpFetcher | None = None, *, deadline: int = DEADLINE) -> Capture:
    """The capture once it is closed: attempted as often as it takes, without waiting between."""
    began = time.monotonic()
    while Lease.objects.filter(capture=capture).exists():
        Lease.objects.filter(capture=capture).update(next_at=timezone.now())
        assert running.run(take_one(), fetcher=fetcher)
    closed = Capture.objects.get(pk=capture.pk)
    assert time.monotonic() - began < (deadline + 20) * closed.attempts
    return closed


def check(capture: Capture, folder: Path) -> None:
    """A closed capture says what became of it; a stored one is sound and gives its body back."""
    if capture.state != STORED:
        assert capture.failure_sentence.endswith(".")
        assert not capture.artefacts.exists()
        return
    raw = store.read(capture.warc_sha256)
    assert complaints(raw, folder) == ""
    assert fast_complaints(raw) == []
    read_original(capture)
    assert capture.usabilities.get().reason or capture.usabilities.get().verdict == "usable"


class Case(NamedTuple):
    """What a server sends; the state it ends in; the code of a failure, or the usability of what is stored."""

    sent: Answer
    state: str
    told: str
    attempts: int = 1
    deadline: int = DEADLINE


def stored(sent: Answer, told: str = "usable", attempts: int = 1, deadline: int = DEADLINE) -> Case:
    return Case(sent, STORED, told, attempts, deadline)


def failed(sent: Answer, told: str, deadline: int = DEADLINE) -> Case:
    return Case(sent, FAILED, told, 3 if FAILURES[told].may_pass else 1, deadline)


def closing(sent: bytes) -> Callable[[socket.socket, bytes], None]:
    """Send what may be more than anybody reads."""

    def send(connection: socket.socket, _: bytes) -> None:
        connection.sendall(sent)

    return send


def named(disposition: str) -> bytes:
    return (
        HEAD + b"Content-Disposition: " + disposition.encode() + b"\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE
    )


packed = gzip.compress(PAGE)
CASES: dict[str, Case] = {
    "302 to a metadata address": Case(redirect("http://169.254.169.254/"), REFUSED, "address_private"),
    "302 to file:": Case(redirect("file:///etc/passwd"), REFUSED, "scheme_refused"),
    "302 to credentials": Case(redirect("http://a:b@example.org/"), REFUSED, "credentials_refused"),
    "302 to a closed port": Case(redirect("http://example.org:22/"), REFUSED, "port_refused"),
    "refresh to a metadata address": Case(
        answer(body=b'<meta http-equiv="refresh" content="0; url=http://169.254.169.254/">'),
        REFUSED,
        "address_private",
    ),
    "a loop": failed(redirect("/"), "too_many_redirects"),
    "missing Location": stored(answer("302 Found"), "usable"),
    "empty Location": stored(answer("302 Found", location=" "), "usable"),
    "Location that is no address": failed(redirect("http://["), "redirect_invalid"),
    "SSH banner": failed(closing(b"SSH-2.0-OpenSSH_9.2p1\r\n"), "answer_unreadable"),
    "h2-only": failed(closing(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\0" * 18), "answer_unreadable"),
    "empty reply": failed(b"", "empty_reply"),
    "drip": stored(drip(HEAD + b"Content-Length: 100000\r\n\r\n", b"x"), "damaged", attempts=3, deadline=SOON),
    "drip of headers": failed(drip(HEAD, b"A: b\r\n"), "too_slow", deadline=SOON),
    "endless body": stored(drip(HEAD + b"\r\n", b"x" * 65536, pause=0, most=200), "damaged"),
    "endless headers": failed(drip(HEAD, b"A: b\r\n" * 1000, pause=0, most=1000), "headers_too_large"),
    "endless 103": failed(drip(b"", b"HTTP/1.1 103 Hints\r\n\r\n" * 1000, pause=0, most=500), "headers_too_large"),
    "100,000 headers": failed(closing(HEAD + b"A: b\r\n" * 100_000 + b"\r\n"), "headers_too_large"),
    "a header of 2 MB": failed(closing(HEAD + b"A: " + b"b" * (2 << 20) + b"\r\n\r\n"), "headers_too_large"),
    "control characters in headers": stored(answer(content_type="text/html\0; charset=\x01utf-8", x="\x7f")),
    "short Content-Length": stored(HEAD + b"Content-Length: 120\r\n\r\n" + PAGE),
    "long Content-Length": stored(HEAD + b"Content-Length: 5000\r\n\r\n" + PAGE, "damaged", attempts=3),
    "negative Content-Length": stored(HEAD + b"Content-Length: -1\r\n\r\n" + PAGE, "damaged"),
    "double Content-Length": stored(HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + PAGE, "damaged"),
    "the same Content-Length twice": stored(HEAD + b"Content-Length: %d\r\n" % len(PAGE) * 2 + b"\r\n" + PAGE),
    "broken chunks": stored(chunked(PAGE, end=b"zz\r\n"), "damaged", attempts=3),
    "chunks without end": stored(chunked(PAGE, end=b""), "damaged", attempts=3),
    "sound chunks": stored(chunked(PAGE[:7], PAGE[7:], end=b"0\r\nX-Trailer: 1\r\n\r\n")),
    "chunks of one byte": stored(chunked(*(PAGE[n : n + 1] for n in range(len(PAGE))))),
    "CL with TE": stored(chunked(PAGE).replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n", 1)),
    "103 then 200": stored(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + answer()),
    "gzip": stored(answer(body=packed, content_encoding="gzip")),
    "double-gzip": stored(answer(body=gzip.compress(packed), content_encoding="gzip, gzip")),
    "gzip in chunks": stored(
        chunked(packed[:9], packed[9:]).replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n", 1)
    ),
    "gzip bomb": stored(answer(body=gzip_bomb(64), content_encoding="gzip"), "damaged"),
    "double-gzip bomb": stored(answer(body=gzip_bomb(64, times=2), content_encoding="gzip, gzip"), "damaged"),
    "five-deep bomb": stored(
        answer(body=gzip_bomb(50, times=5), content_encoding="gzip, gzip, gzip, gzip, gzip"), "damaged"
    ),
    "brotli bomb": stored(answer(body=brotli_bomb(64), content_encoding="br"), "damaged"),
    "a million empty members": stored(answer(body=gzip.compress(b"") * 50_000, content_encoding="gzip"), "damaged"),
    "brotli": stored(answer(body=brotli.compress(PAGE), content_encoding="br")),
    "truncated gzip": stored(answer(body=packed[:-20], content_encoding="gzip"), "damaged"),
    "gzip with a wrong sum": stored(answer(body=packed[:-8] + b"\0" * 8, content_encoding="gzip"), "damaged"),
    "junk after gzip": stored(answer(body=packed + b"junk after it", content_encoding="gzip")),
    "gzip label on plain text": stored(answer(body=PAGE, content_encoding="gzip"), "damaged"),
    "a coding nobody asked for": stored(answer(body=PAGE, content_encoding="zstd"), "damaged"),
    "101": stored(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n\0\0\0", "empty"),
    "204": stored(answer("204 No Content", b""), "empty"),
    "206": stored(answer("206 Partial Content", content_range="bytes 0-99/5000"), "damaged"),
    "304 unasked": stored(answer("304 Not Modified", b""), "empty"),
    "401": stored(answer("401 Unauthorized", www_authenticate="Basic"), "login"),
    "403": stored(answer("403 Forbidden"), "blocked"),
    "404": stored(answer("404 Not Found"), "gone"),
    "410": stored(answer("410 Gone"), "gone"),
    "451": stored(answer("451 Unavailable For Legal Reasons"), "blocked"),
    "500": stored(answer("500 Internal Server Error"), "damaged"),
    "999": stored(answer("999 Request Denied"), "blocked"),
    "429 that stays": stored(answer("429 Too Many Requests", retry_after="1"), "blocked", attempts=3),
    "503 that stays": stored(answer("503 Service Unavailable", retry_after="1"), "blocked", attempts=3),
    "429, an absurd Retry-After": stored(answer("429 Too Many Requests", retry_after="9" * 400), "blocked"),
    "503, an absurd Retry-After": stored(answer("503 Not Now", retry_after="Wed, 21 Oct 9999 07:28:00 GMT"), "blocked"),
    "attachment named ../": stored(named('attachment; filename="../../../../etc/cron.d/x"')),
    "attachment with an RTL override": stored(named("attachment; filename=\"a\u202efdp.exe\"; filename*=UTF-8''%00")),
    "attachment with a name of 5 kB": stored(named('attachment; filename="' + "x" * 5000 + '.pdf"')),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_ends_in_its_state(server: PageServer, cast: Any, settings: LazySettings, case: Case, tmp_path: Path) -> None:
    server.answers["/"], settings.CAPTURE_DEADLINE_SECONDS = case.sent, case.deadline
    capture = ended(asked_for(cast.editor, server.url + "/"), deadline=case.deadline)
    told = capture.usabilities.get().verdict if capture.state == STORED else capture.failure_code
    assert (capture.state, told, capture.attempts) == (case.state, case.told, case.attempts)
    check(capture, tmp_path)
    if capture.state == STORED and isinstance(case.sent, bytes):
        [block] = blocks(store.read(capture.warc_sha256))
        assert block
        assert block in case.sent
    assert all(len(name) == 64 for name in store.all_digests())


def test_every_sound_body_comes_back_as_the_page(server: PageServer, cast: Any) -> None:
    sound = ("gzip", "double-gzip", "gzip in chunks", "sound chunks", "chunks of one byte", "CL with TE", "brotli",
             "103 then 200", "junk after gzip", "the same Content-Length twice")  # fmt: skip
    for name in sound:
        path = "/" + name.replace(" ", "-")
        server.answers[path] = CASES[name].sent
        assert read_original(ended(asked_for(cast.editor, server.url + path))).body == PAGE, name


def test_eleven_hops_fail_and_show_ten(server: PageServer, cast: Any, tmp_path: Path) -> None:
    server.answers |= {f"/{n}": redirect(f"/{n + 1}") for n in range(12)} | {"/12": answer()}
    capture = ended(asked_for(cast.editor, server.url + "/0"))
    assert (capture.state, capture.failure_code, capture.exchanges.count()) == (FAILED, "too_many_redirects", 11)
    within = ended(asked_for(cast.editor, server.url + "/2"))
    assert (within.state, within.exchanges.count()) == (STORED, 11)
    check(within, tmp_path)


def test_a_relative_location_is_followed(server: PageServer, cast: Any, tmp_path: Path) -> None:
    server.answers |= {"/a/b": redirect("../c?d="), "/c?d=": answer()}
    capture = ended(asked_for(cast.editor, server.url + "/a/b"))
    assert (capture.state, capture.final_url) == (STORED, server.url + "/c?d=")
    check(capture, tmp_path)


TRICKS = {name: trick for name, trick in REFUSED_BY_TEXT.items() if trick[0].startswith(("http", "file", "ftp"))}
TRICKS = {name: trick for name, trick in TRICKS.items() if trick[1] != "url_invalid" and name != "no slashes"}


@pytest.mark.parametrize(("url", "code"), TRICKS.values(), ids=TRICKS)
def test_a_redirect_to_a_trick_is_refused(server: PageServer, cast: Any, url: str, code: str) -> None:
    server.answers["/"] = (
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + url.replace("\n", "").encode() + b"\r\n\r\n"
    )
    capture = ended(asked_for(cast.editor, server.url + "/"))
    assert (capture.state, capture.failure_code) == (REFUSED, code)
    assert [each.status for each in capture.exchanges.all()] == [302]


WAITS = {
    "seconds": ("7", 7),
    "a date": (lambda: format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True), 90),
    "a date gone by": ("Wed, 21 Oct 2015 07:28:00 GMT", 1),
    "negative": ("-5", 30),
    "words": ("after lunch", 30),
}


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize(("value", "seconds"), WAITS.values(), ids=WAITS)
def test_a_busy_server_is_come_back_to(
    server: PageServer, cast: Any, settings: LazySettings, status: str, value: Any, seconds: int
) -> None:
    settings.CAPTURE_RETRY_SECONDS = 30
    server.answers["/"] = answer(status, retry_after=value() if callable(value) else value)
    capture = asked_for(cast.editor, server.url + "/")
    before = timezone.now()
    assert running.run(take_one())
    waiting = Lease.objects.get(capture=capture)
    assert waiting.last_code == f"status_{status[:3]}"
    assert timedelta(seconds=seconds - 2) <= waiting.next_at - before < timedelta(seconds=seconds + 8)
    server.answers["/"] = answer()
    assert ended(capture).state == STORED


# Secure connections, with an authority of our own


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def trusting(authority: Authority) -> Iterator[HttpFetcher]:
    """A fetcher that trusts our authority, and to which every name leads here."""
    with authority.bundle() as bundle:
        context = ssl.create_default_context(cafile=str(bundle))
        context.set_alpn_protocols(["http/1.1"])
        yield HttpFetcher(lambda host, port: ["127.0.0.1"], tls=lambda: context)


def h2_only(context: ssl.SSLContext) -> ssl.SSLContext:
    context.set_alpn_protocols(["h2"])
    return context


SECURE: dict[str, tuple[Callable[[Authority], ssl.SSLContext | None], Answer, str, str]] = {
    "a sound certificate": (lambda own: own.server("pages.example.org"), answer(), STORED, "usable"),
    "expired": (lambda own: own.server("pages.example.org", days=-1), answer(), FAILED, "certificate_invalid"),
    "self-signed": (lambda _: Authority().server("pages.example.org"), answer(), FAILED, "certificate_invalid"),
    "wrong host": (lambda own: own.server("other.example.org"), answer(), FAILED, "certificate_invalid"),
    "no TLS there": (lambda _: None, answer("400 Bad Request"), FAILED, "tls_failed"),
    "h2-only": (
        lambda own: h2_only(own.server("pages.example.org")),
        closing(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\0" * 18),
        FAILED,
        "answer_unreadable",
    ),
}


@pytest.mark.parametrize(("context", "sent", "state", "told"), SECURE.values(), ids=SECURE)
def test_a_secure_connection_ends_in_its_state(
    cast: Any, settings: LazySettings, authority: Authority, trusting: HttpFetcher, tmp_path: Path,
    context: Any, sent: Answer, state: str, told: str,
) -> None:  # fmt: skip
    settings.CAPTURE_DEADLINE_SECONDS, tls = DEADLINE, context(authority)
    with PageServer({"/": sent}, tls=tls, greeting=b"" if tls or callable(sent) else sent) as server:
        settings.CAPTURE_ALLOW_PRIVATE = frozenset({("pages.example.org", server.port)})
        capture = ended(asked_for(cast.editor, f"https://pages.example.org:{server.port}/"), trusting)
    found = capture.usabilities.get().verdict if capture.state == STORED else capture.failure_code
    assert (capture.state, found) == (state, told)
    check(capture, tmp_path)
    [exchange] = capture.exchanges.all()
    assert bool(exchange.certificate_sha256) == (state == STORED or told == "answer_unreadable")


def test_plain_http_to_a_secure_port_is_no_answer(cast: Any, settings: LazySettings, authority: Authority) -> None:
    """TLS on 80: the server wants a handshake where we speak plainly, and hangs up or sends an alert."""
    with PageServer({"/": answer()}, tls=authority.server("127.0.0.1")) as server:
        settings.CAPTURE_ALLOW_PRIVATE = frozenset({("127.0.0.1", server.port)})
        capture = ended(asked_for(cast.editor, f"http://127.0.0.1:{server.port}/"))
    assert capture.state == FAILED
    assert capture.failure_code in ("empty_reply", "answer_unreadable", "connection_lost")


def test_names_that_lead_inside_are_refused_and_rebinding_gains_nothing(
    server: PageServer, cast: Any, settings: LazySettings
) -> None:
    mixed = HttpFetcher(lambda host, port: ["93.184.215.14", "127.0.0.1"])
    capture = ended(asked_for(cast.editor, "http://mixed.example.org/"), mixed)
    assert (capture.state, capture.failure_code) == (REFUSED, "address_private")
    server.answers["/"] = answer()
    settings.CAPTURE_ALLOW_PRIVATE = frozenset({("rebinding.example.org", server.port)})
    turns = itertools.chain([["127.0.0.1"]], itertools.repeat(["169.254.169.254"]))
    rebinding = HttpFetcher(lambda host, port: next(turns))
    capture = ended(asked_for(cast.editor, f"http://rebinding.example.org:{server.port}/"), rebinding)
    assert (capture.state, capture.exchanges.get().addresses) == (STORED, "127.0.0.1")
