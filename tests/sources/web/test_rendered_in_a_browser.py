"""A copy from a browser, with frames, shadow trees and what came along, looked at in a real Chromium.

Its pictures and styles are there, from the archive; nothing of it runs, and nobody else is asked for anything.
"""

import html
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.test import Client

from sources.domain.composed import DOCUMENT, FRAME
from sources.models import Capture, Source
from sources.web.replay import replay_address
from tests.conftest import Cast
from tests.sources.pictures import png
from tests.sources.services.copies import make_rendered_copy, make_source, taken
from tests.sources.web.test_inert_in_a_browser import DRAWING, TRICKS

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

SHEET = """@charset "utf-8"; @import url({out}/import-out.css); @import "/imported.css" screen;
p.styled {{ color: rgb(1, 2, 3); background: url(/back.png) }} @font-face {{ font-family: x; src: url({out}/font) }}
p {{ font-family: x; list-style: url({out}/list) }} </style><script>document.title = "ran"</script><img src={out}/broken-out>"""


@dataclass
class Site:
    """A server of what the archive answers, and the paths that were asked for beside it: it is the canary, too."""

    port: int = 0
    answers: dict[str, tuple[dict[str, str], bytes]] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = made.answers.get(self.path)
            (made.asked if answer else made.strange).append(self.path)
            headers, body = answer or ({}, b"")
            self.send_response(200 if answer else 404)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

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


def framed(url: str, markup: str) -> str:
    return f'<iframe src="{url}" {FRAME}="{html.escape(url)}" {DOCUMENT}="{html.escape(markup)}"></iframe>'


def hostile_copy(source: Source, out: str) -> Capture:
    """Every trick four times: in the page, in a shadow tree, in a frame, in a frame in a frame's shadow tree."""
    base = source.url.rsplit("/", 1)[0]
    tricks = TRICKS.format(out=out)
    inside = f'<x-a><template shadowrootmode="closed">{tricks}</template></x-a>'
    deep = framed(f"{out}/deep", f"<p>Deep words.</p>{inside}")
    page = (
        f"<title>Archived</title><link rel=stylesheet href=/sheet.css>{inside}{framed(f'{out}/frame', tricks + deep)}"
    )
    page += f"<img src={base}/drawing.svg><img src={base}/no-drawing.png><iframe srcdoc='{html.escape(tricks)}'></iframe>{tricks}"
    drawing = DRAWING.format(out=out).encode()
    beside = (
        taken("style", f"{base}/sheet.css", SHEET.format(out=out).encode(), "text/css; charset=utf-8"),
        taken("style", f"{base}/imported.css", f"h1 {{ background: url({out}/import) }}".encode(), "text/css"),
        taken("image", f"{base}/drawing.svg", drawing, "image/svg+xml; charset=utf-8"),
        taken("image", f"{base}/no-drawing.png", tricks.encode(), "image/png"),
    )
    return make_rendered_copy(source, page, beside)


def serve(client: Client, site: Site, capture: Capture) -> str:
    """Put what the archive answers into the site: the page, and each picture that it may ask for; the page's address."""
    path = urlsplit(replay_address(capture)).path
    host = {"host": f"127.0.0.1:{site.port}"}
    page = client.get(path, headers=host)
    assert page.status_code == 200
    site.answers[path] = dict(page.items()), page.content
    for each in sorted(
        {part.split('"')[0].split(")")[0] for part in page.content.decode().split(f"{path}file/")[1:]}
    ):
        came = client.get(f"{path}file/{each}", headers=host)
        site.answers[f"{path}file/{each}"] = dict(came.items()), came.content
    return f"http://127.0.0.1:{site.port}{path}"


def test_nothing_of_it_runs_and_nobody_is_asked(
    chromium: Any, client: Client, cast: Cast, site: Site, settings: LazySettings
) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    address = serve(client, site, hostile_copy(make_source(cast.editor), f"http://127.0.0.1:{site.port}"))
    drawings = [address for address, (headers, _) in site.answers.items() if "svg" in headers.get("Content-Type", "")]
    assert len(drawings) == 1
    page = chromium.new_context().new_page()
    page.goto(address, wait_until="load")
    page.wait_for_timeout(800)
    assert page.title() == "Archived"
    assert page.get_by_text("Deep words.").count() == 1, "what a frame held stands in the page itself"
    assert site.strange == [], "the canary was asked"
    page.goto(f"http://127.0.0.1:{site.port}{drawings[0]}", wait_until="load")
    page.wait_for_timeout(500)
    assert (page.title(), site.strange) == ("Archived", [])
    page.context.close()


def test_without_the_policy_the_same_copy_is_found_out(
    chromium: Any, client: Client, cast: Cast, site: Site, settings: LazySettings
) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    address = serve(client, site, hostile_copy(make_source(cast.editor), f"http://127.0.0.1:{site.port}"))
    for headers, _ in site.answers.values():
        headers.pop("Content-Security-Policy", None)
    page = chromium.new_context().new_page()
    page.goto(address, wait_until="commit")
    page.wait_for_timeout(1_500)
    assert len(set(site.strange)) > 5
    page.context.close()


def test_pictures_and_styles_are_shown_from_the_archive(
    chromium: Any, client: Client, cast: Cast, site: Site, settings: LazySettings
) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    source = make_source(cast.editor)
    base = source.url.rsplit("/", 1)[0]
    out = f"http://127.0.0.1:{site.port}"
    post = '<link rel=stylesheet href=/post.css><p id=post>Posted.</p><img id=inner src="p.png">'
    dom = (
        "<!doctype html><html><head><title>Shown</title><link href=/sheet.css rel=stylesheet></head><body>"
        "<p class=styled id=styled>Words.</p><h1 id=h>Head</h1><img id=a src=a.png><img id=gone src=gone.png>"
        "<picture><source srcset='/b.png 1x, /c.png 2x'><img id=b src=never.png></picture>"
        '<x-card id=host><template shadowrootmode="open"><style>p { color: rgb(7, 8, 9) }</style><p>In the shadow.'
        f"</p></template></x-card>{framed('https://posts.example/1', post)}</body></html>"
    )
    beside = (
        taken("style", f"{base}/sheet.css", SHEET.format(out=out).encode(), "text/css; charset=utf-8"),
        taken("style", f"{base}/imported.css", b"h1 { color: rgb(4, 5, 6) }", "text/css"),
        taken("style", "https://posts.example/post.css", b"p { color: rgb(10, 11, 12) }", "text/css"),
        *(taken("image", f"{base}/{name}.png", png(), "image/png") for name in ("a", "b", "back")),
        taken("image", "https://posts.example/p.png", png(25, 25), "image/png"),
    )
    address = serve(client, site, make_rendered_copy(source, dom, beside))
    page = chromium.new_context().new_page()
    page.goto(address, wait_until="load")
    page.wait_for_timeout(300)
    colour = "element => getComputedStyle(element).color"
    assert page.locator("#styled").evaluate(colour) == "rgb(1, 2, 3)"
    assert page.locator("#h").evaluate(colour) == "rgb(4, 5, 6)"
    assert page.locator("#host p").evaluate(colour) == "rgb(7, 8, 9)"
    assert page.locator("#post").evaluate(colour) == "rgb(10, 11, 12)"
    widths = {
        name: page.locator(f"#{name}").evaluate("image => image.naturalWidth") for name in ("a", "b", "inner", "gone")
    }
    assert widths == {"a": 40, "b": 40, "inner": 25, "gone": 0}
    back = page.locator("#styled").evaluate("element => getComputedStyle(element).backgroundImage")
    assert f"127.0.0.1:{site.port}/replay/" in back
    assert site.strange == []
    page.context.close()
