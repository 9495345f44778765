"""What a page may not reach from within our browser, by each road; and that it is told in words."""

import socket

import pytest

from sources.domain.results import Ending, FetchResult
from sources.domain.run_notes import run_told
from sources.fetchers import chromium, network
from tests.sources.fetchers.rendering import policy_for, render
from tests.sources.servers import PageServer, answer

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _needs_a_browser() -> None:
    if chromium.find_program("auto") is None:
        pytest.skip("there is no Chromium on this machine")


def told(result: FetchResult) -> str:
    assert result.ending is Ending.ANSWER, result.code
    assert result.rendered is not None
    return " ".join(run_told(result.rendered.about))


def test_a_web_socket_to_the_inside_is_refused() -> None:
    page = b"<p>Words.<script>new WebSocket('ws://127.0.0.1:%d/socket')</script>"
    with PageServer() as server, PageServer() as other:
        server.answers = {"/": answer(body=page % other.port)}
        result = render(f"{server.url}/", server.policy)
        assert other.connections == 0
        assert f"127.0.0.1:{other.port}" in told(result)


def test_a_service_worker_neither_runs_nor_reaches_out() -> None:
    page = b"""<p>Words.<p id=say>waiting<script>navigator.serviceWorker.register("/worker.js").then(
    () => navigator.serviceWorker.ready).then(() => fetch("/through")).then(each => each.text()).then(
    text => { document.getElementById("say").textContent = text })</script>"""
    worker = b"""self.addEventListener("install", () => self.skipWaiting());
    self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));
    fetch("http://127.0.0.1:%d/out", {mode: "no-cors"});
    self.addEventListener("fetch", event => event.respondWith(new Response("made up by a worker")))"""
    with PageServer() as server, PageServer() as other:
        server.answers = {
            "/": answer(body=page),
            "/worker.js": answer(body=worker % other.port, content_type="text/javascript"),
            "/through": answer(body=b"from the server", content_type="text/plain"),
        }
        result = render(f"{server.url}/", server.policy)
        assert other.connections == 0
    assert result.rendered is not None
    assert b"made up by a worker" not in b"".join(result.rendered.dom.chunks()).split(b"<script>")[0]


def test_a_name_that_leads_inside_the_second_time_is_refused_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: each connection is judged by the very answer that it is made to."""
    asked: list[str] = []
    dialled: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        if host != "rebind.example.org":
            return ["127.0.0.1"]
        return ["93.184.216.34"] if asked.count(host) == 1 else ["127.0.0.1"]

    real = socket.create_connection

    def dial(address: tuple[str, int], *more: object) -> socket.socket:
        dialled.append(address[0])
        if address[0] == "93.184.216.34":
            raise ConnectionRefusedError
        return real(address, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(network.socket, "create_connection", dial)
    page = b"""<p>Words.<script>const ask = n => fetch("http://rebind.example.org/" + n, {mode: "no-cors"}).catch(() => 0);
    ask(1).then(() => ask(2)).then(() => ask(3))</script>"""
    with PageServer({"/": answer(body=page)}) as server:
        result = render(f"{server.url}/", policy_for(server), resolver=resolver)
    assert asked.count("rebind.example.org") >= 2
    assert "rebind.example.org" in told(result) and "is not on the public internet" in told(result)
    assert set(dialled) <= {"93.184.216.34", "127.0.0.1"}
    assert result.rendered is not None
    assert {exchange.url for exchange in result.exchanges} <= {f"{server.url}/", f"{server.url}/favicon.ico"}


def test_a_redirect_of_a_picture_to_the_inside_is_refused() -> None:
    with PageServer() as server, PageServer() as other:
        lead = f"HTTP/1.1 302 Found\r\nLocation: {other.url}/inside\r\nContent-Length: 0\r\n\r\n".encode()
        server.answers = {"/": answer(body=b"<p>Words.<img src=/lead>"), "/lead": lead}
        result = render(f"{server.url}/", server.policy)
        assert other.connections == 0
        assert f"127.0.0.1:{other.port}" in told(result)
