"""What the clock asks of the fact-check. Each task is one service call and safe to run twice."""

from celery import shared_task

from claims.services import indexing, noticing, publishing
from sources.models import Door
from sources.services.history import acting_through


@shared_task(name="claims.tasks.publish_due", time_limit=120, soft_time_limit=100)
def publish_due() -> None:
    """Publish what is scheduled and due."""
    with acting_through(Door.WORKER.value):
        publishing.publish_due()


@shared_task(name="claims.tasks.notice_changes", time_limit=300, soft_time_limit=280)
def notice_changes() -> None:
    """Put up notices for cited sources that changed or are gone."""
    with acting_through(Door.WORKER.value):
        noticing.notice_changes()


@shared_task(name="claims.tasks.veil_protected", time_limit=120, soft_time_limit=100)
def veil_protected() -> None:
    """Take what was protected since out of lists and search."""
    with acting_through(Door.WORKER.value):
        indexing.veil_protected()
