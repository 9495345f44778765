"""The rows of a capture that is stored: written in the short fenced transaction that closes it."""

from datetime import datetime
from itertools import zip_longest

from django.db import connection, transaction
from django.utils import timezone

from sources.archive import warc
from sources.domain.folding import fold
from sources.domain.results import ExchangeResult, FetchResult
from sources.models import Artefact, ArtefactRole, Capture, CaptureState, Exchange, Source
from sources.services import derive, lease
from sources.services.history import record_event
from sources.services.lease import Taken
from sources.services.rendering import Kept, write_renditions
from sources.services.statements import insert, update

SOFTWARE = "Factcheck/1.0 (own WARC 1.1 writer)"


def write_stored(
    taken: Taken,
    capture: Capture,
    result: FetchResult,
    written: warc.Written,
    derived: derive.Derived,
    renditions: list[Kept],
) -> bool:
    """Close ``capture`` as stored; ``False`` if it is not ours any more, and nothing was written.

    ``capture`` and its source are as they were read when the attempt began: whoever else changes an open capture
    takes its lease, and that is what is looked at here, first.
    """
    now = timezone.now()
    with transaction.atomic(savepoint=False):
        if not lease.end(taken):
            return False
        changed = _changed(capture, result, written, derived, at=now, attempts=taken.attempt)
        for name, value in changed.items():
            setattr(capture, name, value)
        update(capture, *changed)
        write_exchanges(capture, result.exchanges, written.answers)
        insert(
            Artefact(
                capture=capture,
                role=ArtefactRole.WARC,
                sha256=written.sha256,
                bytes=written.bytes,
                media_type="application/warc",
                producer=SOFTWARE,
                created_at=now,
            )
        )
        write_renditions(capture, renditions, at=now)
        derive.write_derived(capture, derived, at=now, is_first=True)
        _name_source(capture.source, derived.title)
        record_event(by=None, action="capture_stored", subject=capture, after={"body_sha256": result.body_sha256})
    return True


def _changed(
    capture: Capture,
    result: FetchResult,
    written: warc.Written,
    derived: derive.Derived,
    *,
    at: datetime,
    attempts: int,
) -> dict[str, object]:
    return {
        "state": CaptureState.STORED,
        "attempts": attempts,
        "closed_at": at,
        "captured_at": result.captured_at or at,
        "http_status": result.status,
        "final_url": result.final_url,
        "media_type_declared": result.media_type_declared,
        "media_type": derived.media_type,
        "charset": derived.charset,
        "body_sha256": result.body_sha256,
        "body_bytes": len(result.payload),
        "body_offset": written.body.offset,
        "warc_sha256": written.sha256,
        "is_truncated": result.is_truncated,
        "robots": result.robots,
        "software": SOFTWARE,
        "provenance": result.provenance or capture.provenance,
    }


def write_exchanges(
    capture: Capture, exchanges: tuple[ExchangeResult, ...], places: tuple[warc.Place, ...] = ()
) -> None:
    """One row an exchange; ``places`` are those of their answers in the WARC, if there is one."""
    for position, (exchange, place) in enumerate(zip_longest(exchanges, places), start=1):
        insert(
            Exchange(
                capture=capture,
                position=position,
                kind=exchange.kind,
                url=exchange.url,
                addresses=" ".join(exchange.addresses),
                address=exchange.address,
                port=exchange.port,
                certificate_sha256=exchange.certificate_sha256,
                certificate_subject=exchange.certificate_subject,
                tls_version=exchange.tls_version,
                status=exchange.status,
                location=exchange.location,
                started_at=exchange.started_at,
                seconds=exchange.seconds,
                warc_offset=place.offset if place else None,
                warc_length=place.length if place else None,
            )
        )


def _name_source(source: Source, title: str) -> None:
    """A source that nobody has named yet takes the title its page claims; what an editor typed is never touched."""
    if source.title or not title:
        return
    text = "UPDATE sources_source SET title = %s, title_folded = %s WHERE id = %s AND title = ''"
    with connection.cursor() as cursor:
        cursor.execute(text, [title[:500], fold(title)[:500], source.pk])
