"""One line of the queue, and feeds: rows of one kind of work with the way each is told as a line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone

from claims.models import Claim, Round


@dataclass(frozen=True)
class Line:
    """One thing to do: the claim's words, where to do it, since when, until when."""

    statement: str
    url: str
    since: datetime
    due_at: datetime | None = None
    note: str = ""
    is_demonstration: bool = False

    @property
    def is_late(self) -> bool:
        """Whether the time for it is over."""
        return self.due_at is not None and self.due_at < timezone.now()


@dataclass(frozen=True)
class Feed:
    """Rows in the order in which they are shown. ``claim`` is the lookup that leads from a row to its claim."""

    rows: QuerySet[Any]
    tell: Callable[[Any], Line]
    claim: str = "claim"


def line(claim: Claim, url: str, since: datetime, due_at: datetime | None = None, note: str = "") -> Line:
    """A line about ``claim``."""
    return Line(claim.statement, url, since, due_at, note, claim.is_demonstration)


def due_after(since: datetime) -> datetime:
    """When something that came up at ``since`` should be done: as long after it as a rating may take."""
    return since + timedelta(days=settings.REVIEW_DAYS)


def page_of(name: str, row: Model) -> str:
    """The address of a page of the desk that is about ``row``."""
    return reverse(f"desk:{name}", args=(row.public_id,))  # type: ignore[attr-defined]


def round_line(name: str, *, since: str, note: str = "", is_task: bool = True) -> Callable[[Round], Line]:
    """Tell a round, with its page of that name; a task is due, waiting for others is not."""

    def tell(row: Round) -> Line:
        at = getattr(row, since) or row.opened_at
        subject = row.claim if name in ("claim", "write") else row
        return line(row.claim, page_of(name, subject), at, due_after(at) if is_task else None, note)

    return tell
