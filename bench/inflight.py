"""How many fetches does one worker process keep going, and what does that give, in one run on loopback.

Run as ``python -m bench.inflight [--hosts N] [--pages N] [--delay SECONDS]``. A server answers after a delay on many
loopback addresses (a host is asked one thing at a time, so there have to be more hosts than fetches in flight). One
real worker process (threads, ``CAPTURE_IN_FLIGHT`` of them) works through the queue of a fresh SQLite desk;
everything is done to each page: policy, fetch, WARC, text, rows.

Printed are the most and the median number of requests that the server had in hand at once, captures a second, and the
ratio to what that median could give at most (in flight / delay); then the CPU time of the worker a capture.
"""

import argparse
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench.servers import make_pages
from tests.plugins.servers import Valkey

ASK = """
from django.contrib.auth.models import Group, User
from django.db import transaction
from sources import bell
from sources.services import capture
from sources.services.citing_urls import find_or_make_web_source
by, made = User.objects.get_or_create(username="editor")
by.groups.add(Group.objects.get(name="Editor"))
bell._ring = lambda *_, **__: None
with transaction.atomic():
    for page in range({pages}):
        for host in range({hosts}):
            url = f"http://127.0.{{host // 200}}.{{host % 200 + 2}}:{port}/{{page}}"
            capture.request(by=by, source=find_or_make_web_source(by=by, url=url))
"""
COUNT = """
from sources.models import Capture
print(Capture.objects.exclude(state="open").count(), Capture.objects.filter(state="stored").count())
"""
RING = """
from sources import bell
bell._send(bell.TASKS["fetch"], "fetch", 0.0, ())
"""


class Slow:
    """Answers every request after a delay, and counts how many it has in hand."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.pages = make_pages(20)
        self.lock = threading.Lock()
        self.in_hand = self.answered = 0
        self.ends: list[float] = []
        self.listener = socket.create_server(("0.0.0.0", 0), backlog=512)
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked:
            piece = connection.recv(65536)
            if not piece:
                return
            asked += piece
        path = asked.split(b" ", 2)[1]
        if path == b"/robots.txt":
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            connection.close()
            return
        with self.lock:
            self.in_hand += 1
        time.sleep(self.delay)
        body = self.pages[int(path[1:]) % len(self.pages)]
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body)
        connection.sendall(head + body)
        with self.lock:
            self.in_hand -= 1
            self.ends.append(time.monotonic())
        connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--hosts", type=int, default=120)
    parser.add_argument("--pages", type=int, default=10)
    parser.add_argument("--delay", type=float, default=0.5)
    parser.add_argument("--threads", type=int, default=40)
    parser.add_argument("--database", default="", help="postgresql://…; empty: SQLite")
    options = parser.parse_args()
    server, broker = Slow(options.delay), Valkey().start()
    with tempfile.TemporaryDirectory(prefix="fc-bench-") as folder:
        environment = {
            **os.environ,
            "FACTCHECK_VAR": folder,
            "REDIS_URL": broker.url,
            "DATABASE_URL": options.database,
            "CAPTURE_PORTS": f"80,443,{server.port}",
            "CAPTURE_IN_FLIGHT": str(options.threads),
            "CAPTURE_ALLOW_PRIVATE": ",".join(
                f"127.0.{host // 200}.{host % 200 + 2}:{server.port}" for host in range(options.hosts)
            ),
            "DJANGO_SETTINGS_MODULE": "factcheck.settings",
        }
        manage(environment, "migrate", "--verbosity", "0")
        manage(environment, "shell", "--no-imports", "-c", ASK.format(**vars(options), port=server.port))
        measure(environment, server, options.hosts * options.pages, options)
    broker.stop()


def manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def measure(environment: dict[str, str], server: Slow, total: int, options: argparse.Namespace) -> None:
    manage(environment, "shell", "--no-imports", "-c", RING)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    worker = subprocess.Popen(
        [
            *(sys.executable, "-m", "celery", "-A", "factcheck", "worker", "-Q", "fetch", "-P", "threads"),
            *("-c", str(options.threads), "--without-gossip", "--without-mingle"),
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=(Path(environment["FACTCHECK_VAR"]) / "worker.log").open("wb"),
    )
    seen: list[int] = []
    while len(server.ends) < total and worker.poll() is None:
        time.sleep(0.02)
        if total * 0.15 < len(server.ends) < total * 0.85:
            seen.append(server.in_hand)
    deadline = time.monotonic() + 60
    while manage(environment, "shell", "--no-imports", "-c", COUNT).split()[0] != str(total):
        assert time.monotonic() < deadline
        time.sleep(0.5)
    worker.terminate()
    worker.wait(30)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    print("closed, stored:", manage(environment, "shell", "--no-imports", "-c", COUNT).strip())
    ends = sorted(server.ends)[int(total * 0.15) : int(total * 0.85)]
    speed = (len(ends) - 1) / (ends[-1] - ends[0])
    usual = max(statistics.median(seen), 1)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"in flight: {usual:.0f} (median), {max(seen)} (most), {min(seen)} (least)")
    print(f"{speed:.1f} captures/s, {speed * options.delay / usual:.2f} of in flight / delay,", end=" ")
    print(f"{speed * options.delay / 32:.2f} of 32 / delay")
    print(f"worker's CPU: {1000 * cpu / total:.1f} ms a capture, readers and start included")


if __name__ == "__main__":
    main()
