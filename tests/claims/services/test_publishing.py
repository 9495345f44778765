"""Writing, approving, publishing: state first, then person, always two people, one record a revision."""

from datetime import datetime, timedelta
from datetime import timezone as timezone_of

import pytest
from django.utils import timezone

from claims.domain import records
from claims.models import Claim, Interest, PublicClaim, Revision, Writeup
from claims.querysets import parts_of, record_of
from claims.services.declaring import accept_interest, declare_for_writing
from claims.services.filing import relate
from claims.services.holding import hold
from claims.services.publishing import approve, publish_due, unschedule
from claims.services.redacting import REDACTED, redact
from claims.services.versions import grow_version
from claims.services.withdrawing import withdraw
from claims.services.writing import TextDraft, kinds_open_to, rounds_written_of, send_back, write_text
from sources.domain.errors import BadInput, Several, WrongPerson, WrongState
from sources.models import Event
from tests.claims.services.publication_factory import (
    HEADLINE,
    SUMMARY,
    a_decided_round,
    a_published_claim,
    a_text,
    no_interest,
)
from tests.claims.services.round_factory import a_differing_round, an_open_round


def test_publishes_what_was_decided_with_a_sealed_record(cast):
    claim = a_published_claim(cast)
    revision = claim.revisions.get()
    record = record_of(revision)
    assert claim.publication_state == "up"
    assert records.verify(revision.record, revision.record_sha256, parts_of(revision.record_sha256)) == []
    assert (record.headline, record.summary) == (HEADLINE, SUMMARY)
    assert (record.verdict.attribution, record.verdict.support, record.verdict.confidence) == (
        "said_it",
        "mostly_supported",
        "low",
    )
    assert {rating.letter for rating in record.ratings} == {"A", "B"}
    assert "reviewer_a" not in revision.record
    assert Event.objects.filter(subject_id=claim.public_id, action="revision_published", by=cast.publisher).exists()
    assert PublicClaim.objects.get(claim=claim).headline == HEADLINE


def test_refuses_to_write_before_a_decision(cast):
    round_ = an_open_round(cast)
    with pytest.raises(WrongState) as refusal:
        a_text(cast, round_.claim)
    assert refusal.value.code == "not_decided"


def test_refuses_to_write_while_reviewers_differ(cast):
    round_ = a_differing_round(cast)
    with pytest.raises(WrongState, match="differ") as refusal:
        a_text(cast, round_.claim)
    assert refusal.value.code == "not_decided"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"headline": ""}, "headline_missing"),
        ({"summary": "  "}, "summary_missing"),
        ({"headline": "x" * 201}, "headline_too_long"),
        ({"headline": "This is plainly false"}, "text_contradicts_labels"),
    ],
    ids=["no headline", "no summary", "long headline", "contradicts the labels"],
)
def test_says_what_is_wrong_with_a_text(cast, fields, code):
    round_ = a_decided_round(cast)
    with pytest.raises(Several) as refusal:
        a_text(cast, round_.claim, **fields)
    assert [error.code for error in refusal.value.errors] == [code]


def test_an_outsider_cannot_write_and_a_rater_can(cast):
    round_ = a_decided_round(cast)
    with pytest.raises(WrongPerson) as refusal:
        a_text(cast, round_.claim, by=cast.reviewer_c)
    assert refusal.value.code == "not_in_group"
    assert a_text(cast, round_.claim, by=cast.reviewer_a).written_by == cast.reviewer_a


def test_the_writer_cannot_approve_and_a_contributor_cannot_publish(cast):
    round_ = a_decided_round(cast)
    writeup = a_text(cast, round_.claim, by=cast.publisher)
    no_interest(round_, cast.publisher)
    with pytest.raises(WrongPerson) as refusal:
        approve(by=cast.publisher, writeup=writeup)
    assert refusal.value.code == "same_person"
    with pytest.raises(WrongPerson) as refusal:
        approve(by=cast.superuser, writeup=writeup)
    assert refusal.value.code == "not_in_group"


def test_somebody_who_edited_the_claim_cannot_publish_it(cast):
    from django.contrib.auth.models import Group

    cast.editor.groups.add(Group.objects.get(name="Publisher"))
    round_ = a_decided_round(cast)
    writeup = a_text(cast, round_.claim, by=cast.reviewer_a)
    no_interest(round_, cast.editor)
    with pytest.raises(WrongPerson) as refusal:
        approve(by=cast.editor, writeup=writeup)
    assert refusal.value.code == "own_claim"


def test_a_publisher_declares_interests_first(cast):
    round_ = a_decided_round(cast)
    writeup = a_text(cast, round_.claim)
    with pytest.raises(WrongState) as refusal:
        approve(by=cast.publisher, writeup=writeup)
    assert refusal.value.code == "interest_missing"
    Interest.objects.create(
        round=round_,
        person=cast.publisher,
        capacity="publisher",
        is_declared=True,
        words="A cousin works there.",
        declared_at=timezone.now(),
    )
    with pytest.raises(WrongPerson) as refused:
        approve(by=cast.publisher, writeup=writeup)
    assert refused.value.code == "interest_declared"


def test_whoever_writes_the_text_declares_interests_first(cast):
    round_ = a_decided_round(cast)
    text = TextDraft(headline=HEADLINE, summary=SUMMARY)
    for writer, capacity in ((cast.editor2, "editor"), (cast.publisher, "publisher")):
        with pytest.raises(WrongState) as asked:
            write_text(by=writer, claim=round_.claim, draft=text)
        assert asked.value.code == "interest_missing"
        declare_for_writing(by=writer, rounds=rounds_written_of(round_.claim), is_declared=True, words="A cousin.")
        interest = Interest.objects.get(round=round_, person=writer)
        assert interest.capacity == capacity
        assert Event.objects.filter(action="interest_declared", subject_id=interest.public_id).exists()
        with pytest.raises(WrongPerson) as passed_over:
            write_text(by=writer, claim=round_.claim, draft=text)
        assert passed_over.value.code == "interest_declared"
    assert not Writeup.objects.exists()


def test_an_accepted_interest_of_the_writer_lets_them_write(cast):
    round_ = a_decided_round(cast)
    declare_for_writing(by=cast.editor2, rounds=[round_], is_declared=True, words="A cousin.")
    accept_interest(by=cast.publisher, interest=round_.interests.get(person=cast.editor2), reason="Long ago.")
    assert a_text(cast, round_.claim, by=cast.editor2).written_by == cast.editor2


def test_an_editor_who_declared_an_interest_and_wrote_nothing_holds_nothing_up(cast):
    round_ = a_decided_round(cast)
    declare_for_writing(by=cast.editor2, rounds=[round_], is_declared=True, words="A cousin.")
    writeup = a_text(cast, round_.claim)
    no_interest(round_, cast.publisher)
    assert approve(by=cast.publisher, writeup=writeup).publication_state == "up"


def test_a_held_claim_is_not_published(cast):
    round_ = a_decided_round(cast)
    writeup = a_text(cast, round_.claim)
    no_interest(round_, cast.publisher)
    hold(by=cast.publisher, claim=round_.claim, reason="A court hearing is on Monday.")
    with pytest.raises(WrongState, match="court hearing") as refusal:
        approve(by=cast.publisher, writeup=writeup)
    assert refusal.value.code == "claim_held"


def test_a_text_is_answered_once(cast):
    round_ = a_decided_round(cast)
    writeup = a_text(cast, round_.claim)
    no_interest(round_, cast.publisher, cast.publisher2)
    approve(by=cast.publisher, writeup=writeup)
    with pytest.raises(WrongState) as refusal:
        approve(by=cast.publisher2, writeup=writeup)
    assert refusal.value.code == "text_answered"
    assert Revision.objects.count() == 1


def test_a_text_that_is_sent_back_can_be_written_again(cast):
    round_ = a_decided_round(cast)
    writeup = a_text(cast, round_.claim)
    with pytest.raises(BadInput):
        send_back(by=cast.publisher, writeup=writeup, reason=" ")
    send_back(by=cast.publisher, writeup=writeup, reason="Say which register.")
    again = a_text(cast, round_.claim)
    assert Writeup.objects.get(pk=writeup.pk).answer == "Say which register."
    assert again.state == "written"


def test_a_scheduled_claim_goes_up_when_its_time_comes(cast):
    round_ = a_decided_round(cast)
    writeup = a_text(cast, round_.claim)
    no_interest(round_, cast.publisher)
    at = timezone.now() + timedelta(hours=2)
    claim = approve(by=cast.publisher, writeup=writeup, publish_at=at)
    assert claim.publication_state == "scheduled"
    assert publish_due() == []
    assert [row.pk for row in publish_due(now=at)] == [claim.pk]
    assert publish_due(now=at) == []
    revision = Revision.objects.get()
    assert (revision.written_by, revision.approved_by) == (cast.editor, cast.publisher)


def test_a_schedule_in_the_past_is_refused_and_one_taken_off_goes_back_to_its_writer(cast):
    round_ = a_decided_round(cast)
    writeup = a_text(cast, round_.claim)
    no_interest(round_, cast.publisher)
    with pytest.raises(BadInput) as refusal:
        approve(by=cast.publisher, writeup=writeup, publish_at=timezone.now() - timedelta(minutes=1))
    assert refusal.value.code == "time_past"
    claim = approve(by=cast.publisher, writeup=writeup, publish_at=timezone.now() + timedelta(days=1))
    claim = unschedule(by=cast.editor, claim=claim, reason="A source is missing.")
    assert claim.publication_state == "never"
    assert a_text(cast, claim).state == "written"


def test_a_correction_is_a_new_revision_that_names_the_record_before_it(cast):
    claim = a_published_claim(cast)
    first = claim.revisions.get()
    writeup = a_text(cast, claim, kind="correction", note="The summary gave the wrong year.")
    approve(by=cast.publisher, writeup=writeup)
    second = claim.revisions.get(number=2)
    assert second.previous_sha256 == first.record_sha256
    assert records.verify_chain([(first.record, first.record_sha256), (second.record, second.record_sha256)]) == []
    assert [r.letter for r in record_of(first).ratings] == [r.letter for r in record_of(second).ratings]


def test_a_correction_says_what_changed(cast):
    claim = a_published_claim(cast)
    with pytest.raises(Several) as refusal:
        a_text(cast, claim, kind="typo")
    assert [error.code for error in refusal.value.errors] == ["note_missing"]


def test_a_withdrawn_source_is_struck_through_and_stays_so(cast):
    claim = a_published_claim(cast)
    citation = claim.citations.first()
    note = "The office withdrew this report."
    writeup = a_text(cast, claim, kind="source_withdrawn", note=note, withdrawn_citation=citation)
    approve(by=cast.publisher, writeup=writeup)
    approve(by=cast.publisher, writeup=a_text(cast, claim, kind="typo", note="A letter was missing."))
    struck = [item for item in record_of(claim.revisions.get(number=3)).citations if item.withdrawn]
    assert [(item.id, item.withdrawn.reason) for item in struck] == [(str(citation.public_id), note)]


def test_a_changed_verdict_needs_a_new_round(cast):
    claim = a_published_claim(cast)
    assert "changed_verdict" not in kinds_open_to(claim)
    with pytest.raises(WrongState) as refusal:
        a_text(cast, claim, kind="changed_verdict", note="New evidence.")
    assert refusal.value.code == "kind_not_open"


def test_a_retraction_takes_two_people_and_ends_the_publication(cast):
    claim = a_published_claim(cast)
    writeup = a_text(cast, claim, by=cast.publisher2, kind="retraction", note="The register was misread.")
    with pytest.raises(WrongPerson):
        approve(by=cast.publisher2, writeup=writeup)
    claim = approve(by=cast.publisher, writeup=writeup)
    assert claim.publication_state == "retracted"
    assert Event.objects.filter(subject_id=claim.public_id, action="claim_retracted").count() == 1


def test_a_redacted_name_is_visibly_left_out_and_the_original_stays(cast):
    round_ = a_decided_round(cast)
    rating = round_.ratings.first()
    redact(by=cast.editor, rating=rating, exact="1,980,000", reason="Names a private person.")
    no_interest(round_, cast.publisher)
    claim = approve(by=cast.publisher, writeup=a_text(cast, round_.claim))
    shown = [r.reasons for r in record_of(claim.revisions.get()).ratings]
    rating.refresh_from_db()
    assert sum(REDACTED in reasons for reasons in shown) == 1
    assert "1,980,000" in rating.reasons


def test_a_claim_edited_after_its_decision_needs_a_new_round(cast):
    round_ = a_decided_round(cast)
    writeup = a_text(cast, round_.claim)
    no_interest(round_, cast.publisher)
    claim = round_.claim
    claim.version += 1
    claim.save(update_fields=["version"])
    with pytest.raises(WrongState) as refusal:
        approve(by=cast.publisher, writeup=writeup)
    assert refusal.value.code == "decided_on_earlier_version"


def test_an_unknown_kind_of_text_is_refused(cast):
    round_ = a_decided_round(cast)
    with pytest.raises(BadInput) as refusal:
        write_text(by=cast.editor, claim=round_.claim, draft=TextDraft(headline="a", summary="b", kind="opinion"))
    assert refusal.value.code == "kind_unknown"


def test_nothing_of_an_unpublished_claim_stands_in_a_record_but_a_random_id(cast):
    round_ = a_decided_round(cast)
    other, dropped = (Claim.objects.create(statement=words, created_by=cast.editor) for words in ("One.", "Two."))
    for each in (other, dropped):
        relate(by=cast.editor, claim=each, kind="contradicts", other=round_.claim, note="The minister lied twice.")
    withdraw(by=cast.editor, claim=dropped, reason="Entered twice.")
    writeup = a_text(cast, round_.claim)
    no_interest(round_, cast.publisher)
    revision = approve(by=cast.publisher, writeup=writeup).revisions.get()
    assert [(one.claim, one.note) for one in record_of(revision).relations] == [(str(other.public_id), "")]
    assert "lied" not in revision.record


def _scheduled(cast, **more):
    round_ = a_decided_round(cast, **more)
    writeup = a_text(cast, round_.claim)
    no_interest(round_, cast.publisher, cast.publisher2)
    at = timezone.now() + timedelta(hours=2)
    return approve(by=cast.publisher, writeup=writeup, publish_at=at), at


def test_a_scheduled_claim_that_was_edited_since_goes_back_to_its_writer(cast):
    claim, at = _scheduled(cast)
    grow_version(by=cast.editor, claim=claim, action="claim_edited")
    assert publish_due(now=at) == []
    claim.refresh_from_db()
    assert (claim.publication_state, claim.publish_at) == ("never", None)
    assert "edited after it was decided" in Writeup.objects.get().answer
    assert Event.objects.get(action="claim_unscheduled").by is None
    assert not Revision.objects.exists()


def test_a_claim_whose_approver_may_not_publish_any_more_keeps_no_other_waiting(cast):
    claim, at = _scheduled(cast)
    cast.publisher.groups.clear()
    assert publish_due(now=at) == []
    claim.refresh_from_db()
    assert claim.publication_state == "never"
    assert publish_due(now=at) == []


@pytest.mark.parametrize("year", [9000, 9999])
def test_a_schedule_at_the_end_of_time_is_refused(cast, year):
    round_ = a_decided_round(cast)
    writeup = a_text(cast, round_.claim)
    no_interest(round_, cast.publisher)
    at = datetime(year, 12, 31, 23, 59, tzinfo=timezone_of(timedelta(hours=-12)))
    with pytest.raises(BadInput) as refusal:
        approve(by=cast.publisher, writeup=writeup, publish_at=at)
    assert refusal.value.code == "time_too_far"
