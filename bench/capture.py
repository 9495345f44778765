"""How fast is a capture, as a ratio to the floor, in one run on loopback.

Run as ``python -m bench.capture [--pages N] [--rounds N]``. Three ways fetch the same pages from one server, in turn:

- *floor*: one connection kept alive, one hash, the bytes written with the same syncs as the store does;
- *capture*: address policy, fetch, WARC, store; everything but rows and text;
- *warcio*: ``warcio.capture_http`` with requests, one file a page, synced once.

Printed are pages a second (the median of the rounds) and the ratio to the floor. Ratios of one run can be compared;
figures of different machines cannot.
"""

import argparse
import hashlib
import http.client
import io
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import django
from django.conf import settings
from django.test.utils import override_settings
from warcio.capture_http import capture_http  # patches what requests is made of, so it comes before it
from warcio.warcwriter import WARCWriter

import requests  # isort: skip

from sources.archive import store, warc
from sources.domain.address_policy import AddressPolicy
from sources.domain.results import Ending
from sources.fetchers import FetchSettings, fetcher_for

MEAN_BYTES = 144_000
WORDS = 4_000


def make_pages(count: int) -> list[bytes]:
    """Pages of prose-like text whose sizes spread around the mean of real ones; the same in every run."""
    chance = random.Random(20181)
    words = ["".join(chance.choices("abcdefghilmnoprstuvy", k=chance.randint(2, 11))) for _ in range(WORDS)]
    weights = [1 / rank for rank in range(1, WORDS + 1)]
    pages = []
    for number in range(count):
        size = int(min(max(chance.lognormvariate(0, 0.8) * MEAN_BYTES * 0.73, 2_000), 2_000_000))
        text = " ".join(chance.choices(words, weights, k=size // 6))
        pages.append(f"<!doctype html><title>Page {number}</title><p>{text}</p>".encode())
    return pages


class Pages(BaseHTTPRequestHandler):
    """Answers ``/N`` with page N, and keeps the connection where it is asked to."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    pages: list[bytes] = []

    def do_GET(self) -> None:
        body = self.pages[int(self.path[1:])]
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def serve(count: int) -> None:
    """The server's own process: prints its port and serves until its standard input ends."""
    Pages.pages = make_pages(count)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def floor(port: int, count: int, folder: Path) -> None:
    """Fetch, hash once, write with the store's syncs: file, rename, three folders."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for number in range(count):
        connection.request("GET", f"/{number}")
        body = connection.getresponse().read()
        sha256 = hashlib.sha256(body).hexdigest()
        target = folder / sha256[:2] / sha256[2:4] / sha256
        scratch = folder / "incoming"
        with scratch.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch.replace(target)
        for each in (target.parent, target.parent.parent, folder):
            sync_folder(each)
    connection.close()


def capture(port: int, count: int, folder: Path) -> None:
    """The product's own way, without rows and text."""
    fetcher = fetcher_for("http")
    limits = FetchSettings(policy=AddressPolicy(private=frozenset({("127.0.0.1", port)})))
    for number in range(count):
        result = fetcher.fetch(f"http://127.0.0.1:{port}/{number}", limits)
        assert result.ending is Ending.ANSWER, result.sentence
        with store.scratch() as file:
            written = warc.write_capture(file, result.exchanges, software="bench", about={"page": number})
            store.keep_file(file, written.sha256)


def recorder(port: int, count: int, folder: Path) -> None:
    """warcio's recorder with requests, one gzipped file a page."""
    for number in range(count):
        buffer = io.BytesIO()
        with (folder / f"{number}.warc.gz").open("wb") as file:
            with capture_http(WARCWriter(buffer, gzip=True)):
                requests.get(f"http://127.0.0.1:{port}/{number}", timeout=30)
            file.write(buffer.getvalue())
            file.flush()
            os.fsync(file.fileno())


def time_of(way: Callable[[int, int, Path], None], port: int, count: int, threads: int = 1) -> float:
    """Pages a second of ``threads`` doing ``count`` pages each, on a fresh folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with override_settings(STORAGES=storages_in(name)):
            workers = [threading.Thread(target=way, args=(port, count, folder)) for _ in range(threads)]
            began = time.perf_counter()
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
            return count * threads / (time.perf_counter() - began)


def storages_in(folder: str) -> dict[str, dict[str, object]]:
    """Django's setting for an archive in ``folder``."""
    backend = "django.core.files.storage.FileSystemStorage"
    return {"archive": {"BACKEND": backend, "OPTIONS": {"location": folder, "base_url": None}}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    settings.configure(STORAGES=storages_in(""))
    django.setup()
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.capture", "--serve", str(options.pages)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    port = int(server.stdout.readline())
    ways = {"floor": (floor, 1), "capture": (capture, 1), "capture, 2 threads": (capture, 2), "warcio": (recorder, 1)}
    found: dict[str, list[float]] = {name: [] for name in ways}
    try:
        for _ in range(options.rounds):
            for name, (way, threads) in ways.items():
                found[name].append(time_of(way, port, options.pages, threads))
    finally:
        server.stdin.close()
        server.wait(10)
    base = statistics.median(found["floor"])
    for name, speeds in found.items():
        speed = statistics.median(speeds)
        print(f"{name:20} {speed:8.1f} pages/s   {speed / base:5.2f} of the floor")


if __name__ == "__main__":
    main()
