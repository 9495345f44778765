"""How fast is a claim's page, as a ratio to a bare Django view on the same server, in one run on loopback.

Run as ``python -m bench.pages [--seconds S] [--rounds N]``: on SQLite, or with ``DATABASE_URL`` on PostgreSQL
(``python -m tests.plugins.postgres_for .venv/bin/python -m bench.pages``). Gunicorn runs as ``bin/start`` runs it. In
turn, by one client with kept connections:

- *bare, no middleware*: a view that returns a fixed string, in a Django without any middleware: the floor;
- *bare, in the product*: the same view behind the product's middleware;
- *warm*: the kept page, compressed; *304*: the same for a reader who has it; *cold*: drawn anew each time.

Printed are requests a second (the median of the rounds) and the ratio to both bare views, then the milliseconds and
queries of a cold page with few and with many citations. Ratios of one run can be compared; figures of different
machines cannot.
"""

import argparse
import importlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import django

from factcheck.env import inherited

CONNECTIONS = 8
GUNICORN = ("--preload", "--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning")


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


class Server:
    """A gunicorn of ours on loopback."""

    def __init__(self, application: str) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{self.port}", *GUNICORN]
        self.process = subprocess.Popen(command, env=inherited())

    def __enter__(self) -> "Server":
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.1)
        raise SystemExit("The server did not come up.")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)


def request_for(path: str, headers: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{headers}\r\n".encode()


def answer_on(connection: socket.socket) -> bytes:
    """One whole answer."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += _more(connection)
    head, _, body = got.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += _more(connection)
    return head + b"\r\n\r\n" + body


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(262144)
    if not piece:
        raise SystemExit("The server closed a kept connection.")
    return piece


def rate(port: int, request: bytes, status: bytes, seconds: float) -> float:
    """Answers a second with ``status``, over kept connections, for about ``seconds``."""
    connections = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(CONNECTIONS)]
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        for connection in connections:
            connection.sendall(request)
        for connection in connections:
            answer = answer_on(connection)
            if not answer.startswith(b"HTTP/1.1 " + status):
                raise SystemExit(f"Not the answer wanted: {answer[:200]!r}")
            done += 1
    took = time.perf_counter() - began
    for connection in connections:
        connection.close()
    return done / took


def measure(seconds: float, rounds: int) -> None:
    """Print the table."""
    with Server("bench.site:application(False)") as alone, Server("bench.site:application(True)") as product:
        first = _first(product.port, request_for("/claims/few/"))
        tag = next(line for line in first.split(b"\r\n") if line.lower().startswith(b"etag:")).split(b" ", 1)[1]
        ways = {
            "bare, no middleware": (alone.port, request_for("/bare"), b"200"),
            "bare, in the product": (product.port, request_for("/bare"), b"200"),
            "warm": (product.port, request_for("/claims/few/"), b"200"),
            "warm, 40 citations": (product.port, request_for("/claims/many/"), b"200"),
            "304": (product.port, request_for("/claims/few/", f"If-None-Match: {tag.decode()}\r\n"), b"304"),
        }
        found: dict[str, list[float]] = {name: [] for name in ways}
        for port, request, status in ways.values():
            rate(port, request, status, 0.5)
        for _ in range(rounds):
            for name, (port, request, status) in ways.items():
                found[name].append(rate(port, request, status, seconds))
    floor, inside = (statistics.median(found[name]) for name in list(ways)[:2])
    print(f"{'':22} {'a second':>9} {'÷ bare':>7} {'÷ bare in the product':>22}")
    for name, speeds in found.items():
        speed = statistics.median(speeds)
        print(f"{name:22} {speed:9.0f} {speed / floor:7.2f} {speed / inside:22.2f}")


def _first(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        return answer_on(connection) if not connection.sendall(request) else b""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
            (Path(folder) / "static").mkdir()
            command = [sys.executable, "-m", "bench.pages", "--inside"]
            command += ["--seconds", str(options.seconds), "--rounds", str(options.rounds)]
            sys.exit(subprocess.run(command, env={**inherited(), "FACTCHECK_VAR": folder}, check=False).returncode)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    django.setup()
    rows = importlib.import_module("bench.page_rows")
    rows.prepare()
    measure(options.seconds, options.rounds)
    for slug in ("few", "many"):
        milliseconds, queries = rows.cold(slug)
        print(f"cold, {slug + ' citations':16} {milliseconds:6.1f} ms, {queries} queries")


if __name__ == "__main__":
    main()
