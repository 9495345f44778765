"""What workers are rung for. Each task is one service call and safe to run twice."""

from celery import shared_task
from celery.signals import worker_shutting_down

from sources.bell import ring_for_seals
from sources.models import Door
from sources.services import (
    collecting,
    finding,
    keeping_elsewhere,
    reading,
    reading_pictures,
    reanchor,
    sealing,
    stopping,
    sweeping,
    timestamping,
    verify,
    working,
)
from sources.services.history import acting_through


@shared_task(name="sources.tasks.fetch_due", acks_late=False)
def fetch_due() -> None:
    """Attempt what is due in this worker's threads, until nothing is."""
    with acting_through(Door.WORKER.value):
        if working.work():
            ring_for_seals()


@shared_task(name="sources.tasks.render_due", acks_late=False)
def render_due() -> None:
    """The same for captures that a browser makes."""
    with acting_through(Door.WORKER.value):
        if working.work("render"):
            ring_for_seals()


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


@shared_task(name="sources.tasks.make_reading", time_limit=120, soft_time_limit=100)
def make_reading(capture_id: str) -> None:
    """Make the reading view that somebody wants to see."""
    with acting_through(Door.WORKER.value):
        reading.make_reading(capture_id)


@shared_task(name="sources.tasks.read_pictures", time_limit=300, soft_time_limit=280)
def read_pictures() -> None:
    """Read some more pages of the scan that has waited longest."""
    with acting_through(Door.WORKER.value):
        reading_pictures.read_next()


@shared_task(name="sources.tasks.seal_due", time_limit=120, soft_time_limit=100)
def seal_due() -> None:
    """Give manifests and entries in the log to what was closed in the last day."""
    with acting_through(Door.WORKER.value):
        sealing.seal_due(is_recent=True)


@shared_task(name="sources.tasks.seal_left", time_limit=600, soft_time_limit=580)
def seal_left() -> None:
    """The same for whatever was left, however old."""
    with acting_through(Door.WORKER.value):
        sealing.seal_due(limit=2_000)


@shared_task(name="sources.tasks.learn_words", time_limit=120, soft_time_limit=100)
def learn_words() -> None:
    """Have texts of the last day found by their words."""
    with acting_through(Door.WORKER.value):
        finding.learn_due(is_recent=True)


@shared_task(name="sources.tasks.learn_words_left", time_limit=600, soft_time_limit=580)
def learn_words_left() -> None:
    """The same for whatever was left, however old."""
    with acting_through(Door.WORKER.value):
        finding.learn_due(limit=2_000)


@shared_task(name="sources.tasks.stamp_due", time_limit=600, soft_time_limit=580)
def stamp_due() -> None:
    """Ask the configured authorities for the time on what was sealed."""
    with acting_through(Door.WORKER.value):
        timestamping.stamp_due(limit=15)


@shared_task(name="sources.tasks.ask_to_keep", time_limit=600, soft_time_limit=580)
def ask_to_keep() -> None:
    """Ask the configured archives to keep a copy, too, of what was captured in the last day."""
    with acting_through(Door.WORKER.value):
        keeping_elsewhere.ask_to_keep(limit=4)


@shared_task(name="sources.tasks.check_files", time_limit=600, soft_time_limit=580)
def check_files() -> None:
    """Recompute the digests of the files that were looked at longest ago."""
    with acting_through(Door.WORKER.value):
        verify.verify_slice()


@shared_task(name="sources.tasks.collect", time_limit=600, soft_time_limit=580)
def collect() -> None:
    """Delete old files that no row points at."""
    with acting_through(Door.WORKER.value):
        collecting.collect()


@worker_shutting_down.connect
def _stop(**_: object) -> None:
    """A worker that is told to stop takes nothing more and hands back what it waits for."""
    stopping.stop_taking()
