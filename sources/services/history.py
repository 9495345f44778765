"""Writing the history: one Event for every change that a service makes.

The door through which somebody came (admin, desk, API, worker …) is known at the edge and wanted here, at the
bottom; it travels in a context variable that the edges set with :func:`acting_through`.
"""

import contextlib
import uuid
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any, Protocol

import rfc8785
from django.contrib.auth.models import User
from django.utils import timezone

from sources.models import Door, Event
from sources.services.statements import insert

_door: ContextVar[str] = ContextVar("door", default=Door.CODE.value)


class Subject(Protocol):
    """Anything that an event can be about."""

    @property
    def public_id(self) -> uuid.UUID: ...


@contextlib.contextmanager
def acting_through(door: str) -> Iterator[None]:
    """Within it, events are written as having come through ``door`` (a value of :class:`Door`)."""
    token = _door.set(Door(door).value)
    try:
        yield
    finally:
        _door.reset(token)


def kind_of(subject: Subject) -> str:
    """The word that names the subject's table: its class name in lower case."""
    return type(subject).__name__.lower()


def record_event(
    *,
    by: User | None,
    action: str,
    subject: Subject,
    version: int | None = None,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Event:
    """Write one Event and return it. ``before`` and ``after`` hold JSON values only (no floats beyond 2**53)."""
    event = Event(
        at=timezone.now(),
        by=by,
        door=_door.get(),
        action=action,
        subject_kind=kind_of(subject),
        subject_id=subject.public_id,
        version=version,
        reason=reason,
        before=_canonical(before),
        after=_canonical(after),
    )
    return insert(event)


def _canonical(values: Mapping[str, Any] | None) -> str:
    return rfc8785.dumps(dict(values or {})).decode()
