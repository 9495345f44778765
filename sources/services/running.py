"""One attempt at a capture: fetch outside any transaction, store the file, close in one short fenced transaction."""

import contextlib
import functools
import logging
import os
import secrets
import socket
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, InterfaceError, transaction

from sources.archive import store, warc
from sources.bell import ring_for_captures
from sources.domain.failures import FAILURES
from sources.domain.results import Ending, FetchResult
from sources.extractors.pool import Abandoned
from sources.fetchers import Fetcher, FetchSettings, Interrupted, Proxy, SpoolFailed, fetcher_for
from sources.models import AskedBy, Capture, CaptureState
from sources.services import derive, lease, reanchor, stopping, turns
from sources.services.capture import close_without_bytes
from sources.services.citing_urls import policy
from sources.services.closing import write_together
from sources.services.heart import Beat, heart
from sources.services.lease import MOST_ATTEMPTS, Taken
from sources.services.rendering import browser_settings, keep_renditions
from sources.services.robots import robots_for
from sources.services.steadily import steadily
from sources.services.storing import SOFTWARE, write_exchanges, write_stored

logger = logging.getLogger(__name__)

TOO_MANY = 429
PATIENT_STATUSES = frozenset({TOO_MANY, 503})
"""Answers that ask to come back later: tried again, and stored if they stay."""


def owner_name() -> str:
    """Who takes leases here: host, process, and a word of chance, since a process id comes again."""
    return f"{socket.gethostname()[:100]}:{os.getpid()}:{_word(os.getpid())}"


@functools.cache
def _word(_process: int) -> str:
    return secrets.token_hex(4)


def give_back(taken: Taken) -> None:
    """End an attempt in the middle, for somebody else to make it again."""
    end = lease.ran_out_now if stopping.was_left_alone() else lease.hand_back
    steadily(lambda: end(taken))


def run_due(*, owner: str = "") -> int:
    """Take one capture that is due and attempt it here; returns how many were taken.

    For programs that do without a worker; a worker's own way, with threads, is :mod:`sources.services.working`.
    """
    if stopping.is_stopping():
        return 0
    taken = lease.claim_due(owner=owner or owner_name(), limit=1)
    for mine in taken:
        run(mine)
    return len(taken)


def run(taken: Taken, *, fetcher: Fetcher | None = None) -> bool:
    """Attempt one capture that is ours. ``False`` if it was taken from us meanwhile, and the work was dropped."""
    capture = steadily(lambda: Capture.objects.select_related("source").get(pk=taken.capture_pk))
    try:
        with heart.keeps(taken, stage="fetching") as beat:
            chosen = fetcher or fetcher_for(capture.method)
            handed = fetch_settings(beat, asked_by=capture.asked_by_kind, near=capture.wanted_at)
            result = chosen.fetch(capture.url_requested, handed)
            with contextlib.closing(result):
                return _settle(taken, capture, result, beat)
    except (Interrupted, Abandoned):
        give_back(taken)
        return False
    except (store.StorageFailed, SpoolFailed):
        logger.exception("The archive could not write a file.")
        return _failed(taken, "storage_failed")
    except (DatabaseError, InterfaceError):
        raise
    except Exception:
        logger.exception("A capture failed inside the archive.")
        return _failed(taken, "internal_error")
    finally:
        _leave_host(capture)


def fetch_settings(
    beat: Beat | None = None, *, asked_by: str = AskedBy.PERSON.value, near: datetime | None = None
) -> FetchSettings:
    """What a fetcher is handed, from the settings, for a capture that a person or a schedule wants.

    ``beat`` tells it to stop where the capture is ours no more.
    """
    return FetchSettings(
        policy=policy(),
        user_agent=settings.CAPTURE_USER_AGENT,
        deadline_seconds=settings.CAPTURE_DEADLINE_SECONDS,
        max_bytes=settings.CAPTURE_MAX_BYTES,
        is_stopping=lambda: _is_unwanted(beat),
        folder=store.scratch_folder(),
        browser=browser_settings(),
        archives=settings.MEMENTO_ARCHIVES,
        near=near,
        robots=robots_for(asked_by),
        proxy=Proxy.of(settings.CAPTURE_PROXY),
    )


def _is_unwanted(beat: Beat | None) -> bool:
    return stopping.is_stopping() or (beat is not None and beat.is_lost())


def _leave_host(capture: Capture, seconds: float = 0.0) -> None:
    """Whatever else waits for the same public host waits a moment; hosts that the desk named need no such care."""
    place = urlsplit(capture.source.url_key)
    ports = (place.port,) if place.port else (80, 443)
    if any(policy().allows_private(place.hostname or "", port) for port in ports):
        return
    with contextlib.suppress(DatabaseError, InterfaceError):
        turns.rest_host(place.netloc, max(seconds, settings.CAPTURE_HOST_GAP_MS / 1000))


def _settle(taken: Taken, capture: Capture, result: FetchResult, beat: Beat) -> bool:
    """What becomes of an attempt. What broke off is tried again, and kept as it is where that was the last time."""
    if result.ending is Ending.REFUSED:
        return _close(taken, CaptureState.REFUSED, result.code, result.sentence, result)
    if result.ending is Ending.FAILED:
        return _failed(taken, result.code, result)
    if result.code and taken.attempt < MOST_ATTEMPTS:
        return _failed(taken, result.code)
    wait = _wait_for(taken, result)
    return _keep(taken, capture, result, beat) if wait is None else _come_back(taken, capture, result, wait)


def _failed(taken: Taken, code: str, result: FetchResult | None = None) -> bool:
    """Try again later what may pass, with the wait doubled each time; close the rest."""
    failure = FAILURES[code]
    if failure.may_pass and taken.attempt < MOST_ATTEMPTS:
        wait = settings.CAPTURE_RETRY_SECONDS * 2 ** (taken.attempt - 1)
        return _postpone(taken, code, failure.sentence, wait)
    return _close(taken, CaptureState.FAILED, code, failure.sentence, result)


def _wait_for(taken: Taken, result: FetchResult) -> float | None:
    """Seconds until a server that asked for patience is asked again; None where its answer is kept as it is.

    Never sooner than it said: what would take longer than the cap is not waited for.
    """
    if result.status not in PATIENT_STATUSES or taken.attempt >= MOST_ATTEMPTS:
        return None
    default = settings.CAPTURE_RETRY_SECONDS * 2 ** (taken.attempt - 1)
    seconds = default if result.retry_after is None else max(result.retry_after, 1.0)
    return seconds if seconds <= max(settings.CAPTURE_RETRY_AFTER_SECONDS, default) else None


def _come_back(taken: Taken, capture: Capture, result: FetchResult, seconds: float) -> bool:
    if result.status == TOO_MANY:
        _leave_host(capture, seconds)
    sentence = f"The server answered {result.status} and asked to come back later."
    return _postpone(taken, f"status_{result.status}", sentence, seconds)


def _postpone(taken: Taken, code: str, sentence: str, seconds: float) -> bool:
    is_mine = steadily(lambda: lease.postpone(taken, code=code, sentence=sentence, seconds=seconds))
    if is_mine:
        ring_for_captures(after=seconds, queue=taken.queue)
    return is_mine


def _close(taken: Taken, state: CaptureState, code: str, sentence: str, result: FetchResult | None = None) -> bool:
    """Close without bytes. The exchanges stay: they show the way to where it failed or was refused."""

    def close() -> bool:
        with transaction.atomic():
            held = lease.lock_mine(taken)
            if held is None:
                return False
            capture = Capture.objects.get(pk=taken.capture_pk)
            if result is not None:
                capture.robots = result.robots
                write_exchanges(capture, result.exchanges)
            close_without_bytes(capture, held, state=state, code=code, sentence=sentence)
        return True

    return write_together(close)


def _keep(taken: Taken, capture: Capture, result: FetchResult, beat: Beat) -> bool:
    """Write the WARC, derive the text, then close. No row ever points at a file that is not there."""
    beat.goes_on_to("storing")
    about = {
        "capture": str(capture.public_id),
        "source": str(capture.source.public_id),
        "custody": capture.custody,
        "attempt": taken.attempt,
        "url": capture.url_requested,
        **(result.rendered.about if result.rendered else {}),
    }
    with store.scratch() as file:
        written = warc.write_capture(file, result.exchanges, software=SOFTWARE, about=about, rendered=result.rendered)
        store.keep_file(file, written.sha256)
    renditions = keep_renditions(result.rendered)
    beat.goes_on_to("reading")
    body_sha256 = result.body_sha256
    derived = derive.derive_body(
        result.body.handed(),
        body_sha256=body_sha256,
        declared=result.media_type_declared,
        status=result.status,
        url=capture.url_requested,
        final_url=result.final_url,
        damage=result.damage,
        is_truncated=result.is_truncated,
        is_stopping=lambda: _is_unwanted(beat),
    )
    if not write_together(lambda: write_stored(taken, capture, result, written, derived, renditions)):
        return False
    reanchor.reanchor_later_copy(capture_pk=taken.capture_pk, source_pk=capture.source_id)
    return True
