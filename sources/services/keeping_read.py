"""Keeping what was read by OCR: a text of its own kind beside the copy, its derivation, and a judgement."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from sources.archive import store
from sources.bell import ring_for_seals
from sources.domain.ocr import PRODUCER, USABLE_REASON, PageRead, Whole, version_of, whole
from sources.domain.usability import PRODUCER as RULES
from sources.domain.usability import VERSION as RULES_VERSION
from sources.domain.usability import Answer, Verdict, judge
from sources.models import (
    Artefact,
    ArtefactRole,
    Capture,
    Derivation,
    OcrRequest,
    OcrState,
    Usability,
    UsabilityVerdict,
)
from sources.services import reanchor
from sources.services.derive import TEXT_TYPE
from sources.services.history import record_event
from sources.services.remove import refuse_if_removed

_JUDGED_ANEW = (UsabilityVerdict.EMPTY, UsabilityVerdict.USABLE)


def keep_read(
    row: OcrRequest, pages: Sequence[PageRead], *, engine_version: str, languages: Sequence[str]
) -> Artefact | None:
    """Close ``row`` with what its ``pages`` came to; returns the text, or ``None`` where there are no words.

    ``row`` as it was taken: whoever was too late writes nothing. Raises ``Gone`` and ``StorageFailed``.
    """
    read, version = whole(pages), version_of(engine_version, languages)
    sha256 = store.keep_bytes(read.text.encode()) if read.text else ""
    code, sentence = ("", "") if read.text else _why_nothing(pages)
    now = timezone.now()
    with transaction.atomic():
        capture = Capture.objects.select_for_update(of=("self",)).get(pk=row.capture_id)
        held = _still_held(row)
        if held is None:
            return None
        refuse_if_removed(capture)
        derivation = Derivation(
            input_sha256=capture.body_sha256,
            producer=PRODUCER,
            version=version,
            is_ok=bool(sha256),
            code=code,
            sentence=sentence,
            output_sha256=sha256,
            metadata=json.dumps(_about(row, read, engine_version, languages), sort_keys=True),
            seconds=row.seconds,
            created_at=now,
        )
        Derivation.objects.bulk_create([derivation], ignore_conflicts=True)
        artefact = _write_text(capture, read, sha256, version, at=now) if sha256 else None
        held.pages, held.pages_done, held.seconds = row.pages, row.pages_done, row.seconds
        _write_closed(held, OcrState.DONE if artefact else OcrState.FAILED, sentence, at=now)
        after = {"text_sha256": sha256, "version": version, "code": code}
        record_event(by=None, action="capture_read_by_ocr", subject=capture, after=after)
    if artefact is not None:
        reanchor.reanchor(capture=capture)
    return artefact


def close(row: OcrRequest, sentence: str) -> None:
    """Give ``row`` up, because of ``sentence``, if it is still who took it that says so."""
    with transaction.atomic():
        held = _still_held(row)
        if held is None:
            return
        _write_closed(held, OcrState.FAILED, sentence, at=timezone.now())
        record_event(by=None, action="ocr_given_up", subject=row.capture, reason=sentence)


def _still_held(row: OcrRequest) -> OcrRequest | None:
    waiting = OcrRequest.objects.filter(pk=row.pk, fence=row.fence, state=OcrState.WAITING)
    return waiting.select_for_update(of=("self",)).first()


def _write_closed(held: OcrRequest, state: OcrState, sentence: str, *, at: datetime) -> None:
    held.state, held.last_sentence, held.closed_at, held.read = state, sentence, at, ""
    held.save()


def _why_nothing(pages: Sequence[PageRead]) -> tuple[str, str]:
    if not pages:
        return "damaged", "The document is damaged: its pages could not be drawn."
    if all(page.code for page in pages):
        return pages[0].code, f"No page of it could be read. {pages[0].sentence}"
    return "no_words", "No words were found in its pictures."


def _about(row: OcrRequest, read: Whole, engine_version: str, languages: Sequence[str]) -> dict[str, object]:
    return {
        "engine": engine_version,
        "languages": list(languages),
        "pages": list(read.pages),
        "total": row.pages or len(read.pages),
        "unread": list(read.unread),
        "confidence": read.confidence,
        "words": read.words,
    }


def _write_text(capture: Capture, read: Whole, sha256: str, version: str, *, at: datetime) -> Artefact:
    artefact, _ = Artefact.objects.get_or_create(
        capture=capture,
        role=ArtefactRole.OCR,
        sha256=sha256,
        defaults={
            "bytes": len(read.text.encode()),
            "media_type": TEXT_TYPE,
            "producer": PRODUCER,
            "version": version,
            "created_at": at,
        },
    )
    _judge(capture, read, version, at=at)
    ring_for_seals()
    return artefact


def _judge(capture: Capture, read: Whole, version: str, *, at: datetime) -> None:
    """Judge anew, unless a person judged, or the rules found more amiss than that there was no text."""
    newest = capture.usabilities.order_by("-created_at", "-pk").first()
    if newest is not None and (newest.judged_by_id is not None or newest.verdict not in _JUDGED_ANEW):
        return
    judged = judge(
        Answer(
            status=capture.http_status,
            media_type=capture.media_type,
            body_bytes=capture.body_bytes,
            text=read.text,
            damage="The body was cut off at the size that is kept at most." if capture.is_truncated else "",
            url=capture.url_requested,
            final_url=capture.final_url,
        )
    )
    is_usable = judged.verdict is Verdict.USABLE
    Usability.objects.create(
        capture=capture,
        verdict=judged.verdict.value,
        reason=f"{USABLE_REASON} (Tesseract {version})." if is_usable else judged.reason,
        producer=RULES,
        version=RULES_VERSION,
        created_at=at,
    )
