"""Remake the public index rows from the records."""

from typing import Any

from django.core.management.base import BaseCommand

from claims.services.indexing import rebuild_public
from sources.models import Door
from sources.services.history import acting_through


class Command(BaseCommand):
    """``manage.py rebuild_public``"""

    help = "Remake the rows that public lists, search, feeds and the API read, from the published records."

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_through(Door.COMMAND):
            count = rebuild_public()
        self.stdout.write(f"{count} published claims indexed.")
