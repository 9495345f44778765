"""The ordered list of fetchers. A new one is a file here and a line in this list."""

from sources.fetchers.browser import BrowserFetcher
from sources.fetchers.chromium import find_program
from sources.fetchers.http import HttpFetcher
from sources.fetchers.memento import MementoFetcher
from sources.fetchers.protocol import BrowserSettings, Fetcher, FetchSettings, Interrupted
from sources.fetchers.proxies import Proxy
from sources.fetchers.spool import SpoolFailed

FETCHERS: tuple[Fetcher, ...] = (HttpFetcher(), BrowserFetcher(), MementoFetcher())

__all__ = [
    "FETCHERS",
    "BrowserSettings",
    "FetchSettings",
    "Fetcher",
    "Interrupted",
    "Proxy",
    "SpoolFailed",
    "fetcher_for",
    "find_program",
]


def fetcher_for(method: str) -> Fetcher:
    """The fetcher of a capture method. Raises LookupError where this installation has none."""
    for fetcher in FETCHERS:
        if fetcher.method == method:
            return fetcher
    raise LookupError(method)
