"""Rendering a page in a browser of ours, for pages that show nothing without scripts.

What is kept is what the page became: its DOM, a picture of all of it, a print of it as PDF; and what passed in the
clear on the way. See docs/decisions/browser-capture.md for what is seen and what is not.
"""

import base64
import binascii
import contextlib
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from sources.domain.address_policy import AddressRefused, check_url
from sources.domain.failures import FAILURES
from sources.domain.results import Ending, FetchResult, Held, Rendered, Rendition
from sources.fetchers.chromium import NoBrowser, Running, find_program, kill, running
from sources.fetchers.devtools import BrowserGone, CallFailed, Devtools, Message
from sources.fetchers.exchanging import Means
from sources.fetchers.guard import GuardingProxy, Refusal
from sources.fetchers.network import Resolver, Watch, resolve, trusted
from sources.fetchers.problems import FetchProblem
from sources.fetchers.protocol import BrowserSettings, FetchSettings

WIDTH, HEIGHT, TALLEST = 1280, 1024, 16_384
QUIET_SECONDS = 1.0
SETTLE_SHARE = 0.5
"""So much of the deadline may pass until the page is quiet; the rest is for taking it down."""

PAGE_TYPES = ("text/html", "application/xhtml+xml")


@dataclass
class _Page:
    """What the browser told of the page so far."""

    target: str = ""
    frame: str = ""
    url: str = ""
    status: int | None = None
    media_type: str = ""
    is_loaded: bool = False
    strangers: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    under_way: set[str] = field(default_factory=set)
    is_crashed: bool = False
    still_loading: int = 0


class BrowserFetcher:
    """Renders with the browser that the settings name."""

    method = "browser"

    def __init__(self, resolver: Resolver = resolve) -> None:
        self.resolver = resolver

    def fetch(self, url: str, settings: FetchSettings) -> FetchResult:
        """Render ``url``. What a page does is never an exception but a result."""
        wanted = settings.browser
        watch = Watch(wanted.seconds, settings.is_stopping)
        proxy: GuardingProxy | None = None
        try:
            check_url(url, settings.policy)
            program = find_program(wanted.program)
            if program is None:
                raise NoBrowser("browser_missing")
            means = Means(settings.policy, watch, self.resolver, trusted, settings.folder, settings.proxy)
            proxy = GuardingProxy(means, most_bytes=4 * settings.max_bytes)
            with running(program, wanted, proxy_port=proxy.port) as browser:
                return _render(url, browser, proxy, watch, settings, wanted)
        except AddressRefused as refusal:
            return FetchResult(Ending.REFUSED, refusal.code, refusal.sentence)
        except (FetchProblem, NoBrowser) as problem:
            exchanges = proxy.exchanges if proxy else ()
            return FetchResult(Ending.FAILED, problem.code, FAILURES[problem.code].sentence, exchanges)
        finally:
            if proxy is not None:
                proxy.close()


def _render(
    url: str, browser: Running, proxy: GuardingProxy, watch: Watch, settings: FetchSettings, wanted: BrowserSettings
) -> FetchResult:
    page = _Page()
    devtools: Devtools | None = None
    try:
        devtools = Devtools(browser.reading, browser.writing, watch, lambda message: _note(message, page, devtools))
        started = datetime.now(UTC)
        session = _open(devtools, page, settings.user_agent)
        refused = _navigate(devtools, session, url, page, proxy)
        if refused is not None:
            return FetchResult(Ending.REFUSED, refused.code, refused.sentence, proxy.exchanges)
        _settle(devtools, session, page, seconds=wanted.seconds * SETTLE_SHARE)
        dom = _dom(devtools, session)
        picture, print_ = _picture(devtools, session), _print(devtools, session)
        with contextlib.suppress(BrowserGone):
            devtools.send("Browser.close")
    except BrowserGone:
        if browser.is_too_large:
            raise FetchProblem("browser_too_large") from None
        raise FetchProblem("browser_no_sandbox" if browser.lacks_sandbox else "browser_failed") from None
    except CallFailed:
        raise FetchProblem("browser_failed") from None
    finally:
        _end(browser, devtools)
    return _result(page, dom, (picture, print_), proxy, started, settings.max_bytes)


def _end(browser: Running, devtools: Devtools | None) -> None:
    kill(browser.process)
    if devtools is not None:
        devtools.close()


def _open(devtools: Devtools, page: _Page, user_agent: str) -> str:
    """One tab; whatever else the page opens is closed at once."""
    version = devtools.call("Browser.getVersion")
    devtools.call("Browser.setDownloadBehavior", {"behavior": "deny"})
    page.target = str(devtools.call("Target.createTarget", {"url": "about:blank"})["targetId"])
    attached = devtools.call("Target.attachToTarget", {"targetId": page.target, "flatten": True})
    session = str(attached["sessionId"])
    tree = devtools.call("Page.getFrameTree", session=session)
    page.frame = str(tree["frameTree"]["frame"]["id"])
    devtools.call("Target.setDiscoverTargets", {"discover": True})
    named = str(version.get("userAgent", "")).replace("HeadlessChrome", "Chrome")
    for method, params in (
        ("Page.enable", {}),
        ("Inspector.enable", {}),
        ("Network.enable", {"maxTotalBufferSize": 1 << 20, "maxResourceBufferSize": 1 << 18}),
        ("Network.setBypassServiceWorker", {"bypass": True}),
        ("Network.setUserAgentOverride", {"userAgent": f"{named} {user_agent}".strip()}),
        (
            "Emulation.setDeviceMetricsOverride",
            {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False},
        ),
    ):
        devtools.call(method, params, session=session)
    return session


def _note(message: Message, page: _Page, devtools: Devtools | None) -> None:
    """One event. Tabs that the page opens are closed, its dialogs dismissed."""
    method, params = str(message["method"]), message.get("params") or {}
    if method == "Target.targetCreated" and devtools is not None:
        info = params.get("targetInfo") or {}
        is_ours = info.get("targetId") == page.target or (not page.target and info.get("url") == "about:blank")
        if info.get("type") == "page" and not is_ours and page.target:
            page.strangers.append(str(info.get("url", "")))
            devtools.send("Target.closeTarget", {"targetId": info.get("targetId")})
    elif method == "Page.javascriptDialogOpening" and devtools is not None:
        page.dialogs.append(str(params.get("message", ""))[:200])
        answer = {"accept": params.get("type") == "beforeunload"}
        devtools.send("Page.handleJavaScriptDialog", answer, session=str(message.get("sessionId", "")))
    elif method == "Page.loadEventFired":
        page.is_loaded = True
    elif method in ("Inspector.targetCrashed", "Target.targetCrashed"):
        page.is_crashed = True
    elif method == "Page.frameNavigated" and params["frame"].get("id") == page.frame:
        page.url = str(params["frame"].get("url", ""))
    elif method == "Network.requestWillBeSent":
        page.under_way.add(str(params.get("requestId")))
    elif method in ("Network.loadingFinished", "Network.loadingFailed"):
        page.under_way.discard(str(params.get("requestId")))
    elif method == "Network.responseReceived" and _is_document(params, page):
        response: dict[str, Any] = params.get("response") or {}
        page.status = int(response.get("status") or 0) or None
        page.media_type = str(response.get("mimeType") or "")


def _is_document(params: Message, page: _Page) -> bool:
    return params.get("frameId") == page.frame and params.get("type") == "Document"


def _navigate(devtools: Devtools, session: str, url: str, page: _Page, proxy: GuardingProxy) -> Refusal | None:
    """Go there. The refusal, where the policy forbids the page itself or what it redirects to."""
    went = devtools.call("Page.navigate", {"url": url}, session=session)
    error = str(went.get("errorText") or "")
    if not error:
        devtools.wait(lambda: bool(page.url) or page.is_crashed, seconds=10)
    refused = _refused(page.url if not error else "", proxy, is_failed=bool(error))
    if refused is not None:
        return refused
    if error:
        raise FetchProblem(_code_of(error))
    if page.media_type and page.media_type not in PAGE_TYPES:
        raise FetchProblem("browser_no_page")
    return None


def _refused(url: str, proxy: GuardingProxy, *, is_failed: bool) -> Refusal | None:
    """The refusal of the page itself: its address in the clear, or the tunnel that it wanted last."""
    for refusal in reversed(proxy.refusals):
        if is_failed or refusal.url == url or refusal.url == urlsplit(url).netloc:
            return refusal
    return None


def _code_of(error: str) -> str:
    if "CERT" in error:
        return "certificate_invalid"
    if "SSL" in error:
        return "tls_failed"
    if "ABORTED" in error:
        return "browser_no_page"
    if "TOO_MANY_REDIRECTS" in error:
        return "too_many_redirects"
    return "connect_failed"


def _settle(devtools: Devtools, session: str, page: _Page, *, seconds: float) -> None:
    """Until the page is loaded and asks for nothing more for a moment, or the time is over: then as it is."""
    end = time.monotonic() + seconds
    devtools.wait(lambda: page.is_loaded or page.is_crashed, seconds=seconds)
    while not page.is_crashed and (left := end - time.monotonic()) > 0:
        devtools.wait(lambda: not page.under_way, seconds=left)
        if not devtools.wait(lambda: bool(page.under_way), seconds=QUIET_SECONDS):
            break
    if page.is_crashed:
        raise FetchProblem("browser_failed")
    page.still_loading = len(page.under_way)
    devtools.call("Page.stopLoading", session=session)


def _dom(devtools: Devtools, session: str) -> bytes:
    """The document as it stands, asked of the browser and not of the page, whose scripts could answer for it."""
    root = devtools.call("DOM.getDocument", {"depth": 0}, session=session)["root"]["nodeId"]
    markup = str(devtools.call("DOM.getOuterHTML", {"nodeId": root}, session=session)["outerHTML"])
    return markup.encode("utf-8", "replace")


def _picture(devtools: Devtools, session: str) -> Rendition | None:
    try:
        size = devtools.call("Page.getLayoutMetrics", session=session)["cssContentSize"]
        height = max(1, min(int(size["height"]), TALLEST))
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": height, "scale": 1}
        taken = devtools.call(
            "Page.captureScreenshot",
            {"format": "png", "captureBeyondViewport": True, "clip": clip},
            session=session,
        )
        return Rendition("screenshot", "image/png", Held(base64.b64decode(taken["data"])))
    except (CallFailed, KeyError, binascii.Error):
        return None


def _print(devtools: Devtools, session: str) -> Rendition | None:
    try:
        printed = devtools.call("Page.printToPDF", {"printBackground": True}, session=session)
        return Rendition("pdf", "application/pdf", Held(base64.b64decode(printed["data"])))
    except (CallFailed, KeyError, binascii.Error):
        return None


def _result(
    page: _Page,
    dom: bytes,
    pictures: tuple[Rendition | None, ...],
    proxy: GuardingProxy,
    started: datetime,
    max_bytes: int,
) -> FetchResult:
    body = Held(dom[:max_bytes])
    about = {
        "tunnels": [f"{tunnel.host}:{tunnel.port} {tunnel.received} bytes" for tunnel in proxy.tunnels],
        "refused": [f"{refusal.url[:500]} {refusal.code}" for refusal in proxy.refusals],
        "tabs_closed": page.strangers[:20],
        "dialogs_dismissed": page.dialogs[:20],
        "still_loading": page.still_loading,
    }
    return FetchResult(
        ending=Ending.ANSWER,
        exchanges=proxy.exchanges,
        final_url=page.url,
        status=page.status,
        media_type_declared="text/html; charset=utf-8",
        payload=body,
        body=body,
        is_truncated=len(dom) > max_bytes,
        captured_at=started,
        rendered=Rendered(page.url, body, tuple(each for each in pictures if each is not None), about),
    )
