"""``manage.py verify_archive``: recompute every digest; exit status 1 where something is not as it was written."""

import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sources.models import Door
from sources.services.history import acting_through
from sources.services.remove import destroy_files, removed_captures
from sources.services.verify import verify_archive


class Command(BaseCommand):
    """Prints one line a finding, then a summary."""

    help = "Recompute the digest of every stored file; list missing, altered, orphaned and undestroyed ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print each finding as a JSON object on a line")
        parser.add_argument(
            "--finish-removals", action="store_true", help="first delete files that a carried-out removal left behind"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_through(Door.COMMAND):
            if options["finish_removals"]:
                for capture in removed_captures():
                    destroy_files(capture)
            counts: Counter[str] = Counter()
            for finding in verify_archive():
                counts[finding.trouble.value] += 1
                if options["json"]:
                    self.stdout.write(json.dumps(asdict(finding)))
                else:
                    self.stdout.write(f"{finding.trouble.value:12} {finding.sha256}  {finding.sentence}")
        if counts:
            raise CommandError(
                ", ".join(f"{count} {trouble}" for trouble, count in sorted(counts.items())), returncode=1
            )
        if not options["json"]:
            self.stdout.write(self.style.SUCCESS("Every stored file is there and unchanged."))
