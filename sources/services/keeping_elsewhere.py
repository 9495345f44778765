"""Asking web archives to keep a copy, too, so that ours does not stand alone. Off unless ``ARCHIVE_TOO`` names some.

It tells others what the desk looks at, before anything is published: hence never for a protected source, a private
host or a demonstration. Each request is a row; what may pass is asked again, later and later, and then given up.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from sources.archive import store
from sources.domain.address_policy import AddressRefused, check_url
from sources.domain.failures import FAILURES
from sources.domain.link_format import read_links
from sources.fetchers import FetchSettings
from sources.fetchers.asking import Reply, ask
from sources.fetchers.problems import FetchProblem
from sources.models import Capture, CaptureMethod, CaptureState, KeepRequest, KeepState, Source
from sources.services.citing_urls import policy
from sources.services.history import record_event

RECENT = timedelta(days=1)
MOST_ATTEMPTS = 6
FIRST_WAIT = timedelta(minutes=5)
BEING_ASKED = timedelta(minutes=5)
DEADLINE_SECONDS = 120.0
MOST_BYTES = 4 * 2**20


def ask_to_keep(*, limit: int = 10) -> int:
    """Make the requests that are wanted, and send up to ``limit`` that are due; returns how many were taken on."""
    _make_requests()
    now = timezone.now()
    waiting = KeepRequest.objects.filter(state=KeepState.WAITING, next_at__lte=now).order_by("next_at", "pk")
    taken_on = 0
    for pk in list(waiting.values_list("pk", flat=True)[:limit]):
        taken = waiting.filter(pk=pk).update(next_at=now + BEING_ASKED, attempts=F("attempts") + 1)
        if taken:
            taken_on += _send(KeepRequest.objects.select_related("capture__source").get(pk=pk))
    return taken_on


def _make_requests() -> None:
    now = timezone.now()
    for service in settings.ARCHIVE_TOO:
        fresh = Capture.objects.filter(
            state=CaptureState.STORED, method=CaptureMethod.HTTP, http_status=200, closed_at__gte=now - RECENT
        ).exclude(keep_requests__service=service)
        wanted = fresh.filter(source__is_protected=False, source__is_demonstration=False).select_related("source")
        for capture in wanted.order_by("pk")[:200]:
            if _is_public(capture.source):
                KeepRequest.objects.get_or_create(
                    capture=capture, service=service, defaults={"next_at": now, "asked_at": now}
                )


def _is_public(source: Source) -> bool:
    try:
        target = check_url(source.url, policy())
    except AddressRefused:
        return False
    return not policy().allows_private(target.host, target.port)


def _send(row: KeepRequest) -> bool:
    source = Source.objects.get(pk=row.capture.source_id)
    if source.is_protected:
        return _close(row, KeepState.FAILED, "The source was protected meanwhile, so nobody is told of it.")
    limits = FetchSettings(
        policy(), settings.CAPTURE_USER_AGENT, DEADLINE_SECONDS, MOST_BYTES, folder=store.scratch_folder()
    )
    try:
        reply = ask(f"{row.service}{row.capture.url_requested}", limits)
    except AddressRefused as refusal:
        return _close(row, KeepState.FAILED, refusal.sentence)
    except FetchProblem as problem:
        return _later(row, FAILURES[problem.code].sentence, may_pass=FAILURES[problem.code].may_pass)
    if reply.status >= 400:
        return _later(
            row, f"The service answered HTTP {reply.status}.", may_pass=reply.status == 429 or reply.status >= 500
        )
    return _close(row, KeepState.DONE, "", kept_url=_where(reply))


def _where(reply: Reply) -> str:
    links = read_links(reply.headers.get("link", ""))
    memento = next((link.url for link in links if "memento" in link.relations), "")
    return (memento or reply.headers.get("content-location", "") or reply.headers.get("location", ""))[:4096]


def _later(row: KeepRequest, sentence: str, *, may_pass: bool) -> bool:
    if not may_pass or row.attempts >= MOST_ATTEMPTS:
        return _close(row, KeepState.FAILED, sentence)
    wait = FIRST_WAIT * 2 ** (row.attempts - 1)
    KeepRequest.objects.filter(pk=row.pk, state=KeepState.WAITING).update(
        next_at=timezone.now() + wait, last_sentence=sentence
    )
    return False


def _close(row: KeepRequest, state: KeepState, sentence: str, *, kept_url: str = "") -> bool:
    with transaction.atomic():
        closed = KeepRequest.objects.filter(pk=row.pk, state=KeepState.WAITING).update(
            state=state, closed_at=timezone.now(), last_sentence=sentence, kept_url=kept_url
        )
        if closed:
            after = {"service": row.service, "state": state.value}
            record_event(by=None, action="archive_asked_to_keep", subject=row.capture, after=after)
    return bool(closed) and state == KeepState.DONE
