"""Asking authorities for the time on entries of the log (RFC 3161).

Each request is a row; a worker takes what is due, one by one, asks outside any transaction, and closes the row. What
may pass is asked again, later and later, and given up after a day or so. The reply is kept as it came.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from sources.archive import store, timestamps
from sources.domain.address_policy import AddressRefused
from sources.domain.failures import FAILURES
from sources.fetchers import FetchSettings
from sources.fetchers.asking import ask
from sources.fetchers.problems import FetchProblem
from sources.fetchers.proxies import Proxy
from sources.models import Artefact, ArtefactRole, Timestamp, TimestampState
from sources.services.citing_urls import policy
from sources.services.history import record_event

MOST_ATTEMPTS = 10
FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=6)
BEING_ASKED = timedelta(minutes=2)
"""So long nobody else takes a request that is being asked."""

DEADLINE_SECONDS = 30.0
MOST_BYTES = 256 * 1024
PRODUCER = "RFC 3161"


class _Answered(Exception):
    """An answer that is no timestamp: a code, a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


def due(now: datetime) -> QuerySet[Timestamp]:
    """Requests whose time has come, the oldest first."""
    return Timestamp.objects.filter(state=TimestampState.WAITING, next_at__lte=now).order_by("next_at", "pk")


def stamp_due(*, limit: int = 20) -> int:
    """Ask for up to ``limit`` timestamps; returns how many were given."""
    given = 0
    for pk in list(due(timezone.now()).values_list("pk", flat=True)[:limit]):
        taken = _take(pk)
        if taken is not None:
            given += stamp(taken)
    return given


def stamp(row: Timestamp) -> bool:
    """Ask the authority of a request that is ours; ``True`` if it gave a timestamp that holds."""
    try:
        reply, answer = _ask(row)
    except AddressRefused as refusal:
        _later(row, refusal.code, refusal.sentence, may_pass=False)
    except FetchProblem as problem:
        failure = FAILURES[problem.code]
        _later(row, failure.code, failure.sentence, may_pass=failure.may_pass)
    except _Answered as refused:
        _later(row, refused.code, refused.sentence, may_pass=True)
    except timestamps.TimestampRefused as refused:
        _later(row, "timestamp_refused", str(refused), may_pass=True)
    else:
        return _keep(row, reply, answer)
    return False


def _take(pk: int) -> Timestamp | None:
    """Of two workers on one row exactly one changes it."""
    now = timezone.now()
    taken = due(now).filter(pk=pk).update(next_at=now + BEING_ASKED, attempts=F("attempts") + 1)
    return Timestamp.objects.select_related("entry__capture").get(pk=pk) if taken else None


def _ask(row: Timestamp) -> tuple[bytes, timestamps.Stamp]:
    query = timestamps.query_for(row.entry.text)
    limits = FetchSettings(
        policy(), settings.CAPTURE_USER_AGENT, DEADLINE_SECONDS, MOST_BYTES, proxy=Proxy.of(settings.CAPTURE_PROXY)
    )
    headers = {"Content-Type": timestamps.QUERY_TYPE, "Accept": timestamps.REPLY_TYPE}
    answer = ask(row.authority, limits, method="POST", headers=headers, body=query.raw)
    if answer.status != 200:
        raise _Answered("timestamp_status", f"The authority answered HTTP {answer.status}.")
    return answer.body, timestamps.read_reply(answer.body, query, roots=settings.TIMESTAMP_ROOTS)


def _keep(row: Timestamp, reply: bytes, answer: timestamps.Stamp) -> bool:
    sha256 = store.keep_bytes(reply)
    now = timezone.now()
    with transaction.atomic():
        current = Timestamp.objects.select_for_update(of=("self",)).select_related("entry__capture").get(pk=row.pk)
        capture = current.entry.capture
        if current.state != TimestampState.WAITING or capture is None:
            return False
        current.token, _ = Artefact.objects.get_or_create(
            capture=capture,
            role=ArtefactRole.TIMESTAMP,
            sha256=sha256,
            defaults={
                "bytes": len(reply),
                "media_type": timestamps.REPLY_TYPE,
                "producer": PRODUCER,
                "created_at": now,
            },
        )
        current.state, current.stamped_at, current.checked = TimestampState.DONE, answer.at, answer.checked
        current.closed_at = now
        current.last_code = current.last_sentence = ""
        current.save()
        after = {"authority": current.authority, "at": answer.at.isoformat()}
        record_event(by=None, action="capture_timestamped", subject=capture, after=after)
    return True


def _later(row: Timestamp, code: str, sentence: str, *, may_pass: bool) -> None:
    now = timezone.now()
    waiting = Timestamp.objects.filter(pk=row.pk, state=TimestampState.WAITING)
    if may_pass and row.attempts < MOST_ATTEMPTS:
        wait = min(FIRST_WAIT * 2 ** (row.attempts - 1), LONGEST_WAIT)
        waiting.update(next_at=now + wait, last_code=code, last_sentence=sentence)
        return
    with transaction.atomic():
        failed = waiting.update(state=TimestampState.FAILED, closed_at=now, last_code=code, last_sentence=sentence)
        if failed and row.entry.capture is not None:
            after = {"authority": row.authority, "code": code}
            record_event(by=None, action="timestamp_failed", subject=row.entry.capture, after=after)
