"""``manage.py attempt_alone``: attempt captures one after the other, as a worker's process of its own.

Reads a line of JSON a capture (what was taken) and answers each with a line when it is done. Not for people.
"""

import json
import signal
import sys
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from sources.models import Door
from sources.services import running
from sources.services.history import acting_through
from sources.services.lease import Taken


class Command(BaseCommand):
    """Ends when its standard input does, or when it is told to stop."""

    help = "For workers: attempt captures alone, one JSON line each on standard input."

    def handle(self, *args: Any, **options: Any) -> None:
        came, answers = sys.stdin, sys.stdout
        sys.stdout = sys.stderr
        signal.signal(signal.SIGTERM, _stop)
        with acting_through(Door.WORKER.value):
            for line in came:
                running.run(Taken(**json.loads(line)))
                answers.write("done\n")
                answers.flush()
                if running.is_stopping():
                    return


def _stop(_number: int, _frame: FrameType | None) -> None:
    running.stop_taking()
