"""How much memory a process that fetches takes, for bodies of 1 kB to 2 GB, bombs included.

Run as ``python -m bench.memory [--flight N] [--captures N] [--largest BYTES] [--folder FOLDER]``. In a process of its
own, N threads fetch bodies of one size at a time from a server that makes them as it sends them, and write each as a
WARC into a store, as a fetch worker does. Printed is the peak of the resident memory over what the process took when
idle (``VmHWM``, reset before each size), beside what is allowed: 64 MiB, and 2 MiB for each fetch in flight. Last, so
many small captures one after the other, whose memory has to stay where it is.
"""

import argparse
import contextlib
import gzip
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import brotli
import django
from django.conf import settings
from django.test.utils import override_settings

from bench.capture import storages_in

MIB = 1 << 20
PIECE = bytes(range(256)) * 256
SIZES = (1_000, 144_000, 2_000_000, 50_000_000, 2_000_000_000)


def bombs() -> dict[str, tuple[str, bytes]]:
    """Bodies that are small on the way: their Content-Encoding and their bytes."""
    zeros = b"\0" * (256 * MIB)
    once = gzip.compress(zeros, 9)
    wide = brotli.compress(b"\0" * (64 * MIB), quality=5, lgwin=24)
    return {
        "gzip": ("gzip", once),
        "double-gzip": ("gzip, gzip", gzip.compress(once, 9)),
        "brotli": ("br", wide),
        "members": ("gzip", gzip.compress(b"") * 100_000),
    }


def serve() -> None:
    """The server's own process: ``/N`` answers with N bytes, ``/name`` with a bomb."""
    packed = bombs()
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(listener.getsockname()[1], flush=True)

    def talk(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += connection.recv(65536)
            name = asked.split(b" ", 2)[1][1:].decode()
            head = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
            if name in packed:
                coding, body = packed[name]
                connection.sendall(
                    f"{head}Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                )
                connection.sendall(body)
                return
            size = int(name)
            connection.sendall(f"{head}Content-Length: {size}\r\n\r\n".encode())
            while size > 0:
                connection.sendall(PIECE[:size])
                size -= len(PIECE)

    def accept() -> None:
        while True:
            threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


def resident(field: str) -> int:
    """``VmRSS`` or ``VmHWM`` of this process, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise LookupError(field)


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


class Fetching:
    """Fetches and stores, from one server, in threads."""

    def __init__(self, port: int, most: int) -> None:
        from sources.archive import store, warc
        from sources.domain.address_policy import AddressPolicy
        from sources.fetchers import FetchSettings, fetcher_for

        self.store, self.warc, self.fetcher, self.port = store, warc, fetcher_for("http"), port
        self.limits = FetchSettings(
            AddressPolicy(private=frozenset({("127.0.0.1", port)})),
            deadline_seconds=600,
            max_bytes=most,
            folder=store.scratch_folder(),
        )

    def one(self, name: str, number: int = 0) -> None:
        result = self.fetcher.fetch(f"http://127.0.0.1:{self.port}/{name}", self.limits)
        assert result.ending == "answer", result.sentence
        with contextlib.closing(result), self.store.scratch() as file:
            about = {"number": number, "thread": threading.get_ident()}
            written = self.warc.write_capture(file, result.exchanges, software="bench", about=about)
            self.store.keep_file(file, written.sha256)
        self.store.destroy(written.sha256)

    def many(self, name: str, flight: int, turns: int = 1) -> int:
        """The peak of resident memory while ``flight`` threads take ``name`` at once, ``turns`` times."""

        def work() -> None:
            for number in range(turns):
                self.one(name, number)

        forget_peak()
        threads = [threading.Thread(target=work) for _ in range(flight)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return resident("VmHWM")


def measure(port: int, flight: int, captures: int, largest: int) -> None:
    fetching = Fetching(port, largest)
    fetching.many("1000", 1, 20)
    idle = resident("VmRSS")
    print(f"idle {idle / MIB:8.1f} MiB")
    print(f"{'body':>14} {'in flight':>10} {'over idle':>12} {'allowed':>12}")
    for name in [*(str(size) for size in SIZES if size <= largest), "gzip", "double-gzip", "brotli", "members"]:
        at_once = flight if not name.isdigit() or int(name) < 10**8 else 2
        over = fetching.many(name, at_once) - idle
        print(f"{name:>14} {at_once:>10} {over / MIB:>8.1f} MiB {64 + 2 * at_once:>8} MiB", flush=True)
    marks = []
    for _ in range(5):
        fetching.many("144000", 1, captures // 5)
        marks.append(f"{(resident('VmRSS') - idle) / MIB:.1f}")
    print(f"over idle after each fifth of {captures} captures: {', '.join(marks)} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--flight", type=int, default=32)
    parser.add_argument("--captures", type=int, default=5000)
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    parser.add_argument("--folder", default=None)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return
    settings.configure(STORAGES=storages_in(""))
    django.setup()
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.memory", "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        port = int(server.stdout.readline())
        with tempfile.TemporaryDirectory(dir=options.folder) as name, override_settings(STORAGES=storages_in(name)):
            measure(port, options.flight, options.captures, options.largest)
    finally:
        server.stdin.close()
        server.wait(10)


if __name__ == "__main__":
    main()
