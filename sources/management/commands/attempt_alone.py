"""``manage.py attempt_alone``: attempt captures one after the other, as a worker's process of its own.

Reads a line of JSON a capture (what was taken) and answers each with a line when it is done. Not for people.
"""

import json
import os
import queue
import signal
import sys
import threading
from types import FrameType
from typing import Any, TextIO

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from sources.models import Door
from sources.services import running, stopping
from sources.services.history import acting_through
from sources.services.lease import Taken

GRACE_SECONDS = 5.0
"""How long an attempt may take to end once the worker is gone that wanted it."""


class Command(BaseCommand):
    """Ends when its standard input does, in the middle of an attempt too, or when it is told to stop."""

    help = "For workers: attempt captures alone, one JSON line each on standard input."

    def handle(self, *args: Any, **options: Any) -> None:
        came, answers = sys.stdin, sys.stdout
        sys.stdout = sys.stderr
        signal.signal(signal.SIGTERM, _stop)
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(came, lines), daemon=True).start()
        with acting_through(Door.WORKER.value):
            while line := lines.get():
                close_old_connections()  # the database may have been away since the last one
                running.run(Taken(**json.loads(line)))
                if stopping.was_left_alone():
                    return
                answers.write("done\n")
                answers.flush()
                if stopping.is_stopping():
                    return


def _listen(came: TextIO, lines: queue.SimpleQueue[str]) -> None:
    """Hand on what is to be attempted. When the pipe ends, the worker has closed it, or was killed."""
    for line in came:
        lines.put(line)
    stopping.drop_all()
    lines.put("")
    ending = threading.Timer(GRACE_SECONDS, os._exit, (1,))
    ending.daemon = True
    ending.start()


def _stop(_number: int, _frame: FrameType | None) -> None:
    stopping.stop_taking()
