"""Where the captures of some sources stand, as lines for the panel on a source's or a claim's page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from sources.models import Artefact, Capture, CaptureState, Lease, Source, SourceKind, Usability, UsabilityVerdict
from sources.permissions import may

_STAGES = {
    "taken": "being fetched",
    "fetching": "being fetched",
    "storing": "being stored",
    "reading": "its text is being read",
}


@dataclass(frozen=True)
class CaptureLine:
    """One source with its newest capture. ``tone`` is good, warn, danger or off, beside the words."""

    source: Source
    label: str
    capture: Capture | None
    what: str
    tone: str
    why: str
    next_at: datetime | None
    is_open: bool
    can_ask: bool
    can_upload: bool
    text_artefact: Artefact | None


@dataclass(frozen=True)
class CapturePanel:
    """All lines, and whether any of them will still change by itself."""

    lines: tuple[CaptureLine, ...]
    is_moving: bool


def capture_lines(sources: Iterable[Source], user: User | AnonymousUser) -> CapturePanel:
    """The panel for ``sources``, in their order, each once. The number of queries does not depend on theirs."""
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
    lines = tuple(_line(source, source.newest_first, is_allowed) for source in listed)  # type: ignore[attr-defined]
    return CapturePanel(lines, any(line.is_open for line in lines))


def _line(source: Source, captures: Sequence[Capture], is_allowed: bool) -> CaptureLine:
    capture = captures[0] if captures else None
    is_web = source.kind == SourceKind.WEB.value
    what, tone, why, next_at = _told(capture, is_web=is_web)
    is_open = capture is not None and capture.state == CaptureState.OPEN.value
    return CaptureLine(
        source=source,
        label=source.title or source.url,
        capture=capture,
        what=what,
        tone=tone,
        why=why,
        next_at=next_at,
        is_open=is_open,
        can_ask=is_allowed and is_web and not is_open,
        can_upload=is_allowed and not is_open,
        text_artefact=next((each for each in capture.artefacts.all() if each.role == "text"), None)
        if capture is not None
        else None,
    )


Told = tuple[str, str, str, datetime | None]
"""What, tone, why, and when it is tried next."""


def _told(capture: Capture | None, *, is_web: bool) -> Told:
    if capture is None:
        return ("not asked for yet" if is_web else "not on the web"), "off", "", None
    if capture.state == CaptureState.OPEN.value:
        return _told_open(_lease_of(capture))
    if capture.state != CaptureState.STORED.value:
        return str(capture.get_state_display()), "danger", capture.failure_sentence, None
    judged = next(iter(capture.usabilities.all()), None)
    if judged is None or judged.verdict == UsabilityVerdict.USABLE.value:
        return ("stored, usable" if judged else "stored, not judged yet"), "good", "", None
    return f"stored, not usable: it {judged.get_verdict_display()}", "danger", judged.reason, None


def _told_open(lease: Lease | None) -> Told:
    if lease is None or not (lease.owner or lease.attempt):
        return "waiting for a worker", "warn", "", None
    if lease.owner:
        stage = _STAGES.get(lease.stage, "being fetched")
        return f"{stage}, attempt {max(lease.attempt, 1)} of 3", "warn", lease.last_sentence, None
    words = f"attempt {lease.attempt} of 3 failed, will be tried again"
    return words, "warn", lease.last_sentence, lease.next_at if lease.next_at > timezone.now() else None


def _lease_of(capture: Capture) -> Lease | None:
    try:
        return capture.lease
    except Lease.DoesNotExist:
        return None
