"""What is made of a page as it stands, scrolled once so that what waits to be seen is loaded: a picture and a print.

Scrolling is done from a world of ours within the page, in which its scripts have changed nothing.
"""

import base64
import binascii
import time
from collections.abc import Callable
from dataclasses import dataclass

from sources.domain.results import Held, Rendition
from sources.fetchers.devtools import CallFailed, Devtools
from sources.fetchers.tab import HEIGHT, WIDTH

TALLEST = 16_384
"""Pixels: what a browser draws at most in one picture."""

STEP_SECONDS = 0.15
_SCROLL = "window.scrollTo(0, {y}); document.scrollingElement ? document.scrollingElement.scrollHeight : 0"


@dataclass(frozen=True)
class Pictures:
    """Picture and print, where the browser made them; ``told`` says in a sentence what of the page is not in it."""

    made: tuple[Rendition, ...]
    told: str = ""


def scroll(devtools: Devtools, session: str, frame: str, is_over: Callable[[], bool], *, seconds: float) -> bool:
    """Down to the end in steps of a screen and back to the top; returns whether the end was reached in time.

    A page that grows while it is scrolled ends after as many steps as a picture has room for.
    """
    end = time.monotonic() + seconds
    try:
        world = devtools.call("Page.createIsolatedWorld", {"frameId": frame}, session=session, seconds=seconds)
        params = {"contextId": world["executionContextId"], "returnByValue": True}
        height, y, reached = HEIGHT, 0, True
        while y < min(height, TALLEST) and not is_over():
            left = end - time.monotonic()
            if left <= 0:
                reached = False
                break
            asked = {**params, "expression": _SCROLL.format(y=y)}
            said = devtools.call("Runtime.evaluate", asked, session=session, seconds=left)
            height = int((said.get("result") or {}).get("value") or 0)
            devtools.wait(is_over, seconds=min(STEP_SECONDS, left))
            y += HEIGHT
        devtools.call("Runtime.evaluate", {**params, "expression": _SCROLL.format(y=0)}, session=session, seconds=2)
    except (CallFailed, KeyError, TypeError, ValueError):
        return False
    return reached


def take(devtools: Devtools, session: str, *, seconds: float) -> Pictures:
    """A picture of the whole page, down to :data:`TALLEST`, and a print of it, each made within ``seconds``.

    A frame whose scripts never end keeps the browser from drawing the page; it does not cost the page its words.
    """
    picture, told = _picture(devtools, session, seconds)
    made = (picture, _print(devtools, session, seconds))
    return Pictures(tuple(each for each in made if each is not None), told)


def _picture(devtools: Devtools, session: str, seconds: float) -> tuple[Rendition | None, str]:
    try:
        size = devtools.call("Page.getLayoutMetrics", session=session, seconds=seconds)["cssContentSize"]
        whole = max(1, int(size["height"]))
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": min(whole, TALLEST), "scale": 1}
        params = {"format": "png", "captureBeyondViewport": True, "clip": clip}
        taken = devtools.call("Page.captureScreenshot", params, session=session, seconds=seconds)
        picture = Rendition("screenshot", "image/png", Held(base64.b64decode(taken["data"])))
    except (CallFailed, KeyError, ValueError, binascii.Error):
        return None, "The browser made no picture of the page."
    if whole > TALLEST:
        return picture, f"The page is {whole:,} pixels tall; the picture shows the first {TALLEST:,} of them."
    return picture, ""


def _print(devtools: Devtools, session: str, seconds: float) -> Rendition | None:
    try:
        printed = devtools.call("Page.printToPDF", {"printBackground": True}, session=session, seconds=seconds)
        return Rendition("pdf", "application/pdf", Held(base64.b64decode(printed["data"])))
    except (CallFailed, KeyError, binascii.Error):
        return None
