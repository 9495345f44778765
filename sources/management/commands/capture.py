"""``manage.py capture URL…``: capture addresses through the services and the queue, one JSON object a line."""

import json
import sys
import time
from argparse import ArgumentParser
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
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
from sources.services.shell_account import shell_account

AT_ONCE = 200
"""How many are open at a time, so that somebody else's captures need not wait behind thousands of ours."""

LOOK_EVERY_SECONDS = 0.2
PATIENCE_SECONDS = 15.0
BAR_WIDTH = 30


class Command(BaseCommand):
    """Exit status 0 where every address was stored, else 1."""

    help = "Capture addresses, wait for them, and print one JSON object a line. Addresses may come on standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("urls", nargs="*", metavar="URL")
        parser.add_argument("--as", dest="username", default="", help="the account that asks; none: the shell's own")
        parser.add_argument("--text", action="store_true", help="add the text for anchoring")
        parser.add_argument(
            "--wait", type=float, default=600.0, metavar="SECONDS", help="longest wait for one address"
        )
        parser.add_argument("--here", action="store_true", help="fetch in this process, without a worker")

    def handle(self, *args: Any, **options: Any) -> None:
        urls = options["urls"] or _lines(sys.stdin)
        if not urls:
            raise CommandError("Give at least one address, here or on standard input.")
        progress = _Progress(total=len(urls))
        is_everything_stored = True
        with acting_through(Door.COMMAND.value):
            by = _account(options["username"])
            for told in _captured(urls, by, options):
                values = asdict(told)
                if told.text is None:
                    del values["text"]
                progress.clear()
                self.stdout.write(json.dumps(values, ensure_ascii=False))
                self.stdout.flush()
                is_everything_stored = is_everything_stored and told.is_stored
                progress.step()
        progress.end()
        if not is_everything_stored:
            sys.exit(1)


@dataclass(frozen=True)
class _Asked:
    """An address that was asked for, its capture, and until when we wait."""

    url: str
    pk: int
    until: float


def _captured(urls: list[str], by: User, options: dict[str, Any]) -> Iterator[CaptureReport]:
    """Keep some open at a time, and tell of each as it ends; what may not be fetched is told at once."""
    waiting = deque(urls)
    asked: list[_Asked] = []
    doubt = _Doubt(is_silent=options["here"])
    while waiting or asked:
        while waiting and len(asked) < AT_ONCE:
            url = waiting.popleft()
            try:
                capture = capturing.request(by=by, source=find_or_make_web_source(by=by, url=url))
                asked.append(_Asked(url, capture.pk, time.monotonic() + options["wait"]))
            except DeskError as refusal:
                yield CaptureReport(url=url, state=CaptureState.REFUSED, code=refusal.code, sentence=refusal.sentence)
        worked = running.run_due() if options["here"] else 0
        now, open_pks = time.monotonic(), _open([each.pk for each in asked])
        ended = [each for each in asked if each.pk not in open_pks or now > each.until]
        asked = [each for each in asked if each.pk in open_pks and now <= each.until]
        for each in ended:
            yield report(Capture.objects.get(pk=each.pk), url=each.url, with_text=options["text"])
        if asked and not ended and not worked:
            doubt.grow(asked)
            time.sleep(LOOK_EVERY_SECONDS)


def _open(pks: list[int]) -> set[int]:
    return set(Capture.objects.filter(pk__in=pks, state=CaptureState.OPEN).values_list("pk", flat=True))


def _account(username: str) -> User:
    """The account named, or the shell's own."""
    if not username:
        try:
            return shell_account()
        except DeskError as error:
            raise CommandError(error.sentence) from error
    named = User.objects.filter(username=username, is_active=True).first()
    if named is None:
        raise CommandError(f"There is no active account called {username}.")
    return named


def _lines(stream: Iterable[str]) -> list[str]:
    if getattr(stream, "isatty", lambda: False)():
        return []
    return [line.strip() for line in stream if line.strip()]


class _Doubt:
    """Says once, on the terminal, that perhaps no worker runs."""

    def __init__(self, *, is_silent: bool) -> None:
        self.since, self.is_over = time.monotonic(), is_silent

    def grow(self, asked: list[_Asked]) -> None:
        if self.is_over or time.monotonic() - self.since < PATIENCE_SECONDS:
            return
        self.is_over = True
        taken = Capture.objects.filter(pk__in=[each.pk for each in asked], lease__attempt__gt=0)
        if not taken.exists() and len(_open([each.pk for each in asked])) == len(asked):
            sys.stderr.write("Nothing was taken from the queue yet. Is a worker running? --here does without one.\n")


class _Progress:
    """A bar on a terminal that says how far it is; silent elsewhere."""

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0
        self.is_shown = sys.stderr.isatty()
        self._draw()

    def step(self) -> None:
        self.done += 1
        self._draw()

    def clear(self) -> None:
        """Make room for a line on the same terminal."""
        if self.is_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def end(self) -> None:
        if self.is_shown:
            sys.stderr.write("\n")

    def _draw(self) -> None:
        if self.is_shown:
            full = BAR_WIDTH * self.done // self.total
            bar = "#" * full + "." * (BAR_WIDTH - full)
            sys.stderr.write(f"\r[{bar}] {self.done} of {self.total} captured")
            sys.stderr.flush()
