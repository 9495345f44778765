"""Judging a copy, legal holds and removals at the desk: two people, and nothing by half."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from claims.models import Claim, RecordPart
from claims.querysets import latest_revision_of
from claims.services.choosing_passages import choose_quote
from claims.services.rating import hand_in
from claims.services.removing import RemovalDraft, ask_removal
from sources.archive import store
from sources.models import Capture, Event, LegalHold, Passage, Removal
from tests.claims.services.publication_factory import SUMMARY, a_published_claim
from tests.claims.services.round_factory import a_form, a_ready_claim, an_open_round, given

pytestmark = pytest.mark.django_db
LogIn = Callable[[Any], Client]
REMOVAL = {"ground": "court_order", "basis": "Order 5 of 2026", "note_for_readers": "By order.", "http_status": "451"}


def copy_of(claim: Claim) -> Capture:
    return claim.citations.order_by("position")[0].source.captures.get()


def steps(capture: Capture) -> str:
    return f"/desk/copies/{capture.source.public_id}/{capture.public_id}/steps/"


def test_an_editor_judges_a_copy_by_hand(cast: Any, logged_in: LogIn) -> None:
    capture = copy_of(a_ready_claim(cast.editor))
    client = logged_in(cast.editor)
    assert steps(capture) in client.get(steps(capture).replace("steps/", "")).content.decode()
    assert "usable" in client.get(steps(capture)).content.decode()
    for typed, status in (
        ({"verdict": ""}, 400),
        ({"verdict": "paywall", "reason": " "}, 400),
        ({"verdict": "usable", "reason": "It reads well."}, 409),
    ):
        answer = client.post(steps(capture), {"do": "judge", **typed})
        assert answer.status_code == status
    judged = {"do": "judge", "verdict": "paywall", "reason": "Only the first paragraph is there."}
    assert client.post(steps(capture), judged).status_code == 302
    row = capture.usabilities.order_by("-pk")[0]
    assert (row.verdict, row.judged_by) == ("paywall", cast.editor)
    assert Event.objects.get(action="capture_judged").reason == "Only the first paragraph is there."
    assert logged_in(cast.publisher).post(steps(capture), judged).status_code in (403, 409)
    assert logged_in(cast.reviewer_a).get(steps(capture)).status_code == 403


def test_a_hold_keeps_a_copy_and_is_lifted(cast: Any, logged_in: LogIn) -> None:
    capture = copy_of(a_ready_claim(cast.editor))
    client = logged_in(cast.publisher)
    assert client.post(steps(capture), {"do": "hold", "hold_reason": ""}).status_code == 400
    hold = {"do": "hold", "whole": "yes", "hold_reason": "A case is before the court."}
    assert client.post(steps(capture), hold).status_code == 302
    placed = LegalHold.objects.get()
    assert (placed.subject_id, placed.placed_by) == (capture.source.public_id, cast.publisher)
    assert "A case is before the court." in client.get(steps(capture)).content.decode()
    refused = client.post(steps(capture), {"do": "remove", **REMOVAL})
    assert (refused.status_code, "legal_hold" in refused.content.decode()) == (409, True)
    assert "Order 5 of 2026" in refused.content.decode(), "nothing typed is lost"
    here = "/desk/removals/"
    assert "A case is before the court." in client.get(here).content.decode()
    assert client.post(here, {"do": f"lift:{placed.public_id}"}).status_code == 400
    lifted = {"do": f"lift:{placed.public_id}", f"reason-{placed.public_id}": "The case is over."}
    assert logged_in(cast.editor).post(here, lifted).status_code == 403
    assert logged_in(cast.publisher).post(here, lifted).status_code == 302
    assert client.post(here, lifted).status_code == 404
    assert Event.objects.filter(action__startswith="legal_hold").count() == 2


def test_a_copy_and_a_passage_go_by_two_hands(
    cast: Any, logged_in: LogIn, django_capture_on_commit_callbacks: Any
) -> None:
    claim = a_ready_claim(cast.editor)
    capture = copy_of(claim)
    chosen = choose_quote(
        by=cast.editor, citation=claim.citations.order_by("position")[0], exact="1,980,000 containers"
    )
    client = logged_in(cast.editor)
    for missing in ("ground", "basis"):
        answer = client.post(steps(capture), {"do": "remove", **{**REMOVAL, missing: ""}})
        assert answer.status_code == 400
        assert f'href="#{missing}"' in answer.content.decode()
    assert client.post(steps(capture), {"do": "remove", **REMOVAL, "http_status": "200"}).status_code == 400
    assert client.post(steps(capture), {"do": "remove:nonsense", **REMOVAL}).status_code == 404
    assert client.post(steps(capture), {"do": f"remove:{chosen.passage.public_id}", **REMOVAL}).status_code == 302
    assert client.post(steps(capture), {"do": "remove", **REMOVAL}).status_code == 302
    assert "Removals to carry out (2)" in logged_in(cast.publisher).get("/desk/").content.decode()

    here = "/desk/removals/"
    editor = logged_in(cast.editor)
    assert "You asked for it" in editor.get(here).content.decode()
    for removal in Removal.objects.order_by("pk"):
        deed = {"do": f"carry_out:{removal.public_id}"}
        assert editor.post(here, {**deed, "sure": "yes"}).status_code == 403
        publisher = logged_in(cast.publisher)
        assert publisher.post(here, deed).status_code == 400, "one has to say that one is sure"
        with django_capture_on_commit_callbacks(execute=True):
            assert publisher.post(here, {**deed, "sure": "yes"}).status_code == 302
        assert publisher.post(here, {**deed, "sure": "yes"}).status_code == 404
        editor = logged_in(cast.editor)
    assert not store.exists(capture.warc_sha256)
    assert Passage.objects.get(pk=chosen.passage.pk).exact == ""
    assert {row.done_by for row in Removal.objects.filter(subject_kind__in=("capture", "passage"))} == {
        cast.publisher
    }
    assert "carried out by publisher" in editor.get(here).content.decode()


def test_words_of_a_record_go_by_two_hands(cast: Any, logged_in: LogIn) -> None:
    claim = a_published_claim(cast)
    here = f"/desk/claims/{claim.public_id}/removals/"
    client = logged_in(cast.editor)
    assert "at least three characters" in client.get(f"{here}?words=ab").content.decode()
    assert "stand in no part" in client.get(f"{here}?words=never+written").content.decode()
    page = client.get(f"{here}?words=register+counts").content.decode()
    assert SUMMARY in page
    part = RecordPart.objects.get(text__contains=SUMMARY)
    typed = {"words": "register counts", **REMOVAL}
    assert client.post(here, typed).status_code == 400
    assert client.post(here, {**typed, "parts": [str(part.public_id)], "basis": " "}).status_code == 400
    assert not Removal.objects.exists()
    assert client.post(here, {**typed, "parts": [str(part.public_id)]}).status_code == 302
    removal = Removal.objects.get()
    deed = {"do": f"carry_out:{removal.public_id}", "sure": "yes"}
    assert logged_in(cast.publisher).post("/desk/removals/", deed).status_code == 302
    part.refresh_from_db()
    assert part.text == ""
    revision = latest_revision_of(claim)
    assert revision is not None
    slug = claim.slugs.get(is_canonical=True).slug
    assert SUMMARY not in Client().get(f"/claims/{slug}/").content.decode()
    assert logged_in(cast.reviewer_a).get(here).status_code == 403


def test_no_list_tells_of_a_removal_that_would_tell_of_a_rating(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    rating = hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    ask_removal(by=cast.editor, draft=RemovalDraft("rating", rating.public_id, "safety", "A threat."))
    for person in (cast.publisher, cast.publisher2, cast.editor):
        client = logged_in(person)
        assert "A threat." not in client.get("/desk/removals/").content.decode()
        assert "Removals to carry out" not in client.get("/desk/").content.decode()
