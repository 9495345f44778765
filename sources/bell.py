"""Ringing workers by the names of their tasks, after the transaction has committed.

A lost bell loses no work: the job is a row in the database, and the sweeper rings for whatever is due. A broker that
does not answer is therefore logged and never an error of the person who asked.
"""

import logging
from functools import partial
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

TASKS = {"fetch": "sources.tasks.fetch_due", "render": "sources.tasks.render_due"}
SEAL = "sources.tasks.seal_due"
READING = "sources.tasks.make_reading"


def ring_for_captures(*, after: float = 0.0, queue: str = "fetch") -> None:
    """Wake a worker of ``queue`` once the transaction has committed, ``after`` so many seconds."""
    transaction.on_commit(partial(_ring, TASKS[queue], queue, after))


def ring_for_seals() -> None:
    """Wake a worker of the queue ``desk`` for captures that were closed, once the transaction has committed."""
    transaction.on_commit(partial(_ring, SEAL, "desk"))


def ring_for_reading(capture: UUID) -> None:
    """Have the reading view of the capture with this ``public_id`` made, once the transaction has committed."""
    transaction.on_commit(partial(_ring, READING, "derive", args=(str(capture),)))


def _ring(task: str, queue: str, after: float = 0.0, args: tuple[str, ...] = ()) -> None:
    try:
        current_app.send_task(task, args, queue=queue, ignore_result=True, retry=False, countdown=after or None)
    except (OperationalError, OSError) as error:
        logger.warning("The broker did not answer; the sweeper will ring for what is due: %s", error)
