"""Making the record of a revision: everything its page will say, from the dossier, the ratings and the text.

What reviewers saw is taken from the dossier, not from live rows. Live rows add what belongs to publication alone: the
address, topics, rights and protection of sources, the reply as it stands, relations, and who answers for it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.models import User

from claims.domain import dossier_v1, record_v1
from claims.domain.lifecycle import PUBLISHED_STATES, PublicationState
from claims.domain.record_parts import UNNAMED_SOURCE, RecordReply, RecordTopic, RecordWho
from claims.domain.records import Sealed
from claims.models import Capacity, Claim, Interest, Relation, Reply, Revision, Writeup
from claims.querysets import dossier_of, record_of
from claims.services.recording_evidence import EvidenceWriter
from claims.services.recording_verdict import adjudication_of, ratings_of, verdict_of
from sources.models import Source


@dataclass(frozen=True)
class RecordRequest:
    """What a revision is made of, beside the rows that the claim and its round lead to."""

    claim: Claim
    writeup: Writeup
    slug: str
    number: int
    previous: Revision | None
    published_at: datetime


def seal_record(request: RecordRequest) -> Sealed:
    """The exact text of the new revision's record, with its digest and its removable parts."""
    previous = request.previous
    return record_v1.seal_record(
        _record(request),
        previous_sha256=previous.record_sha256 if previous else None,
        own_origins=(settings.SITE_URL,),
    )


def _record(request: RecordRequest) -> record_v1.RevisionRecord:
    claim, round_ = request.claim, request.writeup.round
    dossier = dossier_of(round_)
    previous = record_of(request.previous) if request.previous else None
    sources = _sources_of(dossier)
    evidence = EvidenceWriter(round_=round_, sources=sources, writeup=request.writeup, previous=previous)
    ratings = ratings_of(round_)
    return record_v1.RevisionRecord(
        kind=record_v1.KIND,
        claim=_claim(claim, dossier, request.slug),
        chain=tuple(_link(link, sources, ratings) for link in dossier.chain),
        appearances=tuple(evidence.appearance(appearance) for appearance in dossier.appearances),
        citations=tuple(evidence.citation(citation) for citation in dossier.citations),
        independent_origins=dossier.independent_origins,
        single_origin_reason=dossier.single_origin_reason,
        verdict=verdict_of(round_),
        ratings=ratings,
        adjudication=adjudication_of(round_),
        reply=_reply(claim),
        interests=_interests(request),
        relations=_relations(claim),
        headline=request.writeup.headline,
        summary=request.writeup.summary,
        revision=record_v1.RecordRevision(
            number=request.number,
            kind=request.writeup.kind,
            note=request.writeup.note,
            published_at=rfc3339(request.published_at),
            first_published_at=_first_published(request),
        ),
        responsible_editor=name_of(claim.responsible_editor or claim.created_by),
        dossier_sha256=round_.dossier.sha256,
    )


def rfc3339(moment: datetime | None) -> str:
    """A time as records write it: RFC 3339 in UTC, whole seconds; ``""`` for none."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def name_of(user: User) -> str:
    """The name under which somebody answers for a page."""
    return user.get_full_name() or user.get_username()


def _first_published(request: RecordRequest) -> str:
    first = request.claim.revisions.order_by("number").first()
    return rfc3339(first.published_at if first else request.published_at)


def _claim(claim: Claim, dossier: dossier_v1.Dossier, slug: str) -> record_v1.RecordClaim:
    frozen = dossier.claim
    return record_v1.RecordClaim(
        id=frozen.id,
        slug=slug,
        version=frozen.version,
        language=frozen.language,
        statement=frozen.statement,
        quote=frozen.quote,
        parts=frozen.parts,
        topics=tuple(RecordTopic(slug=topic.slug, name=topic.name) for topic in claim.topics.all()),
        sensitivity=frozen.sensitivity,
        demonstration=frozen.demonstration,
        why_chosen=claim.why_chosen,
        context=frozen.context,
    )


def _link(
    link: dossier_v1.DossierLink, sources: dict[str, Source], ratings: tuple[record_v1.RecordRating, ...]
) -> record_v1.RecordLink:
    return record_v1.RecordLink(
        id=link.id,
        position=link.position,
        verb=link.verb,
        who=_who(link.who, sources),
        date=link.date,
        place=link.place,
        is_attributed=link.is_attributed,
        answer="" if link.is_attributed else _shared_answer(link.id, ratings),
    )


def _who(who: RecordWho, sources: dict[str, Source]) -> RecordWho:
    source = sources.get(who.id) if who.kind == "source" else None
    if source is not None and source.is_protected:
        return RecordWho(kind="source", id="", name=UNNAMED_SOURCE)
    return who


def _shared_answer(link_id: str, ratings: tuple[record_v1.RecordRating, ...]) -> str:
    """The answer that each rater's last rating gives on a link, ``""`` where they differ."""
    last: dict[str, str] = {}
    for rating in ratings:
        for given in rating.links:
            if given.link == link_id:
                last[rating.letter] = given.answer
    answers = set(last.values())
    return answers.pop() if len(answers) == 1 else ""


def _sources_of(dossier: dossier_v1.Dossier) -> dict[str, Source]:
    ids = {appearance.source.id for appearance in dossier.appearances}
    ids |= {citation.source.id for citation in dossier.citations}
    ids |= {link.who.id for link in dossier.chain if link.who.kind == "source"}
    rows = Source.objects.filter(public_id__in=ids).select_related("publisher")
    return {str(source.public_id): source for source in rows}


def _reply(claim: Claim) -> RecordReply | None:
    reply: Reply | None = claim.replies.first()
    if reply is None:
        return None
    return RecordReply(
        state=reply.state,
        addressee=reply.addressee,
        reason=reply.reason,
        asked_at=rfc3339(reply.asked_at),
        deadline_at=rfc3339(reply.deadline_at),
        text=reply.text,
        received_at=rfc3339(reply.received_at),
    )


def _interests(request: RecordRequest) -> tuple[record_v1.RecordInterest, ...]:
    """Declared interests that somebody accepted; those not accepted passed their owner over."""
    rows = Interest.objects.filter(round=request.writeup.round, is_declared=True, accepted_by__isnull=False)
    return tuple(
        record_v1.RecordInterest(
            capacity=Capacity(row.capacity).value, words=row.words, accepted_reason=row.accepted_reason
        )
        for row in rows.order_by("pk")
    )


def _relations(claim: Claim) -> tuple[record_v1.RecordRelation, ...]:
    to = [_relation(row, row.other, "to") for row in claim.relations.select_related("other")]
    from_ = [_relation(row, row.claim, "from") for row in claim.related_by.select_related("claim")]
    return tuple(relation for relation in (*to, *from_) if relation is not None)


def _relation(row: Relation, other: Claim, direction: str) -> record_v1.RecordRelation | None:
    """A relation; of a claim that is not published only its random id, which tells nothing until it is."""
    state = PublicationState(other.publication_state)
    if state is PublicationState.WITHDRAWN:
        return None
    note = row.note if state in PUBLISHED_STATES else ""
    return record_v1.RecordRelation(kind=row.kind, claim=str(other.public_id), direction=direction, note=note)
