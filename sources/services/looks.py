"""Where the captures of a source stand, in words for the people who wait for them.

Each look tells its stage, which attempt it is, when it is tried next and why, or what came of it; and by whose hands
the bytes came. Who draws a page of it adds nothing but buttons.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from sources.domain.custody import Custody, custody_of
from sources.models import (
    Artefact,
    Capture,
    CaptureMethod,
    CaptureState,
    Lease,
    Source,
    SourceKind,
    Usability,
    UsabilityVerdict,
)
from sources.permissions import may
from sources.services.rendering import can_render
from sources.services.texts import the_text

_STAGES = {
    "storing": "being stored",
    "reading": "its text is being read",
}
_DOING = {
    CaptureMethod.HTTP.value: "being fetched",
    CaptureMethod.BROWSER.value: "being rendered",
    CaptureMethod.MEMENTO.value: "being looked for in web archives",
}


@dataclass(frozen=True)
class Look:
    """One capture. ``tone`` is good, warn, danger or off, beside the words; ``at`` when it was asked for or ended."""

    capture: Capture
    custody: Custody
    what: str
    tone: str
    why: str
    next_at: datetime | None
    at: datetime
    text_artefact: Artefact | None

    @property
    def is_open(self) -> bool:
        """Whether it is still under way."""
        return self.capture.state == CaptureState.OPEN.value

    @property
    def is_usable(self) -> bool:
        """Whether a usable copy came of it."""
        return self.tone == "good"


@dataclass(frozen=True)
class Roads:
    """What a person may do now to get a copy of a source."""

    can_ask: bool
    can_render: bool
    can_search: bool
    can_upload: bool


@dataclass(frozen=True)
class Looks:
    """A source with all its looks, newest first, and the roads that are open to the person who looks."""

    source: Source
    looks: tuple[Look, ...]
    roads: Roads

    @property
    def newest(self) -> Look | None:
        """The last thing that was tried."""
        return self.looks[0] if self.looks else None

    @property
    def is_moving(self) -> bool:
        """Whether any of it will still change by itself."""
        return any(look.is_open for look in self.looks)


def looks_at(sources: Iterable[Source], user: User | AnonymousUser) -> tuple[Looks, ...]:
    """The looks at each of ``sources``, in their order, each once, in a number of queries that does not grow."""
    listed = list({source.pk: source for source in sources}.values())
    newest = (
        Capture.objects.select_related("lease")
        .order_by("-requested_at", "-pk")
        .prefetch_related(
            Prefetch("usabilities", queryset=Usability.objects.order_by("-created_at", "-pk")),
            Prefetch("artefacts", queryset=Artefact.objects.order_by("-created_at", "-pk")),
        )
    )
    if listed:
        prefetch_related_objects(listed, Prefetch("captures", queryset=newest, to_attr="newest_first"))
    is_allowed = may(user, "sources.change_source")
    return tuple(_looks(source, is_allowed) for source in listed)


def _looks(source: Source, is_allowed: bool) -> Looks:
    captures: list[Capture] = source.newest_first  # type: ignore[attr-defined]
    is_web = source.kind == SourceKind.WEB.value
    under_way = {capture.method for capture in captures if capture.state == CaptureState.OPEN.value}

    def is_free(method: CaptureMethod) -> bool:
        return is_allowed and is_web and method.value not in under_way

    roads = Roads(
        can_ask=is_free(CaptureMethod.HTTP),
        can_render=is_free(CaptureMethod.BROWSER) and can_render(),
        can_search=is_free(CaptureMethod.MEMENTO) and bool(settings.MEMENTO_ARCHIVES),
        can_upload=is_allowed,
    )
    return Looks(source, tuple(_look(capture) for capture in captures), roads)


def _look(capture: Capture) -> Look:
    what, tone, why, next_at = _told(capture)
    return Look(
        capture=capture,
        custody=custody_of(capture.method),
        what=what,
        tone=tone,
        why=why,
        next_at=next_at,
        at=capture.closed_at or capture.requested_at,
        text_artefact=the_text(capture.artefacts.all()),
    )


Told = tuple[str, str, str, datetime | None]
"""What, tone, why, and when it is tried next."""


def _told(capture: Capture) -> Told:
    if capture.state == CaptureState.OPEN.value:
        return _told_open(capture, _lease_of(capture))
    if capture.state != CaptureState.STORED.value:
        return str(capture.get_state_display()), "danger", capture.failure_sentence, None
    judged = next(iter(capture.usabilities.all()), None)
    if judged is None or judged.verdict == UsabilityVerdict.USABLE.value:
        return ("stored, usable" if judged else "stored, not judged yet"), "good", "", None
    return f"stored, not usable: it {judged.get_verdict_display()}", "danger", judged.reason, None


def _told_open(capture: Capture, lease: Lease | None) -> Told:
    if lease is None or not (lease.owner or lease.attempt):
        return "waiting for a worker", "warn", "", None
    if lease.owner:
        stage = _STAGES.get(lease.stage, _DOING.get(capture.method, "being fetched"))
        return f"{stage}, attempt {max(lease.attempt, 1)} of 3", "warn", lease.last_sentence, None
    words = f"attempt {lease.attempt} of 3 failed, will be tried again"
    return words, "warn", lease.last_sentence, lease.next_at if lease.next_at > timezone.now() else None


def _lease_of(capture: Capture) -> Lease | None:
    try:
        return capture.lease
    except Lease.DoesNotExist:
        return None
