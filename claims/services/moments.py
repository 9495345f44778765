"""The moment before which an archive's copy of a source is wanted: when what cites it was said."""

from datetime import UTC, datetime, time

from django.db.models import Q

from claims.models import Claim, Link
from sources.models import Source


def moment_of(claim: Claim) -> datetime | None:
    """The end of the day on which the claim was said, as far as its date is known."""
    day = claim.links.filter(is_attributed=True).values_list("date_latest_on", flat=True).first()
    return datetime.combine(day, time.max, UTC) if day else None


def moment_for(source: Source) -> datetime | None:
    """The earliest such moment of all claims that cite ``source`` or appeared in it."""
    uses = Q(claim__citations__source=source) | Q(claim__appearances__source=source)
    days = Link.objects.filter(uses, is_attributed=True, date_latest_on__isnull=False).order_by("date_latest_on")
    day = days.values_list("date_latest_on", flat=True).first()
    return datetime.combine(day, time.max, UTC) if day else None
