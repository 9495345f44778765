"""Asking for captures, and what a person may do with an open one."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from sources.bell import ring_for_captures
from sources.domain.errors import BadInput, WrongPerson, WrongState
from sources.domain.failures import FAILURES
from sources.fetchers import fetcher_for
from sources.models import AskedBy, Capture, CaptureMethod, CaptureState, Lease, LeaseQueue, Source, SourceKind
from sources.permissions import may
from sources.services import lease
from sources.services.history import record_event
from sources.services.rendering import can_render
from sources.services.statements import insert


def request(
    *,
    by: User,
    source: Source,
    method: str = "http",
    reason: str = AskedBy.PERSON.value,
    is_again: bool = False,
    near: datetime | None = None,
) -> Capture:
    """Ask for a capture of ``source`` by ``method`` and ring a worker after commit.

    One capture is open a source and method: asking again returns the open one and, for a person, wakes it where it
    waits. One that was stored a moment ago (``CAPTURE_FRESH_SECONDS``) is what the next person gets, too, but for who
    wants it ``is_again``. ``near`` is for ``memento``: the moment before which the copy is wanted. Raises
    ``BadInput`` (``not_on_the_web``, ``method_missing``).
    """
    _check(by, source, method)
    with transaction.atomic():
        standing = _open_capture(source, method)
        if standing is not None:
            return _wake(standing, by) if reason == AskedBy.PERSON else standing
        fresh = None if is_again or reason != AskedBy.PERSON else _fresh_capture(source, method)
        if fresh is not None:
            return fresh
        try:
            with transaction.atomic():
                capture = _make(by, source, method, reason, near)
        except IntegrityError:
            return Capture.objects.get(source=source, method=method, state=CaptureState.OPEN)
        ring_for_captures(queue=capture.lease.queue)
    return capture


def retry(*, by: User, capture: Capture) -> Capture:
    """Wake an open capture that waits, or ask again where it is closed. Nothing of the old one is lost."""
    if capture.state != CaptureState.OPEN:
        return request(by=by, source=capture.source, method=capture.method, is_again=True, near=capture.wanted_at)
    _check(by, capture.source, capture.method)
    with transaction.atomic():
        _hold_lease(Lease.objects.filter(capture=capture))
        current = Capture.objects.select_for_update(of=("self",)).get(pk=capture.pk)
        if current.state != CaptureState.OPEN:
            raise WrongState("capture_closed", "This capture was closed in the meantime.")
        return _wake(current, by)


def cancel(*, by: User, capture: Capture) -> Capture:
    """Close an open capture as failed, because a person says so. A worker that still fetches it drops its work."""
    with transaction.atomic():
        held = _hold_lease(Lease.objects.filter(capture_id=capture.pk))
        current = Capture.objects.select_for_update(of=("self",)).get(pk=capture.pk)
        if current.state != CaptureState.OPEN or held is None:
            raise WrongState("capture_closed", "This capture is closed already.")
        if not may(by, "sources.add_capture"):
            raise WrongPerson("not_in_group", "Only an editor may cancel a capture.")
        close_without_bytes(current, held, state=CaptureState.FAILED, code="cancelled", by=by)
    return current


def close_without_bytes(
    capture: Capture, held: Lease, *, state: CaptureState, code: str, sentence: str = "", by: User | None = None
) -> None:
    """Close an open capture as failed or refused; the caller holds both rows."""
    capture.state = state
    capture.failure_code = code
    capture.failure_sentence = sentence or FAILURES[code].sentence
    capture.attempts = held.attempt
    capture.closed_at = timezone.now()
    capture.save()
    held.delete()
    record_event(by=by, action=f"capture_{state.value}", subject=capture, after={"code": code})


def _check(by: User, source: Source, method: str) -> None:
    if not may(by, "sources.add_capture"):
        raise WrongPerson("not_in_group", "Only an editor may ask for a capture.")
    if source.kind != SourceKind.WEB:
        raise BadInput("not_on_the_web", "This source is not on the web. Upload a copy of it instead.")
    if method == CaptureMethod.BROWSER and not can_render():
        raise BadInput("method_missing", "There is no browser here that renders pages.", field="method")
    if method == CaptureMethod.MEMENTO and not settings.MEMENTO_ARCHIVES:
        raise BadInput("method_missing", "No web archive is configured here.", field="method")
    try:
        fetcher_for(CaptureMethod(method).value)
    except (ValueError, LookupError) as error:
        raise BadInput("method_missing", "This installation cannot capture in that way.", field="method") from error


def _hold_lease(leases: QuerySet[Lease]) -> Lease | None:
    """The lease, locked: whoever locks both rows locks it before its capture, as workers do, or two wait for ever."""
    return leases.select_for_update(of=("self",)).first()


def _open_capture(source: Source, method: str) -> Capture | None:
    _hold_lease(
        Lease.objects.filter(capture__source=source, capture__method=method, capture__state=CaptureState.OPEN)
    )
    return (
        Capture.objects.select_for_update(of=("self",))
        .filter(source=source, method=method, state=CaptureState.OPEN)
        .first()
    )


def _fresh_capture(source: Source, method: str) -> Capture | None:
    """What was stored so short a time ago that another copy would tell nothing new."""
    since = timezone.now() - timedelta(seconds=settings.CAPTURE_FRESH_SECONDS)
    stored = source.captures.filter(method=method, state=CaptureState.STORED, captured_at__gt=since)
    return stored.order_by("-captured_at", "-pk").first()


def _make(by: User, source: Source, method: str, reason: str, near: datetime | None) -> Capture:
    now = timezone.now()
    capture = insert(
        Capture(
            source=source,
            method=method,
            asked_by_kind=AskedBy(reason),
            requested_by=by,
            requested_at=now,
            url_requested=source.url,
            wanted_at=near if method == CaptureMethod.MEMENTO else None,
        )
    )
    host = urlsplit(source.url_key).netloc
    queue = LeaseQueue.RENDER if method == CaptureMethod.BROWSER else LeaseQueue.FETCH
    priority = 0 if reason == AskedBy.PERSON else 1
    lease.put_in_queue(capture=capture, host=host, priority=priority, at=now, queue=queue.value)
    record_event(by=by, action="capture_requested", subject=capture, after={"source": str(source.public_id)})
    return capture


def _wake(capture: Capture, by: User) -> Capture:
    """A person does not wait for the back-off: the next attempt may begin now, before any schedule's."""
    if lease.wake(capture.lease):
        record_event(by=by, action="capture_woken", subject=capture)
    ring_for_captures(queue=capture.lease.queue)
    return capture
