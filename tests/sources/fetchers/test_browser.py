"""Rendering hostile pages in a real Chromium: each ends in its state, and nothing of the browser is left."""

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.domain.address_policy import AddressPolicy
from sources.domain.results import Ending, FetchResult, whole
from sources.fetchers import chromium
from sources.fetchers.browser import BrowserFetcher
from sources.fetchers.protocol import BrowserSettings, FetchSettings
from tests.sources.servers import PageServer, answer, drip, redirect

pytestmark = pytest.mark.browser

MADE = b"""<!doctype html><title>Made</title><h1 id=h>Nothing yet</h1><img src=/picture.png>
<script>setTimeout(() => { document.getElementById("h").textContent = "Fifteen ships were counted" }, 300);
document.documentElement.__defineGetter__("outerHTML", () => "forged")</script>"""

HOSTILE = """<!doctype html><title>Hostile</title><p>Words.</p>
<img src="{other}/image"><iframe src="{other}/frame"></iframe><link rel=stylesheet href="{other}/style">
<script>
alert("stop"); confirm("stop"); window.open("{other}/popup"); window.open("/popup");
fetch("{other}/fetch", {{mode: "no-cors"}}); navigator.sendBeacon("{other}/beacon");
for (const host of ["127.0.0.1", "localhost", "[::1]", "127.1", "0.0.0.0"]) {{
  fetch("http://" + host + ":{port}/by-name", {{mode: "no-cors"}});
  new WebSocket("ws://" + host + ":{port}/socket");
}}
fetch("/leads-inside", {{mode: "no-cors"}});
navigator.serviceWorker && navigator.serviceWorker.register("/worker.js");
const peer = new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1:{udp}"}}]}});
peer.createDataChannel("x"); peer.createOffer().then(offer => peer.setLocalDescription(offer));
const link = document.createElement("a"); link.href = "/file.bin"; link.download = "file.bin";
document.body.append(link); link.click();
</script>"""


@pytest.fixture(autouse=True)
def _needs_a_browser() -> None:
    if chromium.find_program("auto") is None:
        pytest.skip("there is no Chromium on this machine")


profiles: list[Path] = []
"""Those of the browsers that these tests started; other tests, and other runs, have browsers of their own."""


@pytest.fixture(autouse=True)
def _noted_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    make = chromium.tempfile.mkdtemp

    def note(prefix: str) -> str:
        profiles.append(Path(make(prefix=prefix)))
        return str(profiles[-1])

    monkeypatch.setattr(chromium.tempfile, "mkdtemp", note)


def left_over() -> list[str]:
    """Processes of a browser that we started, by the profile that they name."""
    assert profiles
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            said = entry.read_bytes()
            if any(str(profile).encode() in said for profile in profiles) and entry.parent.name != str(os.getpid()):
                found.append(entry.parent.name)
    return found


def render(url: str, policy: AddressPolicy, **more: object) -> FetchResult:
    wanted = BrowserSettings(**{"seconds": 45.0, **more})  # type: ignore[arg-type]
    result = BrowserFetcher().fetch(url, FetchSettings(policy=policy, max_bytes=1 << 22, browser=wanted))
    return result


@contextlib.contextmanager
def listening() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        yield sock


def test_a_page_made_by_scripts_is_kept_as_it_became() -> None:
    with PageServer({"/": answer(body=MADE)}) as server:
        result = render(f"{server.url}/", server.policy)
    assert (result.ending, result.code, result.status) == (Ending.ANSWER, "", 200)
    assert result.rendered is not None
    assert b"Fifteen ships were counted</h1>" in whole(result.rendered.dom)
    assert result.final_url == f"{server.url}/"
    kinds = {each.role: whole(each.data)[:4] for each in result.rendered.renditions}
    assert kinds == {"screenshot": b"\x89PNG", "pdf": b"%PDF"}
    assert {exchange.url for exchange in result.exchanges} >= {f"{server.url}/", f"{server.url}/picture.png"}
    assert b"Factcheck" in server.requests[0]
    assert left_over() == []


def hostile(server: PageServer, other: PageServer, udp: socket.socket) -> bytes:
    page = HOSTILE.format(other=other.url, port=other.port, udp=udp.getsockname()[1]).encode()
    server.answers = {
        "/": answer(body=page),
        "/popup": answer(body=b"<script>fetch('/popped')</script>"),
        "/leads-inside": redirect(f"{other.url}/inside"),
        "/worker.js": answer(body=f"fetch('{other.url}/worker')".encode(), content_type="text/javascript"),
        "/file.bin": answer(body=b"x" * 100, content_disposition="attachment", content_type="application/zip"),
    }
    return page


def test_a_hostile_page_reaches_nothing_but_its_own_host() -> None:
    with PageServer() as server, PageServer() as other, listening() as udp:
        hostile(server, other, udp)
        result = render(f"{server.url}/", server.policy)
        with pytest.raises(BlockingIOError):
            udp.recv(1)
        assert other.connections == 0
    assert result.ending is Ending.ANSWER
    assert result.rendered is not None
    refused = " ".join(str(line) for line in result.rendered.about["refused"])  # type: ignore[attr-defined]
    for path in ("/image", "/frame", "/style", "/fetch", "/inside"):
        assert f"{other.url}{path} address_private" in refused or f"{other.url}{path} port_refused" in refused
    assert f"127.0.0.1:{other.port} " in refused
    assert not any(b" /popup " in request for request in server.requests)
    assert result.rendered.about["dialogs_dismissed"]
    assert left_over() == []


def test_a_tab_that_a_page_opens_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "ARGUMENTS", (*chromium.ARGUMENTS, "--disable-popup-blocking"))
    page = b"<p>Words.</p><script>window.open('/popup')</script>"
    with PageServer({"/": answer(body=page), "/popup": answer()}) as server:
        result = render(f"{server.url}/", server.policy)
    assert result.rendered is not None
    assert result.rendered.about["tabs_closed"]


def test_without_the_guard_the_same_page_reaches_the_other_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bypass list alone taken away: Chromium then goes to loopback by itself."""
    arguments = tuple(each for each in chromium.ARGUMENTS if "bypass" not in each)
    monkeypatch.setattr(chromium, "ARGUMENTS", arguments)
    with PageServer() as server, PageServer() as other, listening() as udp:
        hostile(server, other, udp)
        render(f"{server.url}/", server.policy)
        assert other.connections > 0


@pytest.mark.parametrize("way", ["redirect", "straight"])
def test_a_page_that_leads_inside_is_refused(way: str) -> None:
    with PageServer() as server, PageServer({"/": answer()}) as other:
        server.answers = {"/": redirect(f"{other.url}/secret")}
        url = f"{server.url}/" if way == "redirect" else f"{other.url}/"
        policy = AddressPolicy(frozenset({other.port}), frozenset({("127.0.0.1", server.port)}))
        result = render(url, policy)
        assert (result.ending, result.code) == (Ending.REFUSED, "address_private")
        assert other.connections == 0


def test_a_script_without_end_is_ended_with_all_its_processes() -> None:
    with PageServer({"/": answer(body=b"<p>Words.</p><script>for (;;) {}</script>")}) as server:
        result = render(f"{server.url}/", server.policy, seconds=8.0)
    assert (result.ending, result.code) == (Ending.FAILED, "too_slow")
    assert left_over() == []


def test_nothing_of_a_killed_browser_stays_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is always killed, and so leaves its folders for passing things where it was told to make them."""
    made: list[set[str]] = []
    kill = chromium.kill

    def look(process: subprocess.Popen[bytes]) -> None:
        made.append({found.name.rpartition(".")[0] for found in profiles[-1].glob("t/*")})
        kill(process)

    monkeypatch.setattr(chromium, "kill", look)
    with PageServer({"/": answer()}) as server:
        assert render(f"{server.url}/", server.policy).ending is Ending.ANSWER
    assert made == [{"org.chromium.Chromium"}]
    assert not profiles[-1].exists()


def test_a_page_that_never_finishes_loading_is_kept_as_it_is() -> None:
    page = b"<p>Fifteen ships.</p><img src=/slow>"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 999999\r\n\r\n"
    with PageServer({"/": answer(body=page), "/slow": drip(head, b"x", 0.2, 200)}) as server:
        result = render(f"{server.url}/", server.policy, seconds=12.0)
    assert result.ending is Ending.ANSWER
    assert result.rendered is not None and b"Fifteen ships" in whole(result.rendered.dom)
    assert result.rendered.about["still_loading"] == 1


def test_a_page_that_eats_memory_is_ended() -> None:
    hog = (
        b"<script>const all = []; setInterval(() => {"
        b"for (let i = 0; i < 4; i++) all.push(new Uint8Array(32 << 20).fill(7)) }, 10)</script><img src=/slow>"
    )
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 999999\r\n\r\n"
    with PageServer({"/": answer(body=hog), "/slow": drip(head, b"x", 0.2, 200)}) as server:
        result = render(f"{server.url}/", server.policy, memory_bytes=900 << 20)
    assert (result.ending, result.code) in ((Ending.FAILED, "browser_too_large"), (Ending.FAILED, "browser_failed"))
    assert left_over() == []


def test_a_file_is_no_page() -> None:
    file = answer(body=b"x" * 100, content_type="application/zip", content_disposition="attachment")
    with PageServer({"/": file}) as server:
        result = render(f"{server.url}/", server.policy)
    assert (result.ending, result.code) == (Ending.FAILED, "browser_no_page")


def test_without_a_browser_it_says_so(tmp_path: Path) -> None:
    with PageServer({"/": answer()}) as server:
        for program in ("off", str(tmp_path / "missing")):
            result = render(f"{server.url}/", server.policy, program=program)
            assert (result.ending, result.code) == (Ending.FAILED, "browser_missing")
        broken = tmp_path / "broken"
        broken.write_text("#!/bin/sh\necho No usable sandbox >&2\nexit 1\n")
        broken.chmod(0o755)
        tmp_path.chmod(0o755)
        result = render(f"{server.url}/", server.policy, program=str(broken))
        assert result.code in ("browser_no_sandbox", "browser_failed")
        assert server.connections == 0
