"""The manifest of a closed capture: everything that is known of it, as canonical JSON (RFC 8785).

It is made of rows that are never changed, so that the same capture gives the same text. It holds no floats: times are
in ISO 8601 and UTC, durations in whole milliseconds.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import rfc8785

from sources.models import Artefact, ArtefactRole, Capture, Exchange

SCHEMA = 1
MEDIA_TYPE = "application/json"
ABOUT_THE_LOG = (ArtefactRole.MANIFEST, ArtefactRole.TIMESTAMP)
"""Files that tell of a capture and are no part of it: no manifest lists them."""


def manifest_of(capture: Capture) -> bytes:
    """The manifest as bytes. The capture is closed."""
    judged = capture.usabilities.first()
    fields: dict[str, Any] = {
        "schema": SCHEMA,
        "capture": str(capture.public_id),
        "source": str(capture.source.public_id),
        "method": capture.method,
        "custody": capture.custody,
        "provenance": capture.provenance,
        "state": capture.state,
        "failure": {"code": capture.failure_code, "sentence": capture.failure_sentence},
        "asked": {"by": capture.asked_by_kind, "at": _time(capture.requested_at), "url": capture.url_requested},
        "captured_at": _time(capture.captured_at),
        "closed_at": _time(capture.closed_at),
        "attempts": capture.attempts,
        "answer": _answer(capture),
        "exchanges": [_exchange(exchange) for exchange in capture.exchanges.order_by("position")],
        "artefacts": [_artefact(artefact) for artefact in artefacts_of(capture)],
        "usability": {
            "verdict": judged.verdict if judged else "",
            "reason": judged.reason if judged else "",
            "producer": judged.producer if judged else "",
            "version": judged.version if judged else "",
        },
    }
    return rfc8785.dumps(fields)


def artefacts_of(capture: Capture) -> Iterable[Artefact]:
    """The files that a manifest of ``capture`` lists, in a fixed order."""
    return capture.artefacts.exclude(role__in=ABOUT_THE_LOG).order_by("role", "sha256")


def _answer(capture: Capture) -> dict[str, Any]:
    return {
        "status": capture.http_status,
        "final_url": capture.final_url,
        "media_type": capture.media_type,
        "media_type_declared": capture.media_type_declared,
        "charset": capture.charset,
        "body_sha256": capture.body_sha256,
        "body_bytes": capture.body_bytes,
        "body_offset": capture.body_offset,
        "warc_sha256": capture.warc_sha256,
        "is_truncated": capture.is_truncated,
        "robots": capture.robots,
        "software": capture.software,
    }


def _exchange(exchange: Exchange) -> dict[str, Any]:
    return {
        "position": exchange.position,
        "kind": exchange.kind,
        "method": exchange.method,
        "url": exchange.url,
        "addresses": exchange.addresses.split(),
        "address": exchange.address,
        "port": exchange.port,
        "certificate_sha256": exchange.certificate_sha256,
        "certificate_subject": exchange.certificate_subject,
        "tls_version": exchange.tls_version,
        "status": exchange.status,
        "location": exchange.location,
        "started_at": _time(exchange.started_at),
        "milliseconds": round(exchange.seconds * 1000),
        "warc_offset": exchange.warc_offset,
        "warc_length": exchange.warc_length,
    }


def _artefact(artefact: Artefact) -> dict[str, Any]:
    return {
        "role": artefact.role,
        "sha256": artefact.sha256,
        "bytes": artefact.bytes,
        "media_type": artefact.media_type,
        "producer": artefact.producer,
        "version": artefact.version,
        "created_at": _time(artefact.created_at),
    }


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
