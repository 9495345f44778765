"""How fast is a capture, as a ratio to the floor, in one run on loopback.

Run as ``python -m bench.capture [--pages N] [--rounds N] [--folder FOLDER]``. All ways fetch the same pages from one
server, in turn:

- *floor*: one thread, one connection kept alive, one hash, the bytes written with the syncs that the store makes;
- *capture*: address policy, fetch, WARC, store; everything but rows and text; on one thread and on two;
- *warcio*: ``warcio.capture_http`` with requests, one file a page, synced once;
- *wget*: ``wget --warc-file``, one process for all pages, one file, synced once, where it is installed.

Printed are pages a second (the median of the rounds) and the ratio to the floor. Ratios of one run can be compared;
figures of different machines cannot. ``--folder`` says where files go: on a disk the syncs are most of the cost, in
``/dev/shm`` there are none and the CPU is what is compared.
"""

import argparse
import hashlib
import http.client
import io
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.test.utils import override_settings
from warcio.capture_http import capture_http  # patches what requests is made of, so it comes before it
from warcio.warcwriter import WARCWriter

import requests  # isort: skip

from bench.servers import serving
from sources.archive import store, warc
from sources.domain.address_policy import AddressPolicy
from sources.domain.results import Ending
from sources.fetchers import FetchSettings, fetcher_for


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def floor(port: int, count: int, folder: Path, turn: int) -> None:
    """Fetch, hash once, write with the store's syncs: the file, its folder, and each parent of a new folder."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for number in range(count):
        connection.request("GET", f"/{number}")
        body = connection.getresponse().read()
        sha256 = hashlib.sha256(body).hexdigest()
        target = folder / sha256[:2] / sha256[2:4] / sha256
        scratch = folder / f"incoming-{turn}"
        with scratch.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        new = [each for each in (target.parent, target.parent.parent) if not each.exists()]
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch.replace(target)
        for each in (target.parent, *(each.parent for each in new)):
            sync_folder(each)
    connection.close()


def capture(port: int, count: int, folder: Path, turn: int) -> None:
    """The product's own way, without rows and text."""
    fetcher = fetcher_for("http")
    limits = FetchSettings(policy=AddressPolicy(private=frozenset({("127.0.0.1", port)})))
    for number in range(count):
        result = fetcher.fetch(f"http://127.0.0.1:{port}/{number}", limits)
        assert result.ending is Ending.ANSWER, result.sentence
        about = {"page": number, "turn": turn}
        with store.scratch() as file:
            written = warc.write_capture(file, result.exchanges, software="bench", about=about)
            store.keep_file(file, written.sha256)


def recorder(port: int, count: int, folder: Path, turn: int) -> None:
    """warcio's recorder with requests, one gzipped file a page."""
    for number in range(count):
        buffer = io.BytesIO()
        with (folder / f"{turn}-{number}.warc.gz").open("wb") as file:
            with capture_http(WARCWriter(buffer, gzip=True)):
                requests.get(f"http://127.0.0.1:{port}/{number}", timeout=30)
            file.write(buffer.getvalue())
            file.flush()
            os.fsync(file.fileno())


def wget(port: int, count: int, folder: Path, turn: int) -> None:
    """One process that keeps its connection, and one file for all pages."""
    urls = "\n".join(f"http://127.0.0.1:{port}/{number}" for number in range(count))
    command = ["wget", "-q", "--no-config", "-i", "-", "-O", "/dev/null", f"--warc-file={folder / str(turn)}"]
    subprocess.run(command, input=urls, text=True, check=True)
    with (folder / f"{turn}.warc.gz").open("rb") as file:
        os.fsync(file.fileno())


def time_of(
    way: Callable[[int, int, Path, int], None], port: int, count: int, where: str | None, threads: int
) -> float:
    """Pages a second of ``threads`` doing ``count`` pages each, on a fresh folder."""
    with tempfile.TemporaryDirectory(dir=where) as name:
        folder = Path(name)
        with override_settings(STORAGES=storages_in(name)):
            workers = [threading.Thread(target=way, args=(port, count, folder, turn)) for turn in range(threads)]
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
    parser.add_argument("--folder", default=None)
    options = parser.parse_args()
    settings.configure(STORAGES=storages_in(""))
    django.setup()
    ways = {"floor": (floor, 1), "capture": (capture, 1), "capture, 2 threads": (capture, 2), "warcio": (recorder, 1)}
    if shutil.which("wget"):
        ways["wget"] = (wget, 1)
    found: dict[str, list[float]] = {name: [] for name in ways}
    with serving(options.pages) as port:
        for _ in range(options.rounds):
            for name, (way, threads) in ways.items():
                found[name].append(time_of(way, port, options.pages, options.folder, threads))
    base = statistics.median(found["floor"])
    for name, speeds in found.items():
        speed = statistics.median(speeds)
        print(f"{name:20} {speed:8.1f} pages/s   {speed / base:5.2f} of the floor")


if __name__ == "__main__":
    main()
