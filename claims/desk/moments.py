"""Times as a browser's ``datetime-local`` field sends them, in the desk's zone."""

from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from sources.domain.errors import BadInput


def moment_typed(text: str, *, field: str) -> datetime | None:
    """The time in ``text``, or ``None`` where nothing was typed. Raises ``BadInput`` (``time_invalid``)."""
    if not text.strip():
        return None
    try:
        parsed = parse_datetime(text.strip())
        if parsed is not None and timezone.is_naive(parsed):
            parsed = timezone.make_aware(parsed)
    except (ValueError, OverflowError):
        parsed = None
    if parsed is None:
        raise BadInput("time_invalid", "That is no time. Write it as 2026-12-31T09:00.", field=field)
    return parsed
