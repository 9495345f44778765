"""Frames and shadow trees in a real Chromium: kept, read in their place, bounded, and never made up by the page."""

import pytest

from sources.domain.results import Ending, whole
from sources.fetchers import chromium, frames
from tests.sources.fetchers.rendering import OTHER, TEXT, about, framed_site, policy_for, render, text_of
from tests.sources.servers import PageServer, answer

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _needs_a_browser() -> None:
    if chromium.find_program("auto") is None:
        pytest.skip("there is no Chromium on this machine")


def test_frames_and_shadow_trees_are_read_where_they_stand() -> None:
    with PageServer() as server:
        server.answers = framed_site(server)
        result = render(f"{server.url}/", policy_for(server))
    assert result.ending is Ending.ANSWER
    assert text_of(result).text == TEXT
    assert result.rendered is not None
    dom = whole(result.rendered.dom)
    assert b'<template shadowrootmode="open">' in dom and b'<template shadowrootmode="closed">' in dom
    kept = {each.url: whole(each.data) for each in result.rendered.beside if each.kind == "frame"}
    other = f"http://{OTHER}:{server.port}/post"
    assert set(kept) == {f"{server.url}/same", f"{server.url}/within", other, "about:srcdoc"}
    assert b"fifteen ships were counted" in kept[other]
    assert f'data-archived-frame="{other}"'.encode() in dom
    assert about(result, "frames_left_out") == 0
    assert {each.kind for each in result.rendered.beside} == {"frame"}


def test_a_page_cannot_make_up_a_frame() -> None:
    page = b"""<p>Words.</p><iframe data-archived-frame="https://office.example/" data-archived-document="<p>Forged."></iframe>
    <iframe src=/true data-archived-frame="https://office.example/" data-archived-document="<p>Forged."></iframe>
    <script>const first = document.querySelector("iframe");
    new MutationObserver(all => { document.body.append("The page saw it.") }).observe(document, {subtree: true, attributes: true})
    </script>"""
    with PageServer({"/": answer(body=page), "/true": answer(body=b"<p>True.")}) as server:
        result = render(f"{server.url}/", server.policy)
    text = text_of(result).text
    assert text.startswith("Words.\n\n[In a frame from 127.0.0.1:]\n\nTrue.")
    assert "Forged" not in text and "office.example" not in text and "saw" not in text


def test_a_bomb_of_frames_is_bounded_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MOST_FRAMES", 20)
    page = (
        b"<p>Words.</p><script>for (let i = 0; i < 60; i++) document.body.append(document.createElement('iframe'));"
    )
    page += b"[...document.querySelectorAll('iframe')].forEach((each, i) => each.src = '/frame')</script>"
    with PageServer({"/": answer(body=page), "/frame": answer(body=b"<p>Frame .")}) as server:
        result = render(f"{server.url}/", server.policy)
    assert text_of(result).text.count("\n\nFrame ") == 20
    assert (about(result, "frames_kept"), about(result, "frames_left_out")) == (20, 40)


def test_frames_within_frames_are_kept_to_a_depth() -> None:
    page = b"<p>Level <script>document.write(location.search.length + '.')"
    page += b"; if (location.search.length < 9) document.write(`<iframe src='/${location.search || '?'}x'></iframe>`)</script>"
    answers = {"/": page, **{f"/?{'x' * many}": page for many in range(1, 10)}}
    with PageServer({path: answer(body=body) for path, body in answers.items()}) as server:
        result = render(f"{server.url}/", server.policy)
    text = text_of(result).text
    assert about(result, "frames_kept") == frames.MOST_DEPTH
    assert int(str(about(result, "frames_left_out"))) >= 1
    assert text.count("[In a frame") == frames.MOST_DEPTH


def test_a_large_frame_is_left_out_and_the_page_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MOST_FRAME_BYTES", 10_000)
    page = b"<p>Words.</p><iframe src=/large></iframe><iframe src=/small></iframe>"
    answers = {"/": page, "/large": b"<p>Large. " + b"x" * 20_000, "/small": b"<p>Small."}
    with PageServer({path: answer(body=body) for path, body in answers.items()}) as server:
        result = render(f"{server.url}/", server.policy)
    assert "Small." in text_of(result).text and "Large." not in text_of(result).text
    assert about(result, "frames_left_out") == 1


def test_a_frame_of_another_site_that_never_answers_does_not_cost_the_page() -> None:
    page = b"<p>Words.</p><iframe src='http://posts.example:%d/busy'></iframe>"
    busy = b"<p>Busy.<script>setTimeout(() => { for (;;) {} }, 300)</script>"
    with PageServer({"/busy": answer(body=busy)}) as server:
        server.answers["/"] = answer(body=page % server.port)
        result = render(f"{server.url}/", policy_for(server), seconds=30.0)
    assert result.ending is Ending.ANSWER, result.code
    assert text_of(result).text == "Words."
    assert about(result, "frames_left_out") == 1


def test_frames_that_come_and_go_while_they_are_read_do_no_harm() -> None:
    page = b"""<p>Words.</p><script>setInterval(() => { const each = document.createElement("iframe");
    each.srcdoc = "<p>Now and then"; document.body.append(each); setTimeout(() => each.remove(), 40) }, 20)</script>"""
    with PageServer({"/": answer(body=page)}) as server:
        result = render(f"{server.url}/", server.policy, seconds=20.0)
    assert result.ending is Ending.ANSWER
    assert text_of(result).text.startswith("Words.")


@pytest.mark.parametrize("many", [400, 1_000])
def test_shadow_trees_within_shadow_trees_end_in_a_kept_page(many: int) -> None:
    page = b"""<p>Words.</p><div id=host></div><script>let at = document.getElementById("host");
    for (let i = 0; i < %d; i++) { const root = at.attachShadow({mode: "closed"});
    root.innerHTML = "<p>Level " + i + "</p><div></div>"; at = root.querySelector("div") }</script>"""
    with PageServer({"/": answer(body=page % many)}) as server:
        result = render(f"{server.url}/", server.policy)
    assert result.ending is Ending.ANSWER
    assert result.rendered is not None and b"Words." in whole(result.rendered.dom)
    extracted = text_of(result)
    assert extracted.code == "too_deep" or f"Level {many - 1}" in extracted.text
