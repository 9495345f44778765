"""What workers are rung for. Each task is one service call and safe to run twice."""

from celery import shared_task
from celery.signals import worker_shutting_down

from sources.models import Door
from sources.services import reanchor, running, sweeping
from sources.services.history import acting_through


@shared_task(name="sources.tasks.fetch_due", acks_late=False)
def fetch_due() -> None:
    """Attempt what is due, a few at a time, until nothing is."""
    with acting_through(Door.WORKER.value):
        while running.run_due():
            pass


@shared_task(name="sources.tasks.sweep", time_limit=120, soft_time_limit=100)
def sweep() -> None:
    """Ring for what is due; close what its workers died of."""
    with acting_through(Door.WORKER.value):
        sweeping.sweep()


@shared_task(name="sources.tasks.reanchor_due", time_limit=300, soft_time_limit=280)
def reanchor_due() -> None:
    """Look for pinned passages in later captures that were not searched yet."""
    with acting_through(Door.WORKER.value):
        reanchor.reanchor_due()


@worker_shutting_down.connect
def _stop(**_: object) -> None:
    """A worker that is told to stop takes nothing more and hands back what it waits for."""
    running.stop_taking()
