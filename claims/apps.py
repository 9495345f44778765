"""The fact-check as a Django application."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class ClaimsConfig(AppConfig):
    """Installs the append-only triggers, the watches and the desk's groups after every migrate."""

    name = "claims"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        pre_migrate.connect(_before_migrate, sender=self, dispatch_uid="claims.before_migrate")
        post_migrate.connect(_after_migrate, sender=self, dispatch_uid="claims.after_migrate")


def _before_migrate(using: str, **_: Any) -> None:
    """SQLite rebuilds a table under another name, which a trigger that names it would refuse."""
    from claims.models import watches

    if connections[using].vendor == "sqlite":
        watches.take_away(connections[using])


def _after_migrate(using: str, **_: Any) -> None:
    from django.contrib.auth.models import Group

    from claims.group_permissions import grant
    from claims.models import watches
    from claims.models.guards import GUARDS
    from claims.permissions import GROUPS
    from sources.models.append_only import install

    connection = connections[using]
    install(connection, GUARDS)
    watches.install(connection)
    if Group._meta.db_table in connection.introspection.table_names():
        for name in GROUPS:
            Group.objects.using(using).get_or_create(name=name)
        grant(using)
