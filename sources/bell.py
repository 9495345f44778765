"""Ringing workers by the names of their tasks, after the transaction has committed.

A lost bell loses no work: the job is a row in the database, and the sweeper rings for whatever is due. A broker that
does not answer is therefore logged and never an error of the person who asked, nor a wait of theirs: one thread of
the process talks to the broker, and whoever rings only tells that thread.
"""

import atexit
import contextlib
import logging
import os
import queue as queues
import threading
import time
from functools import partial
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

TASKS = {"fetch": "sources.tasks.fetch_due", "render": "sources.tasks.render_due"}
SEAL = "sources.tasks.seal_due"
READING = "sources.tasks.make_reading"
WORDS = "sources.tasks.learn_words"
OCR = "sources.tasks.read_pictures"


def ring_for_captures(*, after: float = 0.0, queue: str = "fetch") -> None:
    """Wake a worker of ``queue`` once the transaction has committed, ``after`` so many seconds."""
    transaction.on_commit(partial(_ring, TASKS[queue], queue, after))


def ring_for_seals() -> None:
    """Wake workers for captures that were closed, once the transaction has committed: their seals, their words."""
    transaction.on_commit(partial(_ring, SEAL, "desk"))
    transaction.on_commit(partial(_ring, WORDS, "derive"))


def ring_for_reading(capture: UUID) -> None:
    """Have the reading view of the capture with this ``public_id`` made, once the transaction has committed."""
    transaction.on_commit(partial(_ring, READING, "derive", args=(str(capture),)))


def ring_for_ocr() -> None:
    """Have scans read that wait for it, once the transaction has committed."""
    transaction.on_commit(partial(_ring, OCR, "derive"))


MOST_WAITING = 1_000
"""Rings that wait for a slow broker; more of them would tell the workers nothing new."""

FINISH_SECONDS = 1.0
"""How long the end of the process waits for rings that are still on their way."""


def _ring(task: str, queue: str, after: float = 0.0, args: tuple[str, ...] = ()) -> None:
    _ringer().ring(partial(_send, task, queue, after, args))


def _send(task: str, queue: str, after: float, args: tuple[str, ...]) -> None:
    current_app.send_task(task, args, queue=queue, ignore_result=True, retry=False, countdown=after or None)


class Ringer:
    """The thread that rings, in the order in which it was told to.

    A broker that is away costs one try of some seconds, whatever waits: that is dropped, for the sweeper.
    """

    def __init__(self) -> None:
        self._waiting: queues.Queue[partial[None]] = queues.Queue(MOST_WAITING)
        threading.Thread(target=self._run, name="bell", daemon=True).start()

    def ring(self, send: partial[None]) -> None:
        """Have ``send`` called soon; returns at once."""
        try:
            self._waiting.put_nowait(send)
        except queues.Full:
            logger.warning("Too many rings wait for the broker; the sweeper will ring for what is due.")

    def finish(self, seconds: float = FINISH_SECONDS) -> bool:
        """Wait at most so long for what waits; whether all of it was rung, or given up."""
        deadline = time.monotonic() + seconds
        while self._waiting.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.01)
        return not self._waiting.unfinished_tasks

    def _run(self) -> None:
        while True:
            send = self._waiting.get()
            try:
                send()
            except (OperationalError, OSError) as error:
                logger.warning(
                    "The broker did not answer, %d more rings are dropped; the sweeper will ring for what is due: %s",
                    self._drop(),
                    error,
                )
            except Exception:
                logger.exception("A worker could not be rung for; the sweeper will ring for what is due.")
            finally:
                self._waiting.task_done()

    def _drop(self) -> int:
        dropped = 0
        with contextlib.suppress(queues.Empty):
            while True:
                self._waiting.get_nowait()
                self._waiting.task_done()
                dropped += 1
        return dropped


_making = threading.Lock()
_made: Ringer | None = None


def _ringer() -> Ringer:
    """This process's ringer, made when somebody first rings."""
    global _made  # noqa: PLW0603
    with _making:
        if _made is None:
            _made = Ringer()
            atexit.register(_made.finish)
        return _made


def _forget() -> None:
    """A process that was forked from this one has none of its threads."""
    global _making, _made
    _making, _made = threading.Lock(), None


os.register_at_fork(after_in_child=_forget)
