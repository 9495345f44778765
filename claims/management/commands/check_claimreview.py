"""Check the ClaimReview of every published page."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from claims.exports.claimreview_pages import check_published
from claims.presenters.rendered_claim import languages


class Command(BaseCommand):
    """``manage.py check_claimreview [--language CODE]``"""

    help = "Check the ClaimReview of every published page; ends with 1 if anything is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--language", choices=languages(), default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        pages = faults = 0
        today = timezone.localdate()
        for where, findings in check_published(site_url=settings.SITE_URL, today=today, language=options["language"]):
            pages += where != "scale"
            for finding in findings:
                faults += 1
                self.stdout.write(f"{where}: {finding.sentence} ({finding.code})")
        if faults:
            raise CommandError(f"{faults} faults on {pages} published pages.")
        self.stdout.write(f"{pages} published pages checked; nothing is wrong.")
