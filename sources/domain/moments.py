"""Moments made of the dates that people give."""

from datetime import UTC, datetime, time

from sources.domain.edtf import parse
from sources.domain.errors import BadInput


def end_of(text: str, *, field: str = "") -> datetime | None:
    """The end (UTC) of the last day that the EDTF date ``text`` may mean; ``None`` where nothing was typed.

    Raises ``BadInput`` (``date_invalid``; ``date_open`` for an interval without an end).
    """
    date = parse(text[:200], field=field)
    if date.is_unknown:
        return None
    if date.latest is None:
        raise BadInput("date_open", f"“{date.text}” has no end. Name the last day that you mean.", field=field)
    return datetime.combine(date.latest, time.max, UTC)
