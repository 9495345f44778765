"""What share of a capture's CPU time goes to the queue, in one run on loopback.

Run as ``python -m bench.queue_share [--pages N] [--batch N]``. Pages are captured one after the other by one process
on a fresh SQLite desk, as a worker does it: claimed, fetched, written, read by a child, closed. The queue's part is
putting the row in, claiming it (its own commit included) and taking it out. ``--batch`` is how many one claim takes:
1 is the dearest, under load a claim serves several threads.

Printed are milliseconds of CPU a capture, the child's included, and the queue's share of them.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.servers import serving


class Clock:
    """CPU time of this process inside what it wraps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def wrap(self, do: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: object, **named: object) -> object:
            began = time.process_time()
            try:
                return do(*arguments, **named)
            finally:
                self.seconds += time.process_time() - began

        return timed


def ask(port: int, pages: int) -> None:
    """Ask for every page; hosts are taken off, so that one claim may take several."""
    from django.contrib.auth.models import Group, User
    from django.db import transaction

    from sources import bell
    from sources.models import Lease
    from sources.services import capture
    from sources.services.citing_urls import find_or_make_web_source

    bell._ring = lambda *_, **__: None
    by = User.objects.create_user("editor")
    by.groups.add(Group.objects.get(name="Editor"))
    with transaction.atomic():
        for number in range(pages):
            capture.request(by=by, source=find_or_make_web_source(by=by, url=f"http://127.0.0.1:{port}/{number}"))
    Lease.objects.update(host="")


def measure(port: int, pages: int, batch: int) -> None:
    """Capture all pages and print the table."""
    from bench.text import child_seconds
    from sources.extractors.pool import pool
    from sources.models import Capture
    from sources.services import lease, running

    queue = Clock()
    lease.put_in_queue, lease.end = queue.wrap(lease.put_in_queue), queue.wrap(lease.end)
    ask(port, pages)
    claim = queue.wrap(lease.claim_due)
    for taken in claim(owner="bench", limit=min(5, pages // 4)):
        running.run(taken)
    asking = queue.seconds / pages * (pages - Capture.objects.exclude(state="open").count())
    queue.seconds, done = 0.0, 0
    began, theirs = time.process_time(), child_seconds(pool())
    while mine := claim(owner="bench", limit=batch):
        done += sum(running.run(taken) for taken in mine)
    whole = time.process_time() - began + child_seconds(pool()) - theirs + asking
    spent = queue.seconds + asking
    print(f"{done} captures, claims of {batch}: {1000 * whole / done:.2f} ms of CPU a capture, its text included;")
    print(f"the queue {1000 * spent / done:.2f} ms of them, a share of {spent / whole:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=150)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.port:
        import django

        django.setup()
        measure(options.port, options.pages, options.batch)
        return
    name = tempfile.mkdtemp(prefix="fc-bench-")
    try:
        with serving(options.pages) as port:
            environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "factcheck.settings", "FACTCHECK_VAR": name}
            environ |= {"CAPTURE_ALLOW_PRIVATE": f"127.0.0.1:{port}", "CAPTURE_PORTS": f"80,443,{port}"}
            environ |= {"REDIS_URL": f"redis+socket://{Path(name) / 'none'}"}
            subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environ, check=True)
            command = [sys.executable, "-m", "bench.queue_share", "--port", str(port)]
            command += ["--pages", str(options.pages), "--batch", str(options.batch)]
            subprocess.run(command, env=environ, check=True)
    finally:
        shutil.rmtree(name)


if __name__ == "__main__":
    main()
