"""What a rendered page showed inside TLS is taken from the browser and kept as what it is: no bytes of the wire."""

import io
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from sources.archive import warc
from sources.domain.results import Ending, FetchResult, whole
from sources.fetchers import bodies, chromium, pictures
from tests.sources.fetchers.rendering import about, framed_site, policy_for, render, trust_anybody
from tests.sources.pictures import png, size_of
from tests.sources.servers import Authority, PageServer, answer, gzip_bomb
from tests.sources.warcs import complaints, fast_complaints

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _needs_a_browser() -> None:
    if chromium.find_program("auto") is None:
        pytest.skip("there is no Chromium on this machine")


def written(result: FetchResult) -> bytes:
    file = io.BytesIO()
    notes = dict(result.rendered.about) if result.rendered else {}
    warc.write_capture(file, result.exchanges, software="test", about=notes, rendered=result.rendered)
    return file.getvalue()


def test_pictures_and_styles_inside_tls_are_kept_and_no_reader_complains(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trust_anybody(monkeypatch)
    with PageServer(tls=Authority().server("127.0.0.1")) as server:
        server.answers = framed_site(server)
        result = render(f"{server.url}/", policy_for(server))
    assert result.ending is Ending.ANSWER, result.code
    assert result.rendered is not None
    taken = {each.url.removeprefix(server.url): each for each in result.rendered.beside if each.kind != "frame"}
    assert set(taken) == {"/sheet.css", "/imported.css", "/a.png", "/b.png", "/back.png", "/moved.png"}
    assert whole(taken["/a.png"].data) == png() and taken["/a.png"].media_type == "image/png"
    assert taken["/moved.png"].answered_by == f"{server.url}/d.png"
    assert (taken["/sheet.css"].kind, taken["/sheet.css"].media_type) == ("style", "text/css; charset=utf-8")
    raw = written(result)
    assert (complaints(raw, tmp_path), fast_complaints(raw)) == ("", [])
    kinds = [record.rec_type for record in ArchiveIterator(io.BytesIO(raw), check_digests="raise")]
    assert "response" not in kinds and kinds.count("resource") == 1 + len(result.rendered.beside)
    for record in FastIterator(io.BytesIO(raw), parse_http=False):
        if record.headers["WARC-Type"] == "resource":
            assert "DevTools" in record.headers["Factcheck-Origin"]
            assert record.verify_block_digest() and record.headers["WARC-Payload-Digest"].startswith("sha256:")
    named = about(result, "beside")
    assert isinstance(named, list) and {"not those of the wire" in str(each["origin"]) for each in named} == {
        True,
        False,
    }


def test_what_came_in_the_clear_is_not_taken_again() -> None:
    with PageServer() as server:
        server.answers = framed_site(server)
        result = render(f"{server.url}/", policy_for(server))
    assert result.rendered is not None
    assert {each.kind for each in result.rendered.beside} == {"frame"}
    assert f"{server.url}/a.png" in {exchange.url for exchange in result.exchanges}


def test_what_is_taken_is_bounded_in_bytes_and_number(monkeypatch: pytest.MonkeyPatch) -> None:
    trust_anybody(monkeypatch)
    monkeypatch.setattr(bodies, "MOST_TAKEN", 5)
    page = b"".join(b"<img src=/%d.png>" % number for number in range(12)) + b"<img src=/bomb.png>"
    with PageServer({"/": answer(body=page)}, tls=Authority().server("127.0.0.1")) as server:
        for number in range(12):
            server.answers[f"/{number}.png"] = answer(body=png(20 + number), content_type="image/png")
        server.answers["/bomb.png"] = answer(body=gzip_bomb(40), content_type="image/png", content_encoding="gzip")
        result = render(f"{server.url}/", server.policy)
    assert result.rendered is not None, result.code
    assert 0 < len(result.rendered.beside) <= 5
    assert all(len(each.data) < 1_000 for each in result.rendered.beside)
    assert int(str(about(result, "taken_left_out"))) >= 7


def test_pictures_that_wait_to_be_seen_are_loaded_and_a_tall_page_says_what_its_picture_lacks() -> None:
    page = b"""<p>Words.</p><div style="height: 12000px"></div><img loading=lazy src=/lazy.png>
    <div style="height: 38000px"></div><p>The end.<script>
    new IntersectionObserver(seen => { if (seen[0].isIntersecting) document.title = "scrolled" }).observe(document.querySelector("img"));
    window.scrollTo = () => { document.title = "asked the page" }</script>"""
    with PageServer({"/": answer(body=page), "/lazy.png": answer(body=png(), content_type="image/png")}) as server:
        result = render(f"{server.url}/", server.policy)
    assert result.rendered is not None, result.code
    assert f"{server.url}/lazy.png" in {exchange.url for exchange in result.exchanges}
    assert b"<title>scrolled</title>" in whole(result.rendered.dom)
    [picture] = [whole(each.data) for each in result.rendered.renditions if each.role == "screenshot"]
    assert size_of(picture) == (1280, pictures.TALLEST)
    told = str(about(result, "picture"))
    assert told.startswith("The page is 50,") and told.endswith("the picture shows the first 16,384 of them.")


def test_a_page_without_end_is_scrolled_for_a_bounded_time() -> None:
    page = b"""<p>Words.</p><div id=all></div><script>addEventListener("scroll", () => {
    for (let i = 0; i < 40; i++) document.getElementById("all").insertAdjacentHTML("beforeend", "<p style='height: 99px'>More") })
    </script><div style="height: 3000px"></div>"""
    with PageServer({"/": answer(body=page)}) as server:
        result = render(f"{server.url}/", server.policy)
    assert result.ending is Ending.ANSWER


def test_the_browser_itself_asks_for_nothing() -> None:
    """Its maker's services are not told that there is a capture: no refusal, and no tunnel but the page's own."""
    with PageServer({"/": answer(body=b"<p>Words.<script>setTimeout(() => {}, 4000)</script>")}) as server:
        result = render(f"{server.url}/", server.policy)
    assert (about(result, "refused"), about(result, "tunnels"), about(result, "tabs_closed")) == ([], [], [])
    assert {exchange.url for exchange in result.exchanges} <= {f"{server.url}/", f"{server.url}/favicon.ico"}
