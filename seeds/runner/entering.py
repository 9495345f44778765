"""Entering the claims, as an editor would: wording, chain, appearance, citations, reply, relations."""

from uuid import UUID

from claims.models import Claim, Reply, Speaker, Topic
from claims.services.drafting import save_claim
from claims.services.drafts import AppearanceDraft, CitationDraft, ClaimDraft, LinkDraft, PartDraft
from claims.services.filing import relate, save_topic
from claims.services.replying import ReplyDraft, record_reply
from seeds.runner.cataloguing import describe, make_publishers, make_speakers, make_works, role_of
from seeds.runner.desk import Desk, entered
from seeds.runner.plan import AppearancePlan, CitationPlan, ClaimPlan, LinkPlan
from sources.domain.errors import DeskError
from sources.domain.folding import fold
from sources.models import Door, Event, Publisher, Source
from sources.services.citing_urls import find_or_make_web_source


class Catalogue:
    """The rows that claims point at, by the keys of the plan."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.publishers: dict[str, Publisher] = make_publishers(desk)
        self.speakers: dict[str, Speaker] = make_speakers(desk)
        self.works: dict[str, Source] = make_works(desk)
        self.topics: dict[str, Topic] = {}

    def source(self, key: str) -> Source:
        """The source of a work or of a demonstration document."""
        if key in self.works:
            return self.works[key]
        plan = self.desk.plan.documents[key]
        source = find_or_make_web_source(
            by=self.desk.editor, url=self.desk.address_of(key), title=plan.title, is_demonstration=True
        )
        describe(self.desk, source=source, plan=plan, publisher=self.publishers[plan.publisher])
        return source

    def lead(self, key: str) -> Source:
        """The source of a lead to the public record."""
        plan = self.desk.plan.leads[key]
        source = find_or_make_web_source(by=self.desk.editor, url=plan.url, title=plan.title)
        describe(self.desk, source=source, plan=plan, publisher=self.publishers[plan.publisher])
        return source

    def topic(self, name: str) -> Topic:
        """The topic of that name, as the seeds added it or as it was there before."""
        if name not in self.topics:
            there = entered("topic_added", "name")
            row = Topic.objects.filter(public_id=there[name]).first() if name in there else None
            row = row or Topic.objects.filter(name_folded=fold(name)).first()
            self.topics[name] = row or save_topic(by=self.desk.editor, name=name)
        return self.topics[name]


def enter_claims(desk: Desk, catalogue: Catalogue) -> None:
    """Enter every claim that is not there yet, then what it says of other claims."""
    for plan in desk.plan.claims.values():
        try:
            claim = desk.claim(plan.number) or _enter(desk, catalogue, plan)
            if not Reply.objects.filter(claim=claim).exists():
                draft = ReplyDraft(state=plan.reply.state, reason=plan.reply.reason)
                record_reply(by=desk.editor, claim=claim, draft=draft)
        except DeskError as refusal:
            desk.miss(f"Claim {plan.number} could not be entered", refusal)
    for plan in desk.plan.claims.values():
        _relate(desk, plan)


def _enter(desk: Desk, catalogue: Catalogue, plan: ClaimPlan) -> Claim:
    return save_claim(by=desk.editor, draft=draft_of(desk, catalogue, plan))


def draft_of(desk: Desk, catalogue: Catalogue, plan: ClaimPlan, claim: Claim | None = None) -> ClaimDraft:
    """The whole claim as the data has it; the citations of ``claim`` stay the rows that they are."""
    standing = {row.url_typed: row.public_id for row in claim.citations.all()} if claim else {}
    return ClaimDraft(
        statement=plan.statement,
        context=plan.context,
        why_chosen=plan.why_chosen,
        single_origin_reason=plan.single_origin_reason,
        is_demonstration=True,
        responsible_editor=desk.editor,
        topics=tuple(catalogue.topic(name) for name in plan.topics),
        parts=tuple(PartDraft(letter=letter, text=text) for letter, text in plan.parts),
        links=tuple(_link(desk, catalogue, link) for link in plan.links),
        appearances=(_appearance(catalogue, plan.appearance),),
        citations=(
            *(_citation(desk, catalogue, citation, standing) for citation in plan.citations),
            *(_lead(desk, catalogue, key) for key in leads_of(desk, plan)),
        ),
    )


def leads_of(desk: Desk, plan: ClaimPlan) -> tuple[str, ...]:
    """The leads that a claim cites: on a connected machine, and where the seeds hand in no rating of it.

    A rating speaks of all that is cited, and the demonstration's reviewers have read the summaries only.
    """
    return plan.leads if desk.choice.is_live and plan.stage == "draft" else ()


def _link(desk: Desk, catalogue: Catalogue, plan: LinkPlan) -> LinkDraft:
    speaker = catalogue.speakers[plan.speaker] if plan.speaker else None
    return LinkDraft(
        speaker=speaker,
        role=role_of(desk, speaker, of=plan.speaker, key=plan.role) if speaker and plan.role else None,
        source=catalogue.source(plan.source) if plan.source else None,
        unnamed=plan.unnamed,
        verb=plan.verb,
        date_edtf=plan.date,
        date_printed=plan.printed,
        place=plan.place,
        is_attributed=plan.is_attributed,
    )


def _appearance(catalogue: Catalogue, plan: AppearancePlan) -> AppearanceDraft:
    return AppearanceDraft(source=catalogue.source(plan.source), no_capture_reason=plan.no_capture_reason)


def _citation(desk: Desk, catalogue: Catalogue, plan: CitationPlan, standing: dict[str, UUID]) -> CitationDraft:
    document = desk.plan.documents[plan.document]
    return CitationDraft(
        source=catalogue.source(plan.document),
        url_typed=desk.address_of(plan.document),
        title=document.title,
        bears_on=plan.bears_on,
        kind="demonstration_document",
        is_repetition=plan.is_repetition,
        origin=document.origin,
        note=plan.note,
        public_id=standing.get(desk.address_of(plan.document)),
    )


def _lead(desk: Desk, catalogue: Catalogue, key: str) -> CitationDraft:
    lead = desk.plan.leads[key]
    return CitationDraft(
        source=catalogue.lead(key),
        url_typed=lead.url,
        title=lead.title,
        bears_on="both",
        kind=lead.kind,
        note="A lead to be checked.",
    )


def _relate(desk: Desk, plan: ClaimPlan) -> None:
    claim = desk.claim(plan.number)
    for relation in plan.relations:
        other = desk.claim(relation.other)
        if claim is None or other is None or _was_related(claim, other):
            continue
        relate(by=desk.editor, claim=claim, kind=relation.kind, other=other, note=relation.note)


def _was_related(claim: Claim, other: Claim) -> bool:
    """Whether the seeds related the two before; people may have taken it back since, and it stays so."""
    return Event.objects.filter(
        action="claim_related",
        door=Door.SEEDS.value,
        subject_id=claim.public_id,
        after__contains=str(other.public_id),
    ).exists()
