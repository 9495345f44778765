"""Putting a hand-made record on the site: the rows that a real publication leaves, written straight."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils.dateparse import parse_datetime

from claims.domain import record_v1 as v1
from claims.domain.records import Sealed
from claims.models import Claim, Dossier, PublicClaim, RecordPart, Revision, Round, Slug, Speaker, Topic
from claims.services.indexing import index_claim
from sources.domain.folding import fold
from sources.models import Artefact, ArtefactRole, Capture, Source

TEXT_ROLE = ArtefactRole.TEXT
TEXT_VERSION = ""
"""What the copies that records list have as their text."""


@dataclass
class Published:
    """What was made."""

    claim: Claim
    record: v1.RevisionRecord
    row: PublicClaim

    @property
    def path(self) -> str:
        return f"/claims/{self.record.claim.slug}/"


def _time(text: str) -> datetime:
    at = parse_datetime(text)
    assert at is not None
    return at


def publish(editor: User, approver: User, record: v1.RevisionRecord, *, state: str = "up") -> Published:
    """Publish ``record`` as the next revision of its claim."""
    claim = Claim.objects.filter(public_id=record.claim.id).first() or _claim(editor, record)
    _speakers(record)
    _sources(editor, record)
    for topic in record.claim.topics:
        Topic.objects.get_or_create(slug=topic.slug, defaults={"name": topic.name, "name_folded": fold(topic.name)})
    previous = claim.revisions.order_by("-number").first()
    at = _time(record.revision.published_at)
    sealed = v1.seal_record(record, previous_sha256=previous.record_sha256 if previous else None)
    revision = Revision.objects.create(
        claim=claim,
        number=record.revision.number,
        kind=record.revision.kind,
        round=_round(claim, editor, at),
        schema=1,
        record=sealed.text,
        record_sha256=sealed.sha256,
        previous_sha256=previous.record_sha256 if previous else "",
        written_by=editor,
        approved_by=approver,
        published_at=at,
    )
    _parts(sealed)
    claim.publication_state = state
    claim.save(update_fields=["publication_state"])
    return Published(claim, record, index_claim(claim, revision))


def _claim(editor: User, record: v1.RevisionRecord) -> Claim:
    claim = Claim.objects.create(
        public_id=record.claim.id,
        statement=record.claim.statement,
        language=record.claim.language,
        is_demonstration=record.claim.demonstration,
        created_by=editor,
    )
    Slug.objects.create(claim=claim, slug=record.claim.slug)
    return claim


def _round(claim: Claim, editor: User, at: datetime) -> Round:
    number = claim.rounds.count() + 1
    dossier = Dossier.objects.create(
        claim=claim, claim_version=1, schema=1, text=f"{{{number}}}", sha256=f"{number:064x}", created_at=at
    )
    return Round.objects.create(
        claim=claim,
        number=number,
        claim_version=1,
        rubric_version="1",
        quorum=2,
        dossier=dossier,
        state="decided",
        outcome="reviewers_differ",
        opened_by=editor,
        opened_at=at,
        closed_at=at,
    )


def _parts(sealed: Sealed) -> None:
    RecordPart.objects.bulk_create(
        RecordPart(record_sha256=sealed.sha256, key=part.key, salt=part.salt, text=part.text) for part in sealed.parts
    )


def _speakers(record: v1.RevisionRecord) -> None:
    for link in record.chain:
        if link.who.kind == "speaker":
            name = link.who.name
            Speaker.objects.get_or_create(
                public_id=link.who.id,
                defaults={
                    "kind": link.who.speaker_kind,
                    "name": name,
                    "name_folded": fold(name),
                    "disambiguation": link.who.id,
                },
            )


def _sources(editor: User, record: v1.RevisionRecord) -> None:
    for use in (*record.citations, *record.appearances):
        if use.source.protected:
            continue
        source, _ = Source.objects.get_or_create(
            public_id=use.source.id,
            defaults={
                "kind": use.source.kind,
                "url": use.source.url,
                "url_key_sha256": hashlib.sha256(use.source.id.encode()).hexdigest() if use.source.url else "",
                "title": use.source.title,
                "rights": use.source.rights,
                "created_by": editor,
            },
        )
        if use.capture and not Capture.objects.filter(public_id=use.capture.id).exists():
            a_stored_capture(editor, source, public_id=use.capture.id, text_sha256=use.capture.text_sha256)


def a_stored_capture(editor: User, source: Source, *, text_sha256: str, **more: Any) -> Capture:
    at = _time("2026-02-20T09:30:00Z")
    values = {
        "state": "stored",
        "requested_by": editor,
        "requested_at": at,
        "closed_at": at,
        "captured_at": at,
        "attempts": 1,
        "http_status": 200,
        "url_requested": source.url,
        "final_url": source.url,
        "media_type": "text/html",
        "body_sha256": "ab" * 32,
        "body_bytes": 1234,
        "warc_sha256": "cd" * 32,
    }
    capture = Capture.objects.create(source=source, **{**values, **more})
    if text_sha256:
        Artefact.objects.create(
            capture=capture,
            role=TEXT_ROLE,
            version=TEXT_VERSION,
            sha256=text_sha256,
            bytes=10,
            media_type="text/plain",
            created_at=at,
        )
    return capture
