"""The desk's pages, by the test client: the whole way, wrong input, and what is kept of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from claims.models import Claim, EvidenceRequest, Pin, Rating, RatingDraft, Round, Writeup
from claims.querysets import dossier_of
from claims.services.assigning import assign
from claims.services.conferring import send_to_adjudication
from claims.services.declaring import declare_interest
from claims.services.opening import supersede_open_round
from claims.services.rating import hand_in
from tests.claims.services.round_factory import a_differing_round, a_form, an_open_round, given

pytestmark = pytest.mark.django_db
LogIn = Callable[[Any], Client]


def answers(round_: Round, **more: str) -> dict[str, str]:
    """What the form posts when everything is answered."""
    form = a_form(round_)
    typed = {
        "attribution": "said_it",
        "support": "mostly_supported",
        "confidence": "moderate",
        "reasons": "The register counts them.",
        "do": "hand_in",
    }
    for finding in form.findings:
        typed[f"finding-{finding.citation_id}" + (f"-{finding.part}" if finding.part else "")] = "supports"
    for link in form.links:
        typed[f"link-{link.link_id}"] = "shown"
    return {**typed, **more}


def at(round_: Round, page: str) -> str:
    return f"/desk/rounds/{round_.public_id}/{page}/"


def test_the_desk_is_for_members(client: Client, cast: Any, logged_in: LogIn) -> None:
    assert client.get("/desk/").status_code == 302
    answer = logged_in(cast.outsider).get("/desk/")
    assert answer.status_code == 403
    assert "not_a_member" in answer.content.decode()


def test_takes_declares_rates_and_waits(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast, parts="ab")
    client = logged_in(cast.reviewer_a)
    assert "Take the next one" in client.get("/desk/").content.decode()
    taken = client.post("/desk/take/")
    assert taken["Location"] == at(round_, "rate")
    first = client.get(at(round_, "rate"))
    assert first["Location"] == at(round_, "interests") + "?capacity=rater"
    asked = client.get(first["Location"]).content.decode()
    assert round_.claim.statement in asked
    assert "1,980,000" not in asked, "no evidence before the declaration"
    assert client.post(at(round_, "interests"), {"capacity": "rater"}).status_code == 400, (
        "nothing is chosen for them"
    )
    done = client.post(at(round_, "interests"), {"capacity": "rater", "is_declared": "no"})
    assert done["Location"] == at(round_, "rate")

    page = client.get(at(round_, "rate")).content.decode()
    assert "The register counts 1,980,000 containers" in page
    assert "Did they say it?" in page
    assert "The main" in page or "support the main point" in page, "labels show their meaning"
    handed = client.post(at(round_, "rate"), answers(round_))
    assert handed["Location"] == f"/desk/rounds/{round_.public_id}/"
    assert Rating.objects.get().person == cast.reviewer_a
    assert "You have handed in" in client.get(handed["Location"]).content.decode()
    assert client.get(at(round_, "rate")).status_code == 302


def test_says_what_is_missing_and_keeps_what_was_typed(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    client = logged_in(cast.reviewer_a)
    typed = answers(round_, support="", reasons="A reason that took an hour")
    answer = client.post(at(round_, "rate"), typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'href="#support"' in page
    assert "A reason that took an hour" in page
    assert "A reason that took an hour" in RatingDraft.objects.get().payload
    assert not Rating.objects.exists()


def test_a_round_that_was_superseded_hands_the_words_back(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    client = logged_in(cast.reviewer_a)
    supersede_open_round(claim=round_.claim, by=cast.editor, reason="Edited.")
    answer = client.post(at(round_, "rate"), answers(round_, reasons="An hour of words"))
    assert answer.status_code == 409
    assert "round_superseded" in answer.content.decode()
    assert "An hour of words" in answer.content.decode()


def test_saves_drafts_while_typing_and_tells_the_second_window(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    client = logged_in(cast.reviewer_a)
    saved = client.post(at(round_, "draft"), {"reasons": "So far", "revision": "0"}).json()
    assert saved["revision"] == 1
    assert {"field": "support", "sentence": "Answer how well these sources support it."} in saved["missing"]
    assert "So far" in client.get(at(round_, "rate")).content.decode()
    client.post(at(round_, "draft"), {"reasons": "Further", "revision": "1"})
    late = client.post(at(round_, "draft"), {"reasons": "Old window", "revision": "1"})
    assert (late.status_code, late.json()["code"]) == (409, "draft_saved_elsewhere")
    assert logged_in(cast.reviewer_b).post(at(round_, "draft"), {"reasons": "x"}).status_code == 403


def test_pins_and_unpins_without_script(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    client = logged_in(cast.reviewer_a)
    citation = dossier_of(round_).citations[0].id
    typed = {f"paste-{citation}": "1,980,000 containers", "do": f"pin:{citation}", "reasons": "Half a reason"}
    made = client.post(at(round_, "rate"), typed)
    pin = Pin.objects.get()
    assert made["Location"].endswith(f"#passage-{pin.public_id}")
    page = client.get(at(round_, "rate")).content.decode()
    assert '<mark class="own"' in page
    assert "Half a reason" in page
    wrong = client.post(at(round_, "rate"), {**typed, f"paste-{citation}": "three million lions"})
    assert wrong.status_code == 400
    assert "three million lions" in wrong.content.decode()
    assert client.post(at(round_, "rate"), {"do": f"unpin:{pin.public_id}"}).status_code == 302
    assert not Pin.objects.exists()
    assert client.post(at(round_, "rate"), {"do": "unpin:nonsense"}).status_code == 404


def test_forged_names_in_the_form_are_refused(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    other = dossier_of(an_open_round(cast)).citations[0].id
    given(cast, round_, cast.reviewer_a)
    client = logged_in(cast.reviewer_a)
    for name in (f"finding-{other}", "finding-nonsense", "link-nonsense"):
        assert client.post(at(round_, "rate"), answers(round_, **{name: "supports"})).status_code == 400
    assert not Rating.objects.exists()


def test_asks_for_evidence_and_an_editor_answers(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    client = logged_in(cast.reviewer_a)
    assert client.post(at(round_, "evidence"), {"wanted": " "}).status_code == 400
    assert client.post(at(round_, "evidence"), {"wanted": "The register of 2015"}).status_code == 302
    asked = EvidenceRequest.objects.get()
    client = logged_in(cast.editor)
    assert "The register of 2015" in client.get("/desk/").content.decode()
    url = f"/desk/evidence/{asked.public_id}/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"state": "declined"}).status_code == 400
    assert client.post(url, {"state": "declined", "answer": "Never printed."}).status_code == 302
    assert client.post(url, {"state": "added"}).status_code == 409


def test_discusses_and_sends_to_an_adjudicator_who_settles(cast: Any, logged_in: LogIn) -> None:
    round_ = a_differing_round(cast)
    client = logged_in(cast.reviewer_a)
    page = client.get(at(round_, "discuss")).content.decode()
    assert "Reviewer A" in page
    assert "Reviewer B" in page
    assert cast.reviewer_b.username not in page
    assert client.post(at(round_, "discuss"), answers(round_, change_reason="")).status_code == 400
    assert client.post(at(round_, "discuss"), answers(round_, change_reason="I keep it.")).status_code == 302
    other = logged_in(cast.reviewer_b)
    other.post(at(round_, "discuss"), answers(round_, support="mixed", change_reason="I keep mine."))
    assert "Ask an adjudicator" in other.get(at(round_, "discuss")).content.decode()
    assert other.post(at(round_, "send")).status_code == 302

    client = logged_in(cast.adjudicator)
    assert client.get(at(round_, "adjudicate"))["Location"].endswith("?capacity=adjudicator")
    client.post(at(round_, "interests"), {"capacity": "adjudicator", "is_declared": "no"})
    blind = client.get(at(round_, "adjudicate")).content.decode()
    assert "I keep mine." not in blind
    assert "Reviewer A" not in blind
    client.post(at(round_, "adjudicate"), answers(round_, reasons="My own reading."))
    seen = client.get(at(round_, "adjudicate")).content.decode()
    assert "I keep mine." in seen
    assert client.post(at(round_, "adjudicate"), {"kind": "for_one", "reasons": "So."}).status_code == 400
    chosen = Rating.objects.get(person=cast.reviewer_b, stage="first").public_id
    done = client.post(
        at(round_, "adjudicate"), {"kind": "for_one", "chosen": str(chosen), "reasons": "The rounding."}
    )
    assert done.status_code == 302
    round_.refresh_from_db()
    assert (round_.state, round_.support) == ("decided", "mixed")


def _decided(cast: Any) -> Round:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    for person in (cast.reviewer_a, cast.reviewer_b):
        hand_in(by=person, round_=round_, form=a_form(round_))
    round_.refresh_from_db()
    return round_


def test_writes_approves_suspends_and_lifts(cast: Any, logged_in: LogIn) -> None:
    round_ = _decided(cast)
    claim = round_.claim
    here = f"/desk/claims/{claim.public_id}/"
    client = logged_in(cast.editor)
    assert "To write up" in client.get("/desk/").content.decode()
    early = client.post(f"{here}write/", {"kind": "first", "headline": "Early", "summary": "Words kept"})
    assert early.status_code == 409, "interests first"
    assert "Words kept" in early.content.decode()
    assert 'id="headline"' not in client.get(f"{here}write/").content.decode()
    assert client.post(f"{here}write/", {"do": "declare"}).status_code == 400
    assert client.post(f"{here}write/", {"do": "declare", "is_declared": "no"}).status_code == 302
    bad = client.post(f"{here}write/", {"kind": "first", "headline": "", "summary": "Words kept"})
    assert bad.status_code == 400
    assert "Words kept" in bad.content.decode()
    text = {"kind": "first", "headline": "Nearly two million", "summary": "The register counts 1,980,000."}
    assert client.post(f"{here}write/", text).status_code == 302
    writeup = Writeup.objects.get()

    client = logged_in(cast.publisher)
    assert "Nearly two million" in client.get(f"/desk/texts/{writeup.public_id}/").content.decode()
    approve = f"/desk/texts/{writeup.public_id}/"
    assert client.post(approve, {"do": "approve"}).status_code == 409, "interests first"
    client.post(approve, {"do": "declare", "is_declared": "no"})
    assert client.post(approve, {"do": "approve", "publish_at": "nonsense"}).status_code == 400
    done = client.post(approve, {"do": "approve"})
    assert done.status_code == 302, done.content.decode()
    claim.refresh_from_db()
    assert claim.publication_state == "up"
    assert client.post(approve, {"do": "approve"}).status_code == 409

    assert client.post(here, {"do": "suspend", "text-suspend": " "}).status_code == 400
    assert client.post(here, {"do": "suspend", "text-suspend": "We found a doubt."}).status_code == 302
    claim.refresh_from_db()
    assert claim.publication_state == "suspended"
    refused = client.post(here, {"do": "lift", "text-lift": "All is well."})
    assert refused.status_code == 403 and "All is well." in refused.content.decode()
    assert logged_in(cast.publisher2).post(here, {"do": "lift", "text-lift": "All is well."}).status_code == 302
    claim.refresh_from_db()
    assert claim.publication_state == "up"


def test_a_declared_interest_is_accepted_at_the_desk(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    assign(by=cast.editor, round_=round_, person=cast.reviewer_a)
    declared = {"capacity": "rater", "is_declared": "yes", "words": "I worked there."}
    client = logged_in(cast.reviewer_a)
    assert client.post(at(round_, "interests"), {**declared, "words": ""}).status_code == 400
    client.post(at(round_, "interests"), declared)
    assert client.get(at(round_, "rate")).status_code == 403
    interest = round_.interests.get()
    client = logged_in(cast.publisher)
    url = f"/desk/interests/{interest.public_id}/"
    assert "I worked there." in client.get(url).content.decode()
    assert client.post(url, {"reason": "Long ago."}).status_code == 302
    assert logged_in(cast.reviewer_a).get(at(round_, "rate")).status_code == 200


def test_claim_steps_are_those_of_the_person(cast: Any, logged_in: LogIn) -> None:
    round_ = a_differing_round(cast)
    here = f"/desk/claims/{round_.claim.public_id}/"
    assert "Abandon" not in logged_in(cast.reviewer_c).get(here).content.decode()
    page = logged_in(cast.publisher).get(here).content.decode()
    assert "Ask an adjudicator" in page
    assert "mostly_supported" not in page
    assert logged_in(cast.reviewer_c).post(here, {"do": "abandon", "text-abandon": "No."}).status_code == 403
    send_to_adjudication(by=cast.publisher, round_=round_)
    held = logged_in(cast.publisher).post(here, {"do": "hold", "text-hold": "Nobody is left."})
    assert held.status_code == 302
    assert logged_in(cast.publisher).post(here, {"do": "nonsense"}).status_code == 400


def test_the_glass_is_shown_and_broken_on_the_record(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_, reasons="Seen through glass"))
    client = logged_in(cast.publisher)
    assert "Seen through glass" not in client.get(at(round_, "glass")).content.decode()
    assert client.post(at(round_, "glass"), {"reason": ""}).status_code == 400
    assert "Seen through glass" in client.post(at(round_, "glass"), {"reason": "A threat."}).content.decode()
    page = logged_in(cast.reviewer_b).get(f"/desk/claims/{round_.claim.public_id}/").content.decode()
    assert "publisher looked at its ratings before the reveal" in page
    assert "A threat." not in page
    assert logged_in(cast.reviewer_b).post(at(round_, "glass"), {"reason": "Curious."}).status_code == 403


def test_the_queue_needs_no_more_queries_for_more_claims(
    cast: Any, logged_in: LogIn, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = logged_in(cast.reviewer_a)
    counts = []
    for _ in range(2):
        for _ in range(2):
            round_ = an_open_round(cast)
            given(cast, round_, cast.reviewer_a)
        client.get("/desk/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_unknown_things_are_not_here(cast: Any, logged_in: LogIn) -> None:
    client = logged_in(cast.editor)
    unknown = "00000000-0000-4000-8000-000000000000"
    for path in ("rounds/{}/rate", "claims/{}", "texts/{}", "interests/{}", "evidence/{}", "corrections/{}"):
        assert client.get(f"/desk/{path.format(unknown)}/").status_code == 404
    assert client.get(f"/desk/copies/{unknown}/{unknown}/").status_code == 404


def test_reads_an_archived_copy(cast: Any, logged_in: LogIn) -> None:
    round_ = an_open_round(cast)
    claim = Claim.objects.get(pk=round_.claim_id)
    citation = claim.citations.first()
    assert citation is not None
    capture = citation.source.captures.get()
    url = f"/desk/copies/{citation.source.public_id}/{capture.public_id}/"
    assert "1,980,000 containers" in logged_in(cast.reviewer_a).get(url).content.decode()


def test_an_adjudicator_with_an_interest_is_passed_over(cast: Any, logged_in: LogIn) -> None:
    round_ = send_to_adjudication(by=cast.reviewer_a, round_=a_differing_round(cast))
    client = logged_in(cast.adjudicator)
    assert round_.claim.statement in client.get("/desk/").content.decode()
    declare_interest(by=cast.adjudicator, round_=round_, is_declared=True, words="A cousin.", capacity="adjudicator")
    assert "No round waits" in client.get("/desk/").content.decode()
    assert client.get(at(round_, "adjudicate")).status_code == 403


def test_the_rating_page_needs_no_more_queries_for_more_of_anything(cast: Any, logged_in: LogIn) -> None:
    """Neither for more citations, parts, copies and pins, nor for claims and ratings elsewhere."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from claims.services.pinning import pin
    from tests.claims.services.round_factory import a_copy

    client, counts = logged_in(cast.reviewer_a), []
    for sources, parts in ((2, ""), (7, "abc")):
        round_ = an_open_round(cast, sources=sources, parts=parts)
        given(cast, round_, cast.reviewer_a, cast.reviewer_b)
        for citation in dossier_of(round_).citations[: sources - 1]:
            pin(by=cast.reviewer_a, round_=round_, citation_id=citation.id, exact="1,980,000 containers")
        for row in round_.claim.citations.all()[: sources - 1]:
            a_copy(cast.editor, row.source, text="Read again.")
        hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_))
        client.get(at(round_, "rate"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(at(round_, "rate")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
