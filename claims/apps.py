"""The fact-check as a Django application."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class ClaimsConfig(AppConfig):
    """Installs the append-only triggers and the desk's groups after every migrate."""

    name = "claims"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_after_migrate, sender=self, dispatch_uid="claims.after_migrate")


def _after_migrate(using: str, **_: Any) -> None:
    from django.contrib.auth.models import Group

    from claims.group_permissions import grant
    from claims.models.guards import GUARDS
    from claims.permissions import GROUPS
    from sources.models.append_only import install

    connection = connections[using]
    install(connection, GUARDS)
    if Group._meta.db_table in connection.introspection.table_names():
        for name in GROUPS:
            Group.objects.using(using).get_or_create(name=name)
        grant(using)
