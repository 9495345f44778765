"""The seeds through the real services: complete, marked, honest, restartable, and idle the second time."""

import json
import stat
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from claims.models import Claim, NoticeKind, Rating, Relation, Revision, Round, Writeup
from claims.querysets import latest_revision_of, record_of
from seeds.runner import reviewing
from seeds.runner.accounts import ACCOUNTS
from seeds.runner.desk import entered
from seeds.runner.reading import read_plan
from sources.models import Capture, Door, Event, Source
from tests.seeds.conftest import SeedDesk

PLAN = read_plan()
pytestmark = pytest.mark.django_db(transaction=True)


def claim(number: int) -> Claim:
    return Claim.objects.get(public_id=entered("claim_entered", "statement")[PLAN.claims[number].statement])


def outcome(number: int) -> tuple[str, str, str]:
    round_ = claim(number).rounds.get()
    return round_.outcome, round_.attribution, round_.support


def counts() -> dict[str, int]:
    return {
        model.__name__: model.objects.count()
        for model in (Event, Claim, Rating, Round, Revision, Capture, Writeup, User)
    }


@pytest.fixture
def seeded(seed_desk: SeedDesk) -> SeedDesk:
    assert seed_desk.run() == []
    return seed_desk


def test_the_whole_demonstration(seeded: SeedDesk) -> None:
    """One run, looked at from every side: a run costs seconds, so that it is made once."""
    _everything_is_marked()
    _only_the_allowed_claims_are_up()
    _verdicts_are_those_of_the_data()
    _scenes_are_there()
    _nobody_is_named_but_by_role(seeded)
    _came_through_the_door_of_the_seeds()
    call_command("check_claimreview")
    before = counts()
    state = (seeded.folder / "documents-state.yaml").read_text(encoding="utf-8")
    accounts = (seeded.folder / "demo-accounts").read_bytes()
    assert seeded.run() == []
    assert counts() == before
    assert (seeded.folder / "documents-state.yaml").read_text(encoding="utf-8") == state
    assert (seeded.folder / "demo-accounts").read_bytes() == accounts


def _everything_is_marked() -> None:
    assert Claim.objects.count() == len(PLAN.claims)
    assert not Claim.objects.filter(is_demonstration=False).exists()
    assert not Source.objects.filter(is_demonstration=False).exists()
    for revision in Revision.objects.all():
        assert record_of(revision).claim.demonstration
        assert all(citation.kind == "demonstration_document" for citation in record_of(revision).citations)


def _only_the_allowed_claims_are_up() -> None:
    up = {plan.number for plan in PLAN.claims.values() if claim(plan.number).publication_state == "up"}
    assert {number for number in up if number <= 22} == {3, 4, 6, 7, 8, 14, 17, 22}
    assert up == {plan.number for plan in PLAN.claims.values() if plan.stage == "published"} - {109, 110}


def _verdicts_are_those_of_the_data() -> None:
    assert outcome(3) == ("agreed", "cannot_be_established", "not_checkable")
    for number in (4, 14, 17):
        assert outcome(number) == ("agreed", "cannot_be_established", "not_enough_evidence")
    assert outcome(6) == ("agreed", "said_something_else", "mixed")
    assert outcome(7) == ("agreed", "cannot_be_established", "mostly_contradicted")
    assert outcome(8) == ("agreed", "someone_else_said_it", "mostly_supported")
    assert outcome(22) == ("agreed", "own_words", "mostly_contradicted")
    assert claim(13).rounds.get().state == "differing"
    assert claim(2).rounds.get().state == "open"
    assert claim(16).rounds.get().ratings.count() == 1
    assert not claim(1).rounds.exists()
    assert Relation.objects.filter(claim=claim(19), kind="qualifies").count() == 3


def _scenes_are_there() -> None:
    assert outcome(101) == ("agreed_after_discussion", "said_it", "mostly_supported")
    assert outcome(102) == ("adjudicated", "said_it", "mixed")
    assert claim(103).rounds.get().outcome == "reviewers_differ"
    assert [row.kind for row in claim(104).revisions.order_by("number")] == ["first", "correction"]
    assert claim(105).notices.filter(kind=NoticeKind.SOURCE_CHANGED).exists()
    assert claim(106).notices.filter(kind=NoticeKind.SOURCE_GONE).exists()
    origins = {citation.origin for citation in claim(107).citations.all()}
    assert len(origins) == 1 and claim(107).citations.count() == 2
    moved = claim(108).citations.get().source.captures.get()
    assert moved.exchanges.count() == 2
    assert claim(109).publication_state == "suspended"
    assert claim(110).publication_state == "retracted"
    assert claim(111).publication_state == "withdrawn"
    assert latest_revision_of(claim(111)) is None


def _nobody_is_named_but_by_role(seeded: SeedDesk) -> None:
    assert set(User.objects.values_list("username", flat=True)) == {row.username for row in ACCOUNTS}
    file = seeded.folder / "demo-accounts"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if "\t" in line]
    for name, password in rows:
        assert User.objects.get(username=name).check_password(password)


def _came_through_the_door_of_the_seeds() -> None:
    people = Event.objects.filter(by__isnull=False)
    assert set(people.values_list("door", flat=True)) == {Door.SEEDS.value}


def test_goes_on_after_being_ended_in_the_middle(seed_desk: SeedDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Ended(Exception):
        pass

    handed_in: list[Any] = []
    really = reviewing.hand_in

    def hand_in_and_end(**values: Any) -> Any:
        if len(handed_in) == 3:
            raise Ended
        handed_in.append(values["by"])
        return really(**values)

    monkeypatch.setattr(reviewing, "hand_in", hand_in_and_end)
    with pytest.raises(Ended):
        seed_desk.run()
    monkeypatch.undo()
    assert Rating.objects.count() == 3
    assert seed_desk.run() == []
    _only_the_allowed_claims_are_up()
    assert Claim.objects.count() == len(PLAN.claims)


def test_leaves_alone_what_people_have_edited(seeded: SeedDesk) -> None:
    events = Event.objects.filter(action="claim_entered", subject_id=claim(1).public_id)
    assert json.loads(events.get().after)["statement"] == PLAN.claims[1].statement
    Claim.objects.filter(pk=claim(1).pk).update(statement="Somebody has worded it anew.")
    before = Claim.objects.count()
    assert seeded.run() == []
    assert Claim.objects.count() == before
