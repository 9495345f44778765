"""``manage.py capture URL…``: capture addresses through the services and the queue, one JSON object a line."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from sources.domain.errors import DeskError
from sources.models import Capture, CaptureState, Door
from sources.services import capture as capturing
from sources.services import running
from sources.services.citing_urls import find_or_make_web_source
from sources.services.history import acting_through
from sources.services.reporting import CaptureReport, report

AT_ONCE = 100
LOOK_EVERY_SECONDS = 0.2


class Command(BaseCommand):
    """Exit status 0 where every address was stored, else 1."""

    help = "Capture addresses, wait for them, and print one JSON object a line. Addresses may come on standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("urls", nargs="*", metavar="URL")
        parser.add_argument("--as", dest="username", default="", help="the account that asks (an editor)")
        parser.add_argument("--text", action="store_true", help="add the text for anchoring")
        parser.add_argument(
            "--wait", type=float, default=600.0, metavar="SECONDS", help="longest wait for one address"
        )
        parser.add_argument("--here", action="store_true", help="fetch in this process, without a worker")

    def handle(self, *args: Any, **options: Any) -> None:
        by = _account(options["username"])
        urls = iter(options["urls"]) if options["urls"] else _lines(sys.stdin)
        progress = _Progress(total=len(options["urls"]))
        is_everything_stored = True
        with acting_through(Door.COMMAND.value):
            while some := list(islice(urls, AT_ONCE)):
                for told in _capture(some, by, options):
                    values = asdict(told)
                    if told.text is None:
                        del values["text"]
                    self.stdout.write(json.dumps(values, ensure_ascii=False))
                    is_everything_stored = is_everything_stored and told.is_stored
                    progress.step()
        progress.end()
        if not is_everything_stored:
            sys.exit(1)


def _capture(urls: list[str], by: User, options: dict[str, Any]) -> Iterator[CaptureReport]:
    """Ask for all of them, then tell of each as it ends; what may not be fetched is told at once."""
    asked: list[tuple[str, Capture]] = []
    for url in urls:
        try:
            source = find_or_make_web_source(by=by, url=url)
            asked.append((url, capturing.request(by=by, source=source)))
        except DeskError as refusal:
            yield CaptureReport(url=url, state=CaptureState.REFUSED, code=refusal.code, sentence=refusal.sentence)
    deadline = time.monotonic() + options["wait"]
    while asked:
        worked = running.run_due() if options["here"] else 0
        open_pks = set(
            Capture.objects.filter(pk__in=[each.pk for _, each in asked], state=CaptureState.OPEN).values_list(
                "pk", flat=True
            )
        )
        is_late = time.monotonic() > deadline
        for url, each in asked:
            if is_late or each.pk not in open_pks:
                yield report(Capture.objects.get(pk=each.pk), url=url, with_text=options["text"])
        asked = [] if is_late else [(url, each) for url, each in asked if each.pk in open_pks]
        if asked and not worked:
            time.sleep(LOOK_EVERY_SECONDS)


def _account(username: str) -> User:
    """The account named, or the only one that may ask for captures."""
    if username:
        named = User.objects.filter(username=username, is_active=True).first()
        if named is None:
            raise CommandError(f"There is no active account called {username}.")
        return named
    able = User.objects.filter(is_active=True, groups__permissions__codename="add_capture").distinct()[:2]
    if len(able) != 1:
        raise CommandError("Say which account asks, with --as NAME. It has to be an editor's.")
    return able[0]


def _lines(stream: Iterable[str]) -> Iterator[str]:
    return (line.strip() for line in stream if line.strip())


class _Progress:
    """A line on a terminal that says how far it is; silent elsewhere."""

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0
        self.is_shown = sys.stderr.isatty()

    def step(self) -> None:
        self.done += 1
        if self.is_shown:
            of = f" of {self.total}" if self.total else ""
            sys.stderr.write(f"\r{self.done}{of} captured")
            sys.stderr.flush()

    def end(self) -> None:
        if self.is_shown and self.done:
            sys.stderr.write("\n")
