"""From the data's ratings to what a reviewer hands in: keys become the ids of the dossier, words become passages."""

from dataclasses import replace

from django.contrib.auth.models import User

from claims.domain.answers import FindingAnswer, LinkAnswered, RatingForm
from claims.domain.dossier_v1 import Dossier, DossierCitation
from claims.models import Pin, Round
from claims.querysets import dossier_of
from claims.services.pinning import pin
from seeds.runner.desk import Desk
from seeds.runner.plan import RatingPlan, SecondRatingPlan


def after_discussion(plan: RatingPlan, second: SecondRatingPlan) -> RatingPlan:
    """The first answer with what the discussion changed in it."""
    return replace(
        plan,
        support=second.support,
        reasons=second.reasons,
        findings=tuple(
            replace(row, finding=second.findings.get((row.document, row.part), row.finding)) for row in plan.findings
        ),
    )


def form_of(desk: Desk, plan: RatingPlan, *, round_: Round, change_reason: str = "") -> RatingForm:
    """The form that a reviewer hands in; ``change_reason`` belongs to a second rating."""
    dossier = dossier_of(round_)
    positions = {link.position: link.id for link in dossier.other_links}
    return RatingForm(
        attribution=plan.attribution,
        support=plan.support,
        confidence=plan.confidence,
        reasons=plan.reasons,
        change_reason=change_reason,
        findings=tuple(
            FindingAnswer(
                citation_id=citation_of(desk, dossier, row.document).id,
                part=row.part,
                answer=row.finding,
                note=row.note,
            )
            for row in plan.findings
        ),
        links=tuple(LinkAnswered(link_id=positions[position], answer=answer) for position, answer in plan.links),
    )


def citation_of(desk: Desk, dossier: Dossier, document: str) -> DossierCitation:
    """The citation of the dossier that cites a demonstration document."""
    address = desk.address_of(document)
    return next(row for row in dossier.citations if row.url_typed == address)


def pin_passages(desk: Desk, plan: RatingPlan, *, by: User, round_: Round) -> None:
    """Pin what the findings quote, once each; words that bear on several parts go with the claim as a whole."""
    dossier = dossier_of(round_)
    own = Pin.objects.filter(round=round_, person=by).select_related("passage")
    pinned = {(str(row.citation_id), row.passage.exact) for row in own}
    wanted: dict[tuple[str, str], list[str]] = {}
    for row in plan.findings:
        wanted.setdefault((citation_of(desk, dossier, row.document).id, row.passage), []).append(row.part)
    for (citation_id, words), parts in wanted.items():
        if (citation_id, words) not in pinned:
            part = parts[0] if len(parts) == 1 else ""
            pin(by=by, round_=round_, citation_id=citation_id, exact=words, part=part)
