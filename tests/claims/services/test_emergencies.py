"""Re-checking, suspending, lifting, withdrawing, and destroying words."""

import pytest
from django.db import DatabaseError, transaction

from claims.domain import records
from claims.models import RecordPart
from claims.querysets import parts_of, record_of
from claims.search.facets import Filters
from claims.search.query import parse
from claims.search.searching import search
from claims.services.removing import RemovalDraft, ask_removal, carry_out_removal, places_of
from claims.services.suspending import lift, lift_recheck, put_up_recheck, suspend
from claims.services.withdrawing import withdraw
from sources.domain.errors import BadInput, WrongPerson, WrongState
from sources.domain.words import words_of
from sources.models import LegalHold
from tests.claims.services.publication_factory import SUMMARY, a_published_claim
from tests.claims.services.round_factory import a_ready_claim, an_open_round


def test_any_publisher_alone_suspends_and_another_lifts(cast):
    claim = a_published_claim(cast)
    suspend(by=cast.publisher, claim=claim, text="We found a fault in a figure.")
    claim.refresh_from_db()
    assert claim.publication_state == "suspended"
    with pytest.raises(WrongPerson) as refusal:
        lift(by=cast.publisher, claim=claim, reason="It was right.")
    assert refusal.value.code == "same_person"
    assert lift(by=cast.publisher2, claim=claim, reason="It was right.").publication_state == "up"


@pytest.mark.parametrize("name", ["editor", "reviewer_a", "adjudicator", "superuser"])
def test_nobody_but_a_publisher_suspends(cast, name):
    claim = a_published_claim(cast)
    with pytest.raises(WrongPerson):
        suspend(by=getattr(cast, name), claim=claim, text="A fault.")


def test_a_claim_that_is_not_up_cannot_be_suspended_whoever_asks(cast):
    claim = a_ready_claim(cast.editor)
    with pytest.raises(WrongState) as refusal:
        suspend(by=cast.reviewer_a, claim=claim, text="A fault.")
    assert refusal.value.code == "not_published"


def test_rechecking_stands_once_and_is_lifted_by_another(cast):
    claim = a_published_claim(cast)
    put_up_recheck(by=cast.publisher, claim=claim, text="A reader sent a newer register.")
    with pytest.raises(WrongState):
        put_up_recheck(by=cast.publisher2, claim=claim, text="Again.")
    with pytest.raises(WrongPerson):
        lift_recheck(by=cast.publisher, claim=claim, reason="Done.")
    assert lift_recheck(by=cast.publisher2, claim=claim, reason="Done.").lifted_by == cast.publisher2


def test_a_notice_says_why(cast):
    with pytest.raises(BadInput):
        put_up_recheck(by=cast.publisher, claim=a_published_claim(cast), text=" ")


def test_only_a_claim_never_published_is_withdrawn_and_its_round_is_superseded(cast):
    round_ = an_open_round(cast)
    claim = withdraw(by=cast.editor, claim=round_.claim, reason="Entered twice.")
    round_.refresh_from_db()
    assert (claim.publication_state, round_.state) == ("withdrawn", "superseded")
    with pytest.raises(WrongState) as refusal:
        withdraw(by=cast.editor, claim=a_published_claim(cast), reason="No.")
    assert refusal.value.code == "not_withdrawable"


def _asked(cast, claim):
    part = next(part for part in places_of(claim, SUMMARY))
    draft = RemovalDraft("recordpart", part.public_id, "personal_data", "A request under the law.")
    return part, ask_removal(by=cast.editor, draft=draft)


def test_two_people_destroy_words_and_the_record_stays_true(cast):
    claim = a_published_claim(cast)
    assert [row.claim for row in search(parse(f'"{SUMMARY}"'), Filters()).rows] == [claim]
    part, removal = _asked(cast, claim)
    with pytest.raises(WrongPerson):
        carry_out_removal(by=cast.editor, removal=removal)
    carry_out_removal(by=cast.publisher, removal=removal)
    revision = claim.revisions.get()
    parts = parts_of(revision.record_sha256)
    assert records.verify(revision.record, revision.record_sha256, parts) == []
    assert records.removed_keys(revision.record, parts) == (part.key,)
    assert record_of(revision).summary == "[removed]"
    assert not set(words_of(SUMMARY)) <= set(claim.public.words.summary_words.replace("=", "").split())
    assert not search(parse(f'"{SUMMARY}"'), Filters()).rows
    assert SUMMARY not in claim.public.summary


def test_without_a_removal_the_database_refuses_to_blank_a_part(cast):
    claim = a_published_claim(cast)
    part = next(part for part in places_of(claim, SUMMARY))
    with pytest.raises(DatabaseError), transaction.atomic():
        RecordPart.objects.filter(pk=part.pk).update(salt="", text="")


def test_what_is_under_a_legal_hold_stays(cast):
    claim = a_published_claim(cast)
    part, removal = _asked(cast, claim)
    from django.utils import timezone

    LegalHold.objects.create(
        subject_kind="recordpart",
        subject_id=part.public_id,
        reason="Litigation.",
        placed_by=cast.publisher2,
        placed_at=timezone.now(),
    )
    with pytest.raises(WrongState) as refusal:
        carry_out_removal(by=cast.publisher, removal=removal)
    assert refusal.value.code == "legal_hold"
