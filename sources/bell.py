"""Ringing workers by the names of their tasks, after the transaction has committed.

A lost bell loses no work: the job is a row in the database, and the sweeper rings for whatever is due. A broker that
does not answer is therefore logged and never an error of the person who asked.
"""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

TASKS = {"fetch": "sources.tasks.fetch_due", "render": "sources.tasks.render_due"}
SEAL = "sources.tasks.seal_due"


def ring_for_captures(*, after: float = 0.0, queue: str = "fetch") -> None:
    """Wake a worker of ``queue`` once the transaction has committed, ``after`` so many seconds."""
    transaction.on_commit(partial(_ring, TASKS[queue], queue, after))


def ring_for_seals() -> None:
    """Wake a worker of the queue ``desk`` for captures that were closed, once the transaction has committed."""
    transaction.on_commit(partial(_ring, SEAL, "desk"))


def _ring(task: str, queue: str, after: float = 0.0) -> None:
    try:
        current_app.send_task(task, queue=queue, ignore_result=True, retry=False, countdown=after or None)
    except (OperationalError, OSError) as error:
        logger.warning("The broker did not answer; the sweeper will ring for what is due: %s", error)
