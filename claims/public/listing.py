"""Lists page by keyset: a cursor names the last line shown, so that a page never shifts and none costs more."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from claims.models import PublicClaim
from sources.domain.errors import BadInput

SIZE = 20
LONGEST_CURSOR = 200


@dataclass(frozen=True)
class Slice:
    """Lines of a list and the cursor of what follows, or ``""`` at its end."""

    rows: tuple[PublicClaim, ...]
    after: str

    def query(self, **kept: str) -> str:
        """The query string of the page that follows, with ``kept`` filters; empty at the end."""
        if not self.after:
            return ""
        filters = {name: value for name, value in kept.items() if value}
        return urlencode({**filters, "after": self.after})


def newest_first(rows: QuerySet[PublicClaim], after: str = "", size: int = SIZE) -> Slice:
    """At most ``size`` of ``rows`` that follow ``after``, newest first publication first.

    Raises ``BadInput`` (``cursor_unknown``) for a cursor that no list gave out.
    """
    if after:
        at, slug = _read(after)
        rows = rows.filter(Q(first_published_at__lt=at) | Q(first_published_at=at, slug__gt=slug))
    found = list(rows.order_by("-first_published_at", "slug")[: size + 1])
    shown = tuple(found[:size])
    return Slice(shown, cursor_of(shown[-1]) if len(found) > size else "")


def cursor_of(row: PublicClaim) -> str:
    """The cursor that leads to what follows ``row``."""
    return f"{row.first_published_at.isoformat()}~{row.slug}"


def _read(cursor: str) -> tuple[datetime, str]:
    at, tilde, slug = cursor.partition("~")
    try:
        typed = parse_datetime(at) if len(cursor) <= LONGEST_CURSOR else None
        parsed = typed.astimezone(UTC) if typed is not None and typed.tzinfo is not None else None
    except (ValueError, OverflowError):
        parsed = None
    if parsed is None or not tilde or not slug.replace("-", "").replace("_", "").isalnum():
        raise BadInput("cursor_unknown", "This list does not go on there. Start again at its top.")
    return parsed, slug
