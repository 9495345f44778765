"""A worker that kills itself, once for each place: ``python -m tests.sources.workers.dying_worker FOLDER celery arguments…``.

A capture of ``/claimed`` ends the process where it was just taken, ``/fetched`` where the answer is there, and so on. A
file in FOLDER remembers that a place was died at, so that the next worker passes it. ``/full`` finds the disk full, once.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from celery.__main__ import main

PLACES = ("claimed", "fetched", "stored", "read", "written", "closed")
_here = threading.local()


def is_first_time(folder: Path, place: str) -> bool:
    """Whether the capture in hand is meant for this place, and nobody died there yet."""
    if getattr(_here, "path", "") != f"/{place}" or (folder / place).exists():
        return False
    (folder / place).touch()
    return True


def dying(folder: Path, place: str, module: Any, name: str, *, after: bool = False) -> None:
    """Have ``module.name`` end the process before (or after) it does its work."""
    real: Callable[..., Any] = getattr(module, name)

    def instead(*arguments: Any, **named: Any) -> Any:
        result = real(*arguments, **named) if after else None
        if is_first_time(folder, place):
            os.kill(os.getpid(), signal.SIGKILL)
        return result if after else real(*arguments, **named)

    setattr(module, name, instead)


def prepare(folder: Path) -> None:
    from sources.archive import store
    from sources.models import Capture
    from sources.services import reanchor, running

    dying(folder, "fetched", running, "_settle")
    dying(folder, "stored", running, "keep_renditions")
    dying(folder, "read", running, "write_together")
    dying(folder, "written", running, "write_stored", after=True)
    dying(folder, "closed", reanchor, "reanchor_later_copy")
    keep, run = store.keep_file, running.run

    def keep_or_be_full(*arguments: Any) -> None:
        if is_first_time(folder, "full"):
            raise store.StorageFailed(28, "No space left on device")
        keep(*arguments)

    def run_known(taken: Any, **named: Any) -> bool:
        url = Capture.objects.get(pk=taken.capture_pk).url_requested
        _here.path = "/" + url.rpartition("/")[2]
        if is_first_time(folder, "claimed"):
            os.kill(os.getpid(), signal.SIGKILL)
        return run(taken, **named)

    store.keep_file, running.run = keep_or_be_full, run_known


if __name__ == "__main__":
    django.setup()
    prepare(Path(sys.argv.pop(1)))
    main()
