"""The reading view of a stored page: its article alone, made by a worker when somebody first wants to see it.

No passage points at it and no judgement hangs on it: it leaves words out. That it cannot be made blocks nothing.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from sources.archive import store
from sources.bell import ring_for_reading, ring_for_seals
from sources.domain.errors import WrongState
from sources.domain.extracted import Extracted
from sources.extractors.pool import extract_in_child
from sources.extractors.protocol import Extractor
from sources.extractors.registry import extractor_for
from sources.models import Artefact, ArtefactRole, Capture, CaptureState, Derivation
from sources.services.derive import TEXT_TYPE, version_key
from sources.services.originals import read_artefact, read_original
from sources.services.remove import refuse_if_removed

NO_PAGE = "A reading view is made of web pages only."
BEING_MADE = "The reading view is being made. Look again in a moment."
_PASSING = frozenset({"no_child"})


@dataclass(frozen=True)
class ReadingView:
    """The article and what the page claims of itself; where there is no ``text``, ``sentence`` says why.

    ``is_coming`` says that a worker was rung for it.
    """

    text: str = ""
    title: str = ""
    author: str = ""
    published: str = ""
    site_name: str = ""
    sentence: str = ""
    is_coming: bool = False


def reading_view(capture: Capture) -> ReadingView:
    """The reading view of ``capture``; where it was never made, a worker is rung for it.

    Raises ``WrongState`` (``capture_not_stored``, ``file_missing``, ``file_damaged``) and ``Gone``.
    """
    extractor = _check(capture)
    if extractor is None:
        return ReadingView(sentence=NO_PAGE)
    row = _derivation(capture, extractor)
    if row is not None and not row.is_ok:
        return ReadingView(sentence=row.sentence)
    artefact = _kept(capture, row.producer, row.version) if row is not None else None
    if row is None or artefact is None:
        ring_for_reading(capture.public_id)
        return ReadingView(sentence=BEING_MADE, is_coming=True)
    claimed: dict[str, str] = json.loads(row.metadata or "{}")
    return ReadingView(
        text=read_artefact(artefact).decode(),
        title=claimed.get("title", ""),
        author=claimed.get("author", ""),
        published=claimed.get("published", ""),
        site_name=claimed.get("site_name", ""),
    )


def make_reading(capture_id: str) -> Artefact | None:
    """Make the reading view of the capture with this ``public_id`` unless it was made; returns it, if there is one.

    Raises as :func:`reading_view`, and ``StorageFailed``.
    """
    capture = Capture.objects.select_related("source").get(public_id=capture_id)
    extractor = _check(capture)
    if extractor is None:
        return None
    row = _derivation(capture, extractor)
    kept = _kept(capture, row.producer, row.version) if row is not None else None
    if row is not None and (kept is not None or not row.is_ok):
        return kept
    extracted = extract_in_child(
        read_original(capture).body,
        media_type=capture.media_type,
        declared=capture.media_type_declared,
        is_reading=True,
    )
    return None if extracted.code in _PASSING else _write(capture, extracted)


def _check(capture: Capture) -> Extractor | None:
    refuse_if_removed(capture)
    if capture.state != CaptureState.STORED:
        raise WrongState("capture_not_stored", "Nothing of this capture is kept, so there is nothing to read.")
    return extractor_for(capture.media_type, is_reading=True)


def _derivation(capture: Capture, extractor: Extractor) -> Derivation | None:
    version = version_key(extractor.version, capture.media_type_declared)
    named = {"input_sha256": capture.body_sha256, "producer": extractor.producer, "version": version}
    return Derivation.objects.filter(**named).first()


def _kept(capture: Capture, producer: str, version: str) -> Artefact | None:
    named = {"role": ArtefactRole.READING, "producer": producer, "version": version}
    return Artefact.objects.select_related("capture").filter(capture=capture, **named).first()


def _write(capture: Capture, extracted: Extracted) -> Artefact | None:
    """Keep the text, then write the rows in one transaction. The same bytes in another capture share a derivation."""
    sha256 = store.keep_bytes(extracted.text.encode()) if extracted.is_ok else ""
    version = version_key(extracted.version, capture.media_type_declared)
    now = timezone.now()
    with transaction.atomic():
        current = Capture.objects.select_for_update(of=("self",)).get(pk=capture.pk)
        refuse_if_removed(current)
        derivation = Derivation(
            input_sha256=current.body_sha256,
            producer=extracted.producer,
            version=version,
            is_ok=extracted.is_ok,
            code=extracted.code,
            sentence=extracted.sentence,
            output_sha256=sha256,
            metadata=json.dumps(extracted.claimed(), ensure_ascii=False, sort_keys=True),
            seconds=extracted.seconds,
            created_at=now,
        )
        Derivation.objects.bulk_create([derivation], ignore_conflicts=True)
        return _keep(current, extracted, sha256, version, at=now) if sha256 else None


def _keep(capture: Capture, extracted: Extracted, sha256: str, version: str, *, at: datetime) -> Artefact:
    named = {"capture": capture, "role": ArtefactRole.READING, "sha256": sha256}
    standing = Artefact.objects.filter(**named).first()
    if standing is not None:
        return standing
    ring_for_seals()
    size = len(extracted.text.encode())
    about = {"media_type": TEXT_TYPE, "producer": extracted.producer, "version": version}
    return Artefact.objects.create(**named, **about, bytes=size, created_at=at)
