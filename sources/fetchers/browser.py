"""Rendering a page in a browser of ours, for pages that show nothing without scripts.

What is kept is what the page became: its DOM with frames and shadow trees, a picture of all of it, a print of it as
PDF, what passed in the clear on the way, and what the browser hands over of the rest. See
docs/decisions/browser-capture.md for what is seen and what is not.
"""

import contextlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sources.domain.address_policy import AddressRefused, check_url
from sources.domain.failures import FAILURES
from sources.domain.results import Ending, FetchResult, Held, Rendered, Taken
from sources.fetchers.bodies import Bodies
from sources.fetchers.chromium import NoBrowser, Running, find_program, kill, running
from sources.fetchers.devtools import BrowserGone, CallFailed, Devtools
from sources.fetchers.exchanging import Means
from sources.fetchers.frames import Document, freeze, read_document
from sources.fetchers.guard import GuardingProxy, Refusal
from sources.fetchers.network import Resolver, Watch, resolve, trusted
from sources.fetchers.pictures import Pictures, scroll, take
from sources.fetchers.problems import FetchProblem
from sources.fetchers.protocol import BrowserSettings, FetchSettings
from sources.fetchers.tab import MOST_TOLD, Tab

QUIET_SECONDS = 1.0
SETTLE_SHARE = 0.5
"""So much of the deadline may pass until the page is quiet; the rest is for taking it down."""

SCROLL_SHARE = 0.15
PICTURE_SHARE = 0.15
MOST_REFUSALS_TOLD = 200
PAGE_TYPES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True)
class _Run:
    """What was made of the page."""

    started: datetime
    document: Document
    pictures: Pictures
    still_loading: int
    is_scrolled: bool


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
    tab = Tab(Bodies(settings.folder, settings.max_bytes))
    devtools: Devtools | None = None
    is_handed_on = False
    try:
        devtools = Devtools(browser.reading, browser.writing, watch, tab.note)
        started = datetime.now(UTC)
        tab.open(devtools, settings.user_agent)
        refused = _navigate(devtools, url, tab, proxy)
        if refused is not None:
            return FetchResult(Ending.REFUSED, refused.code, refused.sentence, proxy.exchanges)
        run = _take_down(devtools, tab, started, seconds=wanted.seconds)
        with contextlib.suppress(BrowserGone):
            devtools.send("Browser.close")
        is_handed_on = True
    except BrowserGone:
        if browser.is_too_large:
            raise FetchProblem("browser_too_large") from None
        raise FetchProblem("browser_no_sandbox" if browser.lacks_sandbox else "browser_failed") from None
    except CallFailed:
        raise FetchProblem("browser_failed") from None
    finally:
        _end(browser, devtools)
        if not is_handed_on:
            tab.bodies.close()
    return _result(tab, run, proxy, settings.max_bytes)


def _end(browser: Running, devtools: Devtools | None) -> None:
    kill(browser.process)
    if devtools is not None:
        devtools.close()


def _take_down(devtools: Devtools, tab: Tab, started: datetime, *, seconds: float) -> _Run:
    """Wait for the page, scroll it through, stop its scripts, and take all that is kept of it."""
    settled = time.monotonic() + seconds * SETTLE_SHARE
    _settle(devtools, tab, until=settled)
    is_scrolled = scroll(
        devtools, tab.session, tab.frame, lambda: tab.is_crashed, seconds=max(1.0, seconds * SCROLL_SHARE)
    )
    _settle(devtools, tab, until=max(settled, time.monotonic() + QUIET_SECONDS))
    still_loading = len(tab.under_way)
    devtools.call("Page.stopLoading", session=tab.session)
    freeze(devtools, tab.session, tab.frames)
    devtools.wait(lambda: not tab.bodies.is_waiting, seconds=seconds * SCROLL_SHARE)
    pictures = take(devtools, tab.session, seconds=seconds * PICTURE_SHARE)
    document = read_document(devtools, tab.session, tab.frames)
    return _Run(started, document, pictures, still_loading, is_scrolled)


def _navigate(devtools: Devtools, url: str, tab: Tab, proxy: GuardingProxy) -> Refusal | None:
    """Go there. The refusal, where the policy forbids the page itself or what it redirects to."""
    went = devtools.call("Page.navigate", {"url": url}, session=tab.session)
    error = str(went.get("errorText") or "")
    if not error:
        devtools.wait(lambda: bool(tab.url) or tab.is_crashed, seconds=10)
    refused = _refused(tab.url if not error else "", proxy, is_failed=bool(error))
    if refused is not None:
        return refused
    if error:
        raise FetchProblem(_code_of(error))
    if tab.media_type and tab.media_type not in PAGE_TYPES:
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


def _settle(devtools: Devtools, tab: Tab, *, until: float) -> None:
    """Until the page is loaded and asks for nothing more for a moment, or the time is over: then as it is."""
    devtools.wait(lambda: tab.is_loaded or tab.is_crashed, seconds=until - time.monotonic())
    while not tab.is_crashed and (left := until - time.monotonic()) > 0:
        devtools.wait(lambda: not tab.under_way, seconds=left)
        if not devtools.wait(lambda: bool(tab.under_way), seconds=QUIET_SECONDS):
            break
    if tab.is_crashed:
        raise FetchProblem("browser_failed")


def _result(tab: Tab, run: _Run, proxy: GuardingProxy, max_bytes: int) -> FetchResult:
    dom = run.document.markup.encode("utf-8", "replace")
    body = Held(dom[:max_bytes])
    beside = (*run.document.frames, *tab.bodies.taken)
    about = {
        "tunnels": [f"{tunnel.host}:{tunnel.port} {tunnel.received} bytes" for tunnel in proxy.tunnels],
        "refused": [f"{refusal.url[:500]} {refusal.code}" for refusal in proxy.refusals[:MOST_REFUSALS_TOLD]],
        "tabs_closed": tab.strangers[:MOST_TOLD],
        "dialogs_dismissed": tab.dialogs[:MOST_TOLD],
        "still_loading": run.still_loading,
        "frames_kept": len(run.document.frames),
        "frames_left_out": run.document.left_out,
        "taken_left_out": tab.bodies.left_out,
        "is_scrolled_to_its_end": run.is_scrolled,
        "picture": run.pictures.told,
        "beside": _named(beside),
    }
    return FetchResult(
        ending=Ending.ANSWER,
        exchanges=proxy.exchanges,
        final_url=tab.url,
        status=tab.status,
        media_type_declared="text/html; charset=utf-8",
        payload=body,
        body=body,
        is_truncated=len(dom) > max_bytes,
        captured_at=run.started,
        rendered=Rendered(tab.url, body, run.pictures.made, about, beside),
    )


def _named(beside: Iterable[Taken]) -> list[dict[str, object]]:
    return [
        {
            "kind": each.kind,
            "url": each.url[:2000],
            "answered_by": each.answered_by[:2000],
            "media_type": each.media_type,
            "bytes": len(each.data),
            "origin": each.origin,
        }
        for each in beside
    ]
