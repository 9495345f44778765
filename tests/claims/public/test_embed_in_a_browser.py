"""The card, in a frame on a page of another origin, in a real Chromium."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.claims.presenters.records import a_record, with_claim
from tests.claims.public.browsing import browse, faults_at
from tests.claims.public.conftest import Publish
from tests.plugins.chromium import executable

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(executable() is None, reason="Chromium is not installed"),
]
ARABIC = "قال الوزير إن الميناء تعامل مع مليوني حاوية"


@pytest.fixture
def elsewhere() -> Iterator[Any]:
    """A page of somebody else's, with whatever ``html`` it is given."""

    class Elsewhere(BaseHTTPRequestHandler):
        html = ""

        def do_GET(self) -> None:
            body = f'<!doctype html><html lang="en"><title>A paper</title><main>{self.html}</main>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Elsewhere, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_anybodys_page_shows_it_and_no_other_page_of_ours(
    live_server: Any, put_up: Publish, elsewhere: Any, settings: Any, client: Client, tmp_path: Path
) -> None:
    settings.SITE_URL = live_server.url
    made = put_up()
    other = put_up(with_claim(a_record(), slug="arabic", statement=ARABIC, language="ar", demonstration=True))
    page, address = elsewhere
    answers = [client.get("/oembed", {"url": f"{live_server.url}{one.path}"}) for one in (made, other)]
    framed = [json.loads(answer.content)["html"] for answer in answers]
    framed.append(f'<iframe title="page" src="{live_server.url}{made.path}"></iframe>')
    seen: dict[str, Any] = {"faults": [], "framed": []}

    def look(browser: Any) -> None:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        opened = context.new_page()
        for page.html in framed:
            opened.goto(address, wait_until="networkidle")
            seen["framed"].append(opened.frames[1].text_content("body") or "")
            opened.screenshot(path=str(tmp_path / f"elsewhere-{len(seen['framed'])}.png"))
        seen["cookies"] = context.cookies()
        context.close()
        for width, scheme in ((600, "light"), (320, "dark")):
            seen["faults"] += faults_at(browser, f"{live_server.url}/embed{other.path}", width=width, scheme=scheme)

    browse(look)
    card, demonstration, ours = seen["framed"]
    assert made.record.claim.statement in card
    assert ARABIC in demonstration
    assert "Demonstration: mixed" in demonstration
    assert made.record.claim.statement not in ours
    assert seen["cookies"] == []
    assert not seen["faults"], "\n".join(seen["faults"])
