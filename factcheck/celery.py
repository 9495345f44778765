"""The Celery application. Celery only wakes workers; the jobs are rows in the database."""

import os

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")

app = Celery("factcheck")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["sources", "claims"])


@worker_ready.connect
def sweep_at_start(**_: object) -> None:
    """A worker that starts looks for work at once: whatever was rung while none was there."""
    app.send_task("sources.tasks.sweep")
