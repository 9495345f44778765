"""How fast is a capture, as a ratio to the floor, in one run on loopback.

Run as ``python -m bench.capture [--pages N] [--rounds N] [--folder FOLDER]``. All ways fetch the same pages from one
server, in turn:

- *floor*: one thread, one connection kept alive, one hash, the bytes written with the syncs that the store makes;
- *capture*: address policy, fetch, WARC, store; everything but rows and text; on one thread and on two;
- *warcio*: ``warcio.capture_http`` with requests, one file a page, synced once;
- *wget*: ``wget --warc-file``, one process for all pages, one file, synced once, where it is installed;
- *warcio* and *wget, kept as we do*: the same, and each page in a file of its own that is kept as durably as the
  store keeps it: the file synced, renamed to its digest, its folder synced. What wget wrote is cut into as many.

Printed are pages a second (the median of the rounds), the ratio to the floor, how many times as fast *capture* on one
thread is, and what is synced. Ratios of one run can be compared; figures of different machines cannot. ``--folder``
says where files go: on a disk the syncs are most of the cost, in ``/dev/shm`` there are none and the CPU is compared.
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

AS_WE_DO = "file and folder of each page"


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep(data: bytes, folder: Path, turn: int) -> None:
    """Write with the store's syncs: the file, its folder, and each parent of a new folder."""
    sha256 = hashlib.sha256(data).hexdigest()
    target = folder / sha256[:2] / sha256[2:4] / sha256
    scratch = folder / f"incoming-{turn}"
    with scratch.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new = [each for each in (target.parent, target.parent.parent) if not each.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch.replace(target)
    for each in (target.parent, *(each.parent for each in new)):
        sync_folder(each)


def floor(port: int, count: int, folder: Path, turn: int) -> None:
    """Fetch, hash once, keep."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for number in range(count):
        connection.request("GET", f"/{number}")
        keep(connection.getresponse().read(), folder, turn)
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


def recorded(port: int, number: int) -> bytes:
    """The gzipped WARC that warcio's recorder makes of a page that requests fetches."""
    buffer = io.BytesIO()
    with capture_http(WARCWriter(buffer, gzip=True)):
        requests.get(f"http://127.0.0.1:{port}/{number}", timeout=30)
    return buffer.getvalue()


def recorder(port: int, count: int, folder: Path, turn: int) -> None:
    """One file a page, synced."""
    for number in range(count):
        data = recorded(port, number)
        with (folder / f"{turn}-{number}.warc.gz").open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def recorder_kept(port: int, count: int, folder: Path, turn: int) -> None:
    """One file a page, kept as the store keeps it."""
    for number in range(count):
        keep(recorded(port, number), folder, turn)


def run_wget(port: int, count: int, folder: Path, turn: int) -> Path:
    """One process that keeps its connection, and one file for all pages."""
    urls = "\n".join(f"http://127.0.0.1:{port}/{number}" for number in range(count))
    command = ["wget", "-q", "--no-config", "-i", "-", "-O", "/dev/null", f"--warc-file={folder / str(turn)}"]
    subprocess.run(command, input=urls, text=True, check=True)
    return folder / f"{turn}.warc.gz"


def wget(port: int, count: int, folder: Path, turn: int) -> None:
    """The one file, synced once in all."""
    with run_wget(port, count, folder, turn).open("rb") as file:
        os.fsync(file.fileno())


def wget_kept(port: int, count: int, folder: Path, turn: int) -> None:
    """Cut into one file a page, each kept as the store keeps it. The cuts are equal: only their number costs."""
    data = run_wget(port, count, folder, turn).read_bytes()
    size = -(-len(data) // count)
    for start in range(0, len(data), size):
        keep(data[start : start + size], folder, turn)


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
    ways = {
        "floor": (floor, 1, AS_WE_DO),
        "capture": (capture, 1, AS_WE_DO),
        "capture, 2 threads": (capture, 2, AS_WE_DO),
        "warcio": (recorder, 1, "file of each page"),
        "warcio, kept as we do": (recorder_kept, 1, AS_WE_DO),
    }
    if shutil.which("wget"):
        ways["wget"] = (wget, 1, "one file, once in all")
        ways["wget, kept as we do"] = (wget_kept, 1, AS_WE_DO)
    found: dict[str, list[float]] = {name: [] for name in ways}
    with serving(options.pages) as port:
        for _ in range(options.rounds):
            for name, (way, threads, _) in ways.items():
                found[name].append(time_of(way, port, options.pages, options.folder, threads))
    tell({name: statistics.median(speeds) for name, speeds in found.items()}, {n: way[2] for n, way in ways.items()})


def tell(speeds: dict[str, float], synced: dict[str, str]) -> None:
    print(f"{'':22} pages/s  of the floor  capture is  synced")
    for name, speed in speeds.items():
        times = "" if name.startswith(("floor", "capture")) else f"{speeds['capture'] / speed:.1f} x"
        print(f"{name:22} {speed:7.1f} {speed / speeds['floor']:13.2f} {times:>11}  {synced[name]}")


if __name__ == "__main__":
    main()
