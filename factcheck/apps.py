"""The composition root as a Django application: system checks."""

from django.apps import AppConfig


class FactcheckConfig(AppConfig):
    """Registers the system checks and loads the Celery application."""

    name = "factcheck"

    def ready(self) -> None:
        from factcheck import celery, checks  # noqa: F401
