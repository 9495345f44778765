"""Leads to the public record, on a connected machine: cited by drafts, and fetched for the archive."""

from claims.models import Claim
from claims.services.drafting import save_claim
from seeds.runner.desk import Desk
from seeds.runner.entering import Catalogue, draft_of
from seeds.runner.plan import ClaimPlan
from sources.domain.errors import DeskError
from sources.models import CaptureMethod
from sources.services import capture


def add_leads(desk: Desk, catalogue: Catalogue) -> None:
    """Cite the leads in drafts that nobody has touched, and ask for a capture of each, once.

    Nothing waits for them: the public record may answer slowly or not at all, and no rating of the seeds rests on it.
    """
    for key in desk.plan.leads:
        source = catalogue.lead(key)
        if not source.captures.exists():
            capture.request(by=desk.editor, source=source, method=CaptureMethod.HTTP.value, reason="person")
    for plan in desk.plan.claims.values():
        claim = desk.claim(plan.number)
        if claim is None or plan.stage != "draft" or not plan.leads or claim.version > 1:
            continue
        try:
            _cite(desk, catalogue, plan, claim)
        except DeskError as refusal:
            desk.miss(f"The leads of claim {plan.number} could not be cited", refusal)


def _cite(desk: Desk, catalogue: Catalogue, plan: ClaimPlan, claim: Claim) -> None:
    cited = set(claim.citations.values_list("url_typed", flat=True))
    if {desk.plan.leads[key].url for key in plan.leads} <= cited:
        return
    save_claim(by=desk.editor, draft=draft_of(desk, catalogue, plan, claim), claim=claim, version=claim.version)
