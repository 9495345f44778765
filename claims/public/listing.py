"""Lists page by keyset: a cursor names the last line shown, so that a page never shifts and none costs more."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet

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
        return next_query(self.after, **kept)


def next_query(cursor: str, parameter: str = "after", /, **kept: str) -> str:
    """The query string of what follows ``cursor``, with ``kept`` parameters; empty without a cursor."""
    if not cursor:
        return ""
    return urlencode({**{name: value for name, value in kept.items() if value}, parameter: cursor})


def newest_first(rows: QuerySet[PublicClaim], after: str = "", size: int = SIZE) -> Slice:
    """At most ``size`` of ``rows`` that follow ``after``, the slug of the last one shown; newest publication first.

    Raises ``BadInput`` (``cursor_unknown``) for a cursor that no list gave out.
    """
    if after:
        last = PublicClaim.objects.filter(slug=after[:LONGEST_CURSOR]).values_list("pk", flat=True).first()
        if last is None:
            raise BadInput("cursor_unknown", "This list does not go on there. Start again at its top.")
        rows = rows.filter(pk__lt=last)
    found = list(rows.order_by("-pk")[: size + 1])
    shown = tuple(found[:size])
    return Slice(shown, shown[-1].slug if len(found) > size else "")
