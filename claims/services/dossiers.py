"""Freezing what a round is about: from live rows to the exact canonical text that is hashed and kept."""

from datetime import UTC, datetime

from django.conf import settings

from claims.domain import dossier_v1
from claims.domain.record_parts import (
    RecordCapture,
    RecordDate,
    RecordPart,
    RecordPassage,
    RecordQuote,
    RecordReply,
    RecordRole,
    RecordWho,
    record_date,
)
from claims.domain.scales import current
from claims.models import Appearance, Bearing, Citation, Claim, Dossier, Link, Reply
from claims.services.copies import Copy, copy_holding
from claims.services.record_store import keep_parts
from sources.domain.folding import fold
from sources.models import Source


def freeze(*, claim: Claim, frozen_at: datetime) -> Dossier:
    """Write the dossier of ``claim`` as it stands, with its removable parts. The caller holds the claim's lock."""
    sealed = dossier_v1.seal_dossier(build(claim=claim, frozen_at=frozen_at), own_origins=(settings.SITE_URL,))
    keep_parts(sealed)
    return Dossier.objects.create(
        claim=claim,
        claim_version=claim.version,
        schema=dossier_v1.SCHEMA,
        text=sealed.text,
        sha256=sealed.sha256,
        created_at=frozen_at,
    )


def build(*, claim: Claim, frozen_at: datetime) -> dossier_v1.Dossier:
    """The dossier of ``claim`` as plain values."""
    citations = list(citations_of(claim))
    return dossier_v1.Dossier(
        kind=dossier_v1.KIND,
        claim=_claim(claim),
        chain=tuple(
            _link(link) for link in claim.links.select_related("speaker", "role", "source").order_by("position")
        ),
        appearances=tuple(_appearance(row) for row in claim.appearances.select_related("source__publisher")),
        citations=tuple(_citation(row) for row in citations),
        independent_origins=len(origins_of(citations)),
        single_origin_reason=claim.single_origin_reason,
        reply=_reply(claim.replies.order_by("-recorded_at", "-pk").first()),
        rubric=current().version,
        quorum=claim.quorum,
        frozen_at=_moment(frozen_at),
    )


def citations_of(claim: Claim) -> list[Citation]:
    """The citations of ``claim`` in order, with what a dossier needs of each."""
    return list(
        claim.citations.select_related("source__publisher", "part")
        .prefetch_related("cited_passages__passage")
        .order_by("position")
    )


def origins_of(citations: list[Citation]) -> set[str]:
    """The independent origins among citations on whether it is so: the origin named, else the source itself."""
    return {fold(row.origin) or str(row.source.public_id) for row in citations if row.bears_on != Bearing.WHO_SAID_IT}


def copy_for(citation: Citation) -> Copy | None:
    """The copy that a dossier freezes for ``citation``."""
    return copy_holding(citation.source, {row.passage.text_sha256 for row in citation.cited_passages.all()})


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def _claim(claim: Claim) -> dossier_v1.DossierClaim:
    return dossier_v1.DossierClaim(
        id=str(claim.public_id),
        version=claim.version,
        language=claim.language,
        statement=claim.statement,
        quote=RecordQuote(claim.quote, claim.quote_language, claim.translation, claim.translator),
        parts=tuple(RecordPart(part.letter, part.text) for part in claim.parts.order_by("letter")),
        context=claim.context,
        sensitivity=claim.sensitivity,
        demonstration=claim.is_demonstration,
    )


def _link(link: Link) -> dossier_v1.DossierLink:
    return dossier_v1.DossierLink(
        id=str(link.public_id),
        position=link.position,
        verb=link.verb,
        who=_who(link),
        date=record_date(link.date_edtf, link.date_printed),
        place=link.place,
        is_attributed=link.is_attributed,
    )


def _who(link: Link) -> RecordWho:
    if link.speaker is not None:
        role = link.role
        return RecordWho(
            kind="speaker",
            id=str(link.speaker.public_id),
            name=link.speaker.name,
            speaker_kind=link.speaker.kind,
            is_private=link.speaker.is_private_person,
            role=RecordRole(
                title=role.title,
                organisation=role.organisation,
                place=role.place,
                held=record_date(role.held_edtf, role.held_printed, is_period=True),
            )
            if role
            else None,
        )
    if link.source is not None:
        return RecordWho(kind="source", id=str(link.source.public_id), name=link.source.title or link.source.url)
    return RecordWho(kind="unnamed", id="", name=link.unnamed)


def _source(source: Source) -> dossier_v1.DossierSource:
    return dossier_v1.DossierSource(
        id=str(source.public_id),
        kind=source.kind,
        title=source.title,
        url=source.url,
        publisher=source.publisher.name if source.publisher else "",
        author=source.author,
        published=_published(source),
        description=source.description,
        is_demonstration=source.is_demonstration,
    )


def _published(source: Source) -> RecordDate:
    return record_date(source.published_edtf, source.published_printed)


def _appearance(row: Appearance) -> dossier_v1.DossierAppearance:
    copy = copy_holding(row.source, set())
    return dossier_v1.DossierAppearance(
        id=str(row.public_id),
        source=_source(row.source),
        wording=row.wording,
        locator=row.locator,
        capture=_capture(copy),
        why_no_capture="" if copy else row.no_capture_reason,
    )


def _citation(row: Citation) -> dossier_v1.DossierCitation:
    copy = copy_for(row)
    passages = [chosen.passage for chosen in row.cited_passages.all()] if copy else []
    return dossier_v1.DossierCitation(
        id=str(row.public_id),
        number=row.position,
        kind=row.kind,
        bears_on=row.bears_on,
        is_repetition=row.is_repetition,
        part=row.part.letter if row.part else "",
        origin=row.origin,
        note=row.note,
        url_typed=row.url_typed,
        unobtainable_reason="" if copy else row.unobtainable_reason,
        source=_source(row.source),
        capture=_capture(copy),
        passages=tuple(
            RecordPassage(
                id=str(passage.public_id),
                exact=passage.exact,
                prefix=passage.prefix,
                suffix=passage.suffix,
                start=passage.start,
                end=passage.end,
                text_sha256=passage.text_sha256,
            )
            for passage in sorted(passages, key=lambda passage: passage.start)
        ),
    )


def _capture(copy: Copy | None) -> RecordCapture | None:
    if copy is None:
        return None
    capture = copy.capture
    return RecordCapture(
        id=str(capture.public_id),
        captured_at=_moment(capture.captured_at),
        method=capture.method,
        custody=capture.custody,
        usability=copy.usability.verdict,
        usability_reason=copy.usability.reason,
        http_status=capture.http_status,
        final_url=capture.final_url,
        media_type=capture.media_type,
        body_sha256=capture.body_sha256,
        warc_sha256=capture.warc_sha256,
        text_sha256=copy.text.sha256,
    )


def _reply(reply: Reply | None) -> RecordReply | None:
    if reply is None:
        return None
    return RecordReply(
        state=reply.state,
        addressee=reply.addressee,
        reason=reply.reason,
        asked_at=_moment(reply.asked_at),
        deadline_at=_moment(reply.deadline_at),
        text=reply.text,
        received_at=_moment(reply.received_at),
    )
