"""Opening a round: what has to be there, what is frozen, and what closes it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from claims.domain.records import verify
from claims.models import Assignment, Citation, Claim, Dossier, Reply, Round
from claims.querysets import dossier_of, parts_of
from claims.services.assigning import assign
from claims.services.opening import NotReady, abandon_round, missing_for_round, open_round, supersede_open_round
from sources.domain.errors import BadInput, WrongPerson, WrongState
from sources.models import Capture, Event
from tests.claims.services.round_factory import a_copy, a_ready_claim, a_source, an_open_round, digest

pytestmark = pytest.mark.django_db


def refused(claim: Claim, cast: Any) -> list[str]:
    with pytest.raises(NotReady) as error:
        open_round(by=cast.editor, claim=claim)
    assert error.value.status == 409
    assert not Round.objects.exists()
    assert not Dossier.objects.exists()
    assert all(each.sentence.endswith(".") for each in error.value.errors)
    return [each.code for each in error.value.errors]


def test_freezes_what_the_reviewers_will_see(cast: Any) -> None:
    claim = a_ready_claim(cast.editor, parts="ab", context="A port of the north.")
    round_ = open_round(by=cast.editor, claim=claim)

    assert (round_.state, round_.number, round_.quorum, round_.claim_version) == ("open", 1, 2, 1)
    assert verify(round_.dossier.text, round_.dossier.sha256, parts_of(round_.dossier.sha256)) == []
    assert claim.statement not in round_.dossier.text
    dossier = dossier_of(round_)
    assert dossier.claim.statement == claim.statement
    assert [part.letter for part in dossier.claim.parts] == ["a", "b"]
    assert [row.capture.body_sha256 for row in dossier.citations if row.capture] == [
        row.source.captures.get().body_sha256 for row in claim.citations.order_by("position")
    ]
    assert dossier.appearances[0].why_no_capture == "It is on paper only."
    assert dossier.independent_origins == 2
    event = Event.objects.get(action="round_opened")
    assert (event.subject_id, event.by, event.version) == (round_.public_id, cast.editor, 1)


def test_an_edit_of_a_source_afterwards_does_not_reach_the_dossier(cast: Any) -> None:
    round_ = an_open_round(cast)
    Citation.objects.filter(claim=round_.claim).update(note="Put in later.")
    assert {row.note for row in dossier_of(round_).citations} == {""}


@pytest.mark.parametrize("state", ["open", "failed", "login"])
def test_wants_a_usable_copy_of_each_citation(cast: Any, state: str) -> None:
    claim = a_ready_claim(cast.editor)
    source = a_source(cast.editor)
    Citation.objects.create(claim=claim, position=3, source=source, url_typed=source.url)
    now = timezone.now()
    if state == "login":
        a_copy(cast.editor, source, verdict="login")
    elif state == "failed":
        Capture.objects.create(
            source=source,
            requested_by=cast.editor,
            requested_at=now,
            state="failed",
            closed_at=now,
            failure_code="dns",
            failure_sentence="The host has no address.",
        )
    else:
        Capture.objects.create(source=source, requested_by=cast.editor, requested_at=now)

    assert refused(claim, cast) == ["capture_pending" if state == "open" else "capture_unusable"]
    claim.citations.filter(position=3).update(unobtainable_reason="It is behind a log-in that we do not have.")
    round_ = open_round(by=cast.editor, claim=claim)
    assert dossier_of(round_).citations[2].capture is None


def test_wants_a_copy_of_the_appearance_or_why_not(cast: Any) -> None:
    claim = a_ready_claim(cast.editor)
    claim.appearances.update(no_capture_reason="")
    assert refused(claim, cast) == ["appearance_without_copy"]
    claim.appearances.all().delete()
    assert refused(claim, cast) == ["no_appearance"]


def test_wants_the_reply_answered_for(cast: Any) -> None:
    claim = a_ready_claim(cast.editor)
    claim.replies.all().delete()
    assert refused(claim, cast) == ["reply_unaccounted"]

    now = timezone.now()
    asked = Reply.objects.create(
        claim=claim,
        state="asked",
        addressee="The harbour office",
        asked_at=now - timedelta(days=2),
        deadline_at=now + timedelta(hours=1),
        recorded_by=cast.editor,
    )
    assert refused(claim, cast) == ["reply_deadline_running"]
    Reply.objects.filter(pk=asked.pk).update(deadline_at=now - timedelta(minutes=1))
    assert missing_for_round(claim) == []


def test_an_answer_before_the_deadline_is_enough(cast: Any) -> None:
    claim = a_ready_claim(cast.editor)
    now = timezone.now()
    Reply.objects.create(
        claim=claim,
        state="asked",
        addressee="The harbour office",
        asked_at=now - timedelta(days=2),
        deadline_at=now + timedelta(days=1),
        text="It is in the register.",
        received_at=now,
        recorded_by=cast.editor,
    )
    assert missing_for_round(claim) == []


@pytest.mark.parametrize("case", ["one source", "one origin"])
def test_wants_a_printed_reason_for_a_single_source_or_origin(cast: Any, case: str) -> None:
    claim = a_ready_claim(cast.editor, sources=1 if case == "one source" else 2)
    if case == "one origin":
        claim.citations.update(origin="The harbour's register")
    assert refused(claim, cast) == ["single_origin_unexplained"]
    Claim.objects.filter(pk=claim.pk).update(single_origin_reason="The register is the count itself.")
    claim.refresh_from_db()
    assert missing_for_round(claim) == []


def test_says_everything_at_once(cast: Any) -> None:
    claim = a_ready_claim(cast.editor, sources=0)
    claim.replies.all().delete()
    claim.appearances.all().delete()
    assert refused(claim, cast) == ["no_appearance", "no_citations", "reply_unaccounted"]


def test_refuses_a_second_round_a_held_and_a_withdrawn_claim(cast: Any) -> None:
    round_ = an_open_round(cast)
    with pytest.raises(WrongState) as error:
        open_round(by=cast.editor, claim=round_.claim)
    assert error.value.code == "round_already_open"

    held = a_ready_claim(cast.editor, hold_reason="The lawyers look at it.", hold_by=cast.editor)
    with pytest.raises(WrongState) as error:
        open_round(by=cast.editor, claim=held)
    assert error.value.code == "claim_held"

    withdrawn = a_ready_claim(cast.editor, publication_state="withdrawn")
    with pytest.raises(WrongState) as error:
        open_round(by=cast.editor, claim=withdrawn)
    assert error.value.code == "claim_withdrawn"


def test_refuses_anybody_but_an_editor_and_an_old_look(cast: Any) -> None:
    claim = a_ready_claim(cast.editor)
    for person in (cast.reviewer_a, cast.publisher, cast.superuser, cast.outsider):
        with pytest.raises(WrongPerson):
            open_round(by=person, claim=claim)
    with pytest.raises(WrongState) as error:
        open_round(by=cast.editor, claim=claim, version=7)
    assert error.value.code == "edited_by_another"


def test_freezes_the_copy_that_the_editors_passages_stand_in(cast: Any) -> None:
    from claims.models import CitedPassage
    from sources.models import Passage

    claim = a_ready_claim(cast.editor)
    citation = claim.citations.get(position=1)
    older = citation.source.captures.get()
    a_copy(cast.editor, citation.source, text="Another wording.")
    text = older.artefacts.get(role="text")
    passage = Passage.objects.create(
        artefact=text,
        text_sha256=text.sha256,
        exact="1,980,000",
        start=40,
        end=49,
        created_by=cast.editor,
        created_at=timezone.now(),
    )
    CitedPassage.objects.create(citation=citation, passage=passage)
    frozen = dossier_of(open_round(by=cast.editor, claim=claim)).citations[0]
    assert frozen.capture is not None
    assert frozen.capture.id == str(older.public_id)
    assert frozen.capture.text_sha256 == text.sha256 == digest_of_factory()
    assert [row.exact for row in frozen.passages] == ["1,980,000"]


def digest_of_factory() -> str:
    from tests.claims.services.round_factory import TEXT

    return digest(TEXT)


def test_superseding_gives_the_next_round_to_the_same_reviewers(cast: Any) -> None:
    round_ = an_open_round(cast)
    assign(by=cast.editor, round_=round_, person=cast.reviewer_a)
    supersede_open_round(claim=round_.claim, by=cast.editor, reason="Edited.")
    round_.refresh_from_db()
    assert (round_.state, round_.closed_reason) == ("superseded", "Edited.")
    assert Event.objects.filter(action="round_superseded", subject_id=round_.public_id).exists()

    again = open_round(by=cast.editor, claim=round_.claim)
    assert again.number == 2
    assert [row.person for row in Assignment.objects.filter(round=again)] == [cast.reviewer_a]
    assert supersede_open_round(claim=a_ready_claim(cast.editor), by=cast.editor, reason="Edited.") is None


def test_abandons_with_a_reason(cast: Any) -> None:
    round_ = an_open_round(cast)
    with pytest.raises(BadInput):
        abandon_round(by=cast.editor, claim=round_.claim, reason=" ")
    with pytest.raises(WrongPerson):
        abandon_round(by=cast.reviewer_a, claim=round_.claim, reason="No time.")
    assert abandon_round(by=cast.editor, claim=round_.claim, reason="Nobody has time.").state == "abandoned"
    with pytest.raises(WrongState) as error:
        abandon_round(by=cast.editor, claim=round_.claim, reason="Again.")
    assert error.value.code == "round_closed"


def test_the_editor_who_opens_declares_and_a_declared_interest_keeps_it_from_publication(cast: Any) -> None:
    from claims.services.declaring import accept_interest
    from claims.services.opening import Declaration
    from claims.services.publishing import approve
    from claims.services.rating import hand_in
    from tests.claims.services.publication_factory import a_text, no_interest
    from tests.claims.services.round_factory import a_form, given

    claim = a_ready_claim(cast.editor)
    for declaration, code in ((Declaration(""), "declaration_missing"), (Declaration("yes"), "several")):
        with pytest.raises(BadInput) as refused:
            open_round(by=cast.editor, claim=claim, declaration=declaration)
        assert refused.value.code == code
        assert not Round.objects.exists(), "nothing is opened by half"
    round_ = open_round(by=cast.editor, claim=claim, declaration=Declaration("yes", "I worked at the harbour."))
    interest = round_.interests.get()
    assert (interest.person, interest.capacity, interest.words) == (
        cast.editor,
        "editor",
        "I worked at the harbour.",
    )
    assert Event.objects.get(action="interest_declared").subject_id == interest.public_id
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    for person in (cast.reviewer_a, cast.reviewer_b):
        hand_in(by=person, round_=round_, form=a_form(round_))
    no_interest(round_, cast.publisher)
    with pytest.raises(WrongPerson) as passed_over:
        a_text(cast, claim)
    assert passed_over.value.code == "interest_declared", "nor do they write its text"
    text = a_text(cast, claim, by=cast.reviewer_a)
    with pytest.raises(WrongState) as held:
        approve(by=cast.publisher, writeup=text)
    assert held.value.code == "editor_interest_open"
    accept_interest(by=cast.publisher, interest=interest, reason="Twenty years ago.")
    assert approve(by=cast.publisher, writeup=text).publication_state == "up"


def test_says_what_this_desk_could_not_do_and_opens_all_the_same(cast: Any) -> None:
    from claims.services.declaring import declare_interest
    from claims.services.reaching import shortfalls_of

    claim = a_ready_claim(cast.editor)
    assert cast.reviewer_a.pk and cast.publisher.pk
    found = [each.code for each in shortfalls_of(claim)]
    assert found == ["quorum_not_reachable", "no_adjudicator", "nobody_to_lift"]
    round_ = open_round(by=cast.editor, claim=claim)
    assert cast.reviewer_b.pk and cast.adjudicator.pk
    assert cast.publisher2.pk
    assert shortfalls_of(claim) == ()
    assign(by=cast.editor, round_=round_, person=cast.reviewer_b)
    declare_interest(by=cast.reviewer_b, round_=round_, is_declared=True, words="A friend.")
    assert "quorum_not_reachable" in [each.code for each in shortfalls_of(claim)]


def test_the_quorum_is_frozen_with_the_round(cast: Any) -> None:
    claim = a_ready_claim(cast.editor, quorum=3)
    round_ = open_round(by=cast.editor, claim=claim)
    claim.quorum = 1
    claim.save()
    round_.refresh_from_db()
    assert round_.quorum == 3
