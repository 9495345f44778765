"""``manage.py seed``: enters the demonstration, or goes on entering it."""

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from seeds.runner.desk import Choice
from seeds.runner.run import run
from seeds.runner.waiting import StillOpen


class Command(BaseCommand):
    """Takes the data of ``seeds/`` through the services; needs a worker and the documents' server."""

    help = "Enter the demonstration: the first article's claims, their sources, and some of their verdicts."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add ``--live`` and ``--wait``."""
        parser.add_argument(
            "--live", action="store_true", help="also cite and fetch the public record (needs internet)"
        )
        parser.add_argument("--wait", type=float, default=180, help="longest wait for captures, in seconds")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, and end with an error where the demonstration is not whole."""
        if not settings.DEMO:
            raise CommandError("This installation is no demonstration. Set DEMO=1 for one that is.")
        choice = Choice(
            documents_base_url=settings.DOCUMENTS_BASE_URL,
            documents_state=settings.DOCUMENTS_STATE,
            is_live=options["live"],
            wait_seconds=options["wait"],
        )
        try:
            misses = run(
                choice,
                accounts_file=settings.FACTCHECK_VAR / "demo-accounts",
                one_password=settings.DEMO_PASSWORD,
                say=self.stdout.write,
            )
        except StillOpen as error:
            raise CommandError(str(error)) from error
        if misses:
            raise CommandError(f"{len(misses)} steps were refused. The last: {misses[-1]}")
        self.stdout.write("The demonstration is entered.")
