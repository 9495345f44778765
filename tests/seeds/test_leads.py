"""Leads to the public record: only with ``--live``, only on drafts, only once. Nothing is fetched here."""

import pytest

from claims.models import Citation, Claim
from seeds.runner.accounts import make_accounts
from seeds.runner.desk import Choice, Desk
from seeds.runner.entering import Catalogue, enter_claims
from seeds.runner.leads import add_leads
from seeds.runner.reading import read_plan
from sources.models import Capture, CaptureState, Door, Event
from sources.services.history import acting_through
from tests.seeds.conftest import SeedDesk

pytestmark = pytest.mark.django_db(transaction=True)
LEADS = {lead.url for lead in read_plan().leads.values()}


def enter(seed_desk: SeedDesk, *, is_live: bool) -> Desk:
    """Everything up to the first captures, which nobody executes."""
    choice = Choice(seed_desk.base_url, seed_desk.folder / "state.yaml", is_live=is_live, wait_seconds=1)
    desk = Desk(plan=read_plan(), choice=choice, say=seed_desk.said.append)
    with acting_through(Door.SEEDS.value):
        desk.people = make_accounts(file=seed_desk.folder / "demo-accounts", one_password="")
        catalogue = Catalogue(desk)
        enter_claims(desk, catalogue)
        if is_live:
            add_leads(desk, catalogue)
    assert desk.misses == []
    return desk


def cited_leads() -> dict[str, set[str]]:
    rows = Citation.objects.filter(url_typed__in=LEADS).select_related("claim")
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.claim.statement, set()).add(row.url_typed)
    return found


def wanted(desk: Desk) -> dict[str, set[str]]:
    return {
        plan.statement: {desk.plan.leads[key].url for key in plan.leads}
        for plan in desk.plan.claims.values()
        if plan.leads and plan.stage == "draft"
    }


def test_without_internet_no_lead_is_cited_or_fetched(seed_desk: SeedDesk) -> None:
    enter(seed_desk, is_live=False)
    assert cited_leads() == {}
    assert not Capture.objects.filter(url_requested__in=LEADS).exists()


def test_drafts_cite_their_leads_and_each_is_fetched_once(seed_desk: SeedDesk) -> None:
    desk = enter(seed_desk, is_live=True)
    assert cited_leads() == wanted(desk)
    captures = Capture.objects.filter(url_requested__in=LEADS)
    assert set(captures.values_list("url_requested", flat=True)) == LEADS
    assert captures.count() == len(LEADS)
    assert set(captures.values_list("state", flat=True)) == {CaptureState.OPEN}


def test_leads_can_be_added_to_a_demonstration_that_is_there(seed_desk: SeedDesk) -> None:
    enter(seed_desk, is_live=False)
    before = set(Citation.objects.values_list("public_id", flat=True))
    desk = enter(seed_desk, is_live=True)
    assert cited_leads() == wanted(desk)
    assert before <= set(Citation.objects.values_list("public_id", flat=True))
    events = Event.objects.count()
    enter(seed_desk, is_live=True)
    assert Event.objects.count() == events


def test_a_lead_is_never_a_demonstration_document(seed_desk: SeedDesk) -> None:
    enter(seed_desk, is_live=True)
    for row in Citation.objects.select_related("source", "claim"):
        assert (row.kind == "demonstration_document") == row.source.is_demonstration
        assert row.claim.is_demonstration
    assert Claim.objects.filter(citations__url_typed__in=LEADS).exists()
