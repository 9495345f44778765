"""What the tests of rendered pages share: a page of two sites with frames and shadow trees, and rendering it."""

from collections.abc import Callable

import pytest

from sources.domain.address_policy import AddressPolicy
from sources.domain.extracted import Extracted
from sources.domain.results import FetchResult, whole
from sources.extractors.html import HtmlExtractor
from sources.extractors.protocol import Hints
from sources.fetchers import chromium
from sources.fetchers.browser import BrowserFetcher
from sources.fetchers.protocol import BrowserSettings, FetchSettings
from tests.sources.pictures import png
from tests.sources.servers import Answer, PageServer, answer

OTHER = "posts.example"
"""Another site than the page's own: its frames live in a process of their own."""

FRAMED = """<!doctype html><title>Report</title><link rel=stylesheet href=/sheet.css>
<h1>The harbour report</h1><p id=before>Before the post.</p>
<iframe src="/same"></iframe><p>Between the frames.</p>
<iframe sandbox="allow-scripts" src="{scheme}://posts.example:{port}/post"></iframe>
<p>After the post.</p><x-card><b slot=head>A heading of light</b>and light words</x-card><x-closed></x-closed>
<img src=/a.png><img src=/moved.png><picture><source srcset="/b.png 1x"><img src=/never.png></picture>
<script>
document.querySelector("x-card").attachShadow({{mode: "open"}}).innerHTML =
  "<h2><slot name=head></slot></h2><p>In the shadow: <slot></slot>.</p>";
document.querySelector("x-closed").attachShadow({{mode: "closed"}}).innerHTML =
  "<style>p {{ color: rgb(0, 100, 0) }}</style><p>In the closed shadow.</p><iframe src=/within></iframe>";
</script>"""
SHEET = "@import '/imported.css' screen; body { background: url(/back.png) }"
TEXT = """The harbour report

Before the post.

[In a frame from 127.0.0.1:]

The same house says eleven.

[End of the frame from 127.0.0.1.]

Between the frames.

[In a frame from posts.example:]

Posted: fifteen ships were counted.

[In a frame of the page itself:]

Quoted in the post.

[End of the frame of the page itself.]

[End of the frame from posts.example.]

After the post.

A heading of light

In the shadow: and light words.

In the closed shadow.

[In a frame from 127.0.0.1:]

In a frame in a shadow.

[End of the frame from 127.0.0.1.]"""


def framed_site(server: PageServer) -> dict[str, Answer]:
    """The answers of both sites, which one server gives."""
    page = FRAMED.format(scheme="https" if server.is_tls else "http", port=server.port)
    pictures = {
        name: answer(body=png(), content_type="image/png") for name in ("/a.png", "/b.png", "/back.png", "/d.png")
    }
    return {
        "/": answer(body=page.encode()),
        "/same": answer(body=b"<p>The same house says eleven.<script>parent.document.title</script>"),
        "/post": answer(
            body=b"<p>Posted: fifteen ships were counted.</p><iframe srcdoc='<p>Quoted in the post.'></iframe>"
        ),
        "/within": answer(body=b"<p>In a frame in a shadow."),
        "/sheet.css": answer(body=SHEET.encode(), content_type="text/css"),
        "/imported.css": answer(body=b"h1 { color: rgb(1, 2, 3) }", content_type="text/css"),
        "/moved.png": answer("302 Found", b"", location="/d.png"),
        **pictures,
    }


def policy_for(*servers: PageServer) -> AddressPolicy:
    """Both sites of each server, and nothing else."""
    named = {(host, server.port) for server in servers for host in ("127.0.0.1", OTHER)}
    return AddressPolicy(private=frozenset(named))


def loopback(_host: str, _port: int) -> list[str]:
    """Every name leads here."""
    return ["127.0.0.1"]


def render(
    url: str, policy: AddressPolicy, *, resolver: Callable[[str, int], list[str]] = loopback, **more: object
) -> FetchResult:
    """The page as our browser makes it. What is cut at 4 MiB."""
    wanted = BrowserSettings(**{"seconds": 45.0, **more})  # type: ignore[arg-type]
    return BrowserFetcher(resolver).fetch(url, FetchSettings(policy=policy, max_bytes=1 << 22, browser=wanted))


def text_of(result: FetchResult) -> Extracted:
    """What is read in the page that was kept."""
    assert result.rendered is not None, result.sentence
    return HtmlExtractor().extract(whole(result.rendered.dom), Hints("text/html", "text/html; charset=utf-8"))


def about(result: FetchResult, name: str) -> object:
    """One of the notes of the run."""
    assert result.rendered is not None, result.sentence
    return result.rendered.about[name]


def trust_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the browser take the certificates of the tests' own authority."""
    monkeypatch.setattr(chromium, "ARGUMENTS", (*chromium.ARGUMENTS, "--ignore-certificate-errors"))
