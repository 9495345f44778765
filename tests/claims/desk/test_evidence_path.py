"""“Needs other evidence”, all the way: named, added or declined, and rated anew by the same reviewers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from claims.models import CitedPassage, EvidenceRequest
from claims.querysets import contributors_to, dossier_of, open_round_of
from claims.services.assigning import assign, take_next
from claims.services.declaring import declare_interest
from claims.services.rating import hand_in
from claims.services.reminding import send_reminders
from claims.services.requesting_evidence import answer_evidence_request, request_evidence
from claims.services.versions import grow_version
from sources.domain.errors import WrongPerson, WrongState
from sources.models import Event
from tests.claims.services.round_factory import a_form, a_ready_claim, an_open_round, given

pytestmark = pytest.mark.django_db
LogIn = Callable[[Any], Client]


def test_the_editor_adds_it_and_the_same_reviewers_rate_the_new_version(
    cast: Any, logged_in: LogIn, noon: Any
) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    asked = request_evidence(by=cast.reviewer_b, round_=round_, wanted="The register of 2015")
    claim = round_.claim
    here = f"/desk/evidence/{asked.public_id}/"
    editor = logged_in(cast.editor)
    page = editor.get(here).content.decode()
    assert "The register of 2015" in page
    assert "reviewer_b" not in page, "who asked is not said"
    assert reverse("admin:claims_claim_change", args=[claim.pk]) in page
    early = editor.post(here, {"state": "added", "answer": "It is there."})
    assert early.status_code == 409
    assert "nothing_added" in early.content.decode()
    assert "It is there." in early.content.decode()

    citation = claim.citations.order_by("position")[0]
    chosen = editor.post(
        f"/desk/claims/{claim.public_id}/passages/",
        {"do": f"choose:{citation.public_id}", f"exact-{citation.public_id}": "1,980,000 containers"},
    )
    assert chosen.status_code == 302
    assert open_round_of(claim) is None, "the edit closed the round"
    assert send_reminders() == 2
    assert all("The register" not in letter.body for letter in mail.outbox)
    answer = editor.post(here, {"state": "added", "answer": "Source 1, second paragraph."})
    assert answer["Location"] == reverse("admin:claims_claim_open_review", args=[claim.pk])
    assert Event.objects.get(action="evidence_request_answered").subject_id == asked.public_id
    assert editor.post(answer["Location"], {"is_declared": "no"}).status_code == 302

    again = open_round_of(claim)
    assert again is not None
    assert dossier_of(again).citations[0].passages[0].exact == "1,980,000 containers"
    assert set(again.assignments.values_list("person", flat=True)) == {cast.reviewer_a.pk, cast.reviewer_b.pk}
    asker = logged_in(cast.reviewer_b)
    assert "The evidence that you asked for is added. Source 1" in asker.get("/desk/").content.decode()
    declared = asker.get(f"/desk/rounds/{again.public_id}/rate/")
    assert "/interests/" in declared["Location"], "asked again, for what it cites may be new"
    assert "On an earlier version of this claim you declared none" in asker.get(declared["Location"]).content.decode()
    with pytest.raises(WrongPerson):
        request_evidence(by=cast.reviewer_c, round_=again, wanted="More")


def test_the_editor_declines_with_a_reason_and_the_round_goes_on(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    asked = request_evidence(by=cast.reviewer_a, round_=round_, wanted="The minutes")
    here = f"/desk/evidence/{asked.public_id}/"
    assert logged_in(cast.publisher).get(here).status_code == 403
    client = logged_in(cast.editor)
    assert client.post(here, {"state": "declined", "answer": " "}).status_code == 400
    assert client.post(here, {"state": "declined", "answer": "They were never kept."}).status_code == 302
    assert EvidenceRequest.objects.get().state == "declined"
    page = logged_in(cast.reviewer_a).get("/desk/").content.decode()
    assert "is not added. They were never kept." in page
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))


def test_who_declared_an_interest_is_not_drawn_for_the_next_version_either(cast: Any) -> None:
    round_ = an_open_round(cast, quorum=1)
    assign(by=cast.editor, round_=round_, person=cast.reviewer_a)
    declare_interest(by=cast.reviewer_a, round_=round_, is_declared=True, words="I worked there.")
    claim = round_.claim
    grow_version(by=cast.editor, claim=claim, action="claim_edited")
    from claims.services.opening import open_round

    again = open_round(by=cast.editor, claim=claim)
    with pytest.raises(WrongState):
        take_next(by=cast.reviewer_a)
    assert take_next(by=cast.reviewer_b).round == again


def test_added_means_that_the_claim_was_edited(cast: Any) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    asked = request_evidence(by=cast.reviewer_a, round_=round_, wanted="The minutes")
    with pytest.raises(WrongState) as refused:
        answer_evidence_request(by=cast.editor, request=asked, state="added", answer="There.")
    assert refused.value.code == "nothing_added"
    grow_version(by=cast.editor, claim=round_.claim, action="claim_edited")
    assert answer_evidence_request(by=cast.editor, request=asked, state="added").state == "added"


def test_passages_are_chosen_and_dropped_on_their_page(cast: Any, logged_in: LogIn) -> None:
    claim = a_ready_claim(cast.editor)
    citation = claim.citations.order_by("position")[0]
    here, which = f"/desk/claims/{claim.public_id}/passages/", str(citation.public_id)
    client = logged_in(cast.editor)
    assert "The register counts 1,980,000 containers" in client.get(here).content.decode()
    for words, code in (("", 400), ("three million lions", 400), ("the harbour", 400)):
        answer = client.post(here, {"do": f"choose:{which}", f"exact-{which}": words})
        assert answer.status_code == code
        assert f'href="#exact-{which}"' in answer.content.decode()
        assert words in answer.content.decode()
    data = {"do": f"choose:{which}", f"exact-{which}": "1,980,000 containers"}
    assert client.post(here, data)["Location"] == f"{here}#source-{which}"
    assert client.post(here, data).status_code == 409, "chosen already"
    claim.refresh_from_db()
    assert claim.version == 2
    event = Event.objects.get(action="passage_chosen")
    assert (event.by, event.version) == (cast.editor, 2)
    assert cast.editor.pk in contributors_to(claim)
    page = client.get(here).content.decode()
    assert "<mark>1,980,000 containers</mark>" in page
    passage = CitedPassage.objects.get().passage
    assert logged_in(cast.publisher).get(here).status_code == 200
    assert logged_in(cast.publisher).post(here, {"do": f"drop:{passage.public_id}"}).status_code == 403
    assert logged_in(cast.reviewer_a).get(here).status_code == 403
    client = logged_in(cast.editor)
    assert client.post(here, {"do": f"drop:{passage.public_id}"}).status_code == 302
    for forged in (f"drop:{passage.public_id}", "drop:nonsense", "choose:nonsense"):
        assert client.post(here, {"do": forged}).status_code == 404
    assert client.post(here, {"do": "nonsense"}).status_code == 400
    assert not CitedPassage.objects.exists()
