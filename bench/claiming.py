"""How fast are rows of the queue claimed, in batches, by many processes at once, and is any claimed twice?

Run as ``python -m bench.claiming [--rows N] [--processes N] [--batch N] [--database postgresql://…]``. Rows of as
many hosts wait in a fresh desk (SQLite in a temporary folder, the database named, or with ``--database postgres`` a
server of the bench's own, with fsync off); the processes begin together and claim until nothing is left. Nothing is
closed meanwhile: in the end as many hosts are in work as there were rows, which is the hardest case of the query.

Printed are rows a second, how many were claimed twice (there must be none), and the CPU time of a claim a row, with
``--capture-ms`` also beside that of a whole capture, as bench.inflight prints it.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

import django

from tests.plugins.servers import Postgres

MOST_SECONDS = 120


def fill(rows: int) -> None:
    """Rows as the service makes them, many at a time."""
    from django.contrib.auth.models import User
    from django.utils import timezone

    from sources.models import Capture, Lease, Source

    now = timezone.now()
    people = [User.objects.create(username=f"person-{number}") for number in range(10)]
    numbers = range(rows)
    Source.objects.bulk_create(
        Source(url=f"https://h{number}.example/", url_key_sha256=f"{number:064x}", created_by=people[0])
        for number in numbers
    )
    Capture.objects.bulk_create(
        Capture(source=source, requested_by=people[number % 10], requested_at=now, url_requested=source.url)
        for number, source in enumerate(Source.objects.order_by("pk"))
    )
    Lease.objects.bulk_create(
        Lease(
            capture=capture,
            host=f"h{number}.example",
            next_at=now,
            turn=number // 10,
            asked_by_id=capture.requested_by_id,
        )
        for number, capture in enumerate(Capture.objects.order_by("pk"))
    )


def claim(batch: int) -> None:
    """One process: wait for the start on standard input, claim until nothing is left, print what was claimed."""
    from sources.models import Lease
    from sources.services import lease

    Lease.objects.exists()
    print("ready", flush=True)
    sys.stdin.readline()
    mine: list[int] = []
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.time()
    empty = 0
    while empty < 3:
        taken = lease.claim_due(owner=f"bench:{os.getpid()}", limit=batch)
        mine += [each.capture_pk for each in taken]
        empty = 0 if taken else empty + 1
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"mine": mine, "began": began, "ended": time.time(), "cpu": cpu}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=6000)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--database", default="")
    parser.add_argument("--capture-ms", type=float, default=0.0)
    parser.add_argument("--claim", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.claim:
        django.setup()
        claim(options.batch)
        return
    if options.database == "postgres":
        options.database = Postgres().start().url
    with tempfile.TemporaryDirectory(prefix="fc-bench-") as folder:
        os.environ.update(
            FACTCHECK_VAR=folder, DATABASE_URL=options.database, DJANGO_SETTINGS_MODULE="factcheck.settings"
        )
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        fill(options.rows)
        tell(options, race(options))


def race(options: argparse.Namespace) -> list[dict[str, object]]:
    """Start the processes, let them go together, and gather what they say."""
    command = [sys.executable, "-m", "bench.claiming", "--claim", "--batch", str(options.batch)]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(options.processes)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [json.loads(process.communicate(timeout=MOST_SECONDS)[0]) for process in running]


def tell(options: argparse.Namespace, found: list[dict[str, object]]) -> None:
    claimed = [pk for each in found for pk in each["mine"]]  # type: ignore[attr-defined]
    seconds = max(each["ended"] for each in found) - min(each["began"] for each in found)  # type: ignore[type-var, operator]
    cpu = 1000 * sum(each["cpu"] for each in found) / max(1, len(claimed))  # type: ignore[misc]
    print(
        f"{options.processes} processes, batches of {options.batch}: {len(claimed)} rows in {seconds:.2f} s,", end=" "
    )
    print(f"{len(claimed) / seconds:.0f} a second, {len(claimed) - len(set(claimed))} claimed twice")
    print(f"{cpu:.2f} ms of CPU time a row", end="")
    print(f", {cpu / options.capture_ms:.2f} of a capture" if options.capture_ms else "")


if __name__ == "__main__":
    main()
