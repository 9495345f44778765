"""The archive as a Django application."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class SourcesConfig(AppConfig):
    """Installs the append-only triggers after every migrate."""

    name = "sources"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_after_migrate, sender=self, dispatch_uid="sources.after_migrate")


def _after_migrate(using: str, **_: Any) -> None:
    from sources.models.append_only import install
    from sources.models.guards import GUARDS

    install(connections[using], GUARDS)
