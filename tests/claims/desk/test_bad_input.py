"""Bad input at the desk: each case ends with a sentence, the right status and a stable code, and nothing typed is lost."""

from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from claims.models import Adjudication, EvidenceRequest, Interest, Pin, Rating, RatingDraft, Round
from claims.querysets import dossier_of
from claims.services.adjudicating import hold_as_differing, rate_blind
from claims.services.conferring import confer, send_to_adjudication
from claims.services.declaring import declare_interest
from claims.services.opening import abandon_round, supersede_open_round
from claims.services.rating import hand_in
from claims.services.taking_back import take_back
from tests.claims.desk.test_pages import answers, at
from tests.claims.services.round_factory import a_differing_round, a_form, an_open_round, given

pytestmark = pytest.mark.django_db

WORDS = "An hour of words on the register, kept whatever comes."
LONG = "n" * 100_000
RIGHT_TO_LEFT = "قال الوزير إن الميناء تعامل مع مليوني حاوية (2016)، كما في «السجل»."
CONTROLS = {"nul": "two\x00million", "escape": "two\x1b[31mmillion", "backspace": "two\x08million"}


def said(answer: Any) -> str:
    return unescape(answer.content.decode())


def rating_is_due(cast: Any) -> Round:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    return round_


def _abandoned(cast: Any, round_: Round) -> None:
    abandon_round(by=cast.editor, claim=round_.claim, reason="Nobody gets to it.")


def _superseded(cast: Any, round_: Round) -> None:
    supersede_open_round(claim=round_.claim, by=cast.editor, reason="Edited.")


def _taken_back(cast: Any, round_: Round) -> None:
    take_back(by=cast.editor, assignment=round_.assignments.get(person=cast.reviewer_a), reason="On leave.")


def _handed_in(cast: Any, round_: Round) -> None:
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))


def _decided(cast: Any, round_: Round) -> None:
    _handed_in(cast, round_)
    given(cast, round_, cast.reviewer_b)
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_))


TOO_LATE = {
    "abandoned": (_abandoned, 409, "round_not_open"),
    "superseded": (_superseded, 409, "round_superseded"),
    "taken back": (_taken_back, 403, "not_assigned"),
    "handed in": (_handed_in, 409, "handed_in_already"),
    "decided": (_decided, 409, "handed_in_already"),
}


@pytest.mark.parametrize(("befalls", "status", "code"), TOO_LATE.values(), ids=TOO_LATE.keys())
def test_a_hand_in_that_comes_too_late(befalls: Any, status: int, code: str, cast: Any, logged_in: Any) -> None:
    round_ = rating_is_due(cast)
    befalls(cast, round_)
    before = Rating.objects.count()
    client = logged_in(cast.reviewer_a)
    answer = client.post(at(round_, "rate"), answers(round_, reasons=WORDS))
    assert (answer.status_code, answer.context["error"].code) == (status, code)
    assert answer.context["error"].sentence in said(answer)
    assert WORDS in said(answer)
    assert Rating.objects.count() == before
    late = client.post(at(round_, "draft"), answers(round_, reasons=WORDS))
    assert (late.status_code, late.json()["code"]) == (status, code)


def conferring(cast: Any) -> tuple[Any, Round]:
    return cast.reviewer_a, a_differing_round(cast)


def adjudicating(cast: Any) -> tuple[Any, Round]:
    round_ = send_to_adjudication(by=cast.reviewer_a, round_=a_differing_round(cast))
    declare_interest(by=cast.adjudicator, round_=round_, is_declared=False, capacity="adjudicator")
    return cast.adjudicator, round_


def test_a_second_rating_twice_or_after_the_end(cast: Any, logged_in: Any) -> None:
    person, round_ = conferring(cast)
    confer(by=person, round_=round_, form=a_form(round_, change_reason="We talked."))
    typed = answers(round_, reasons=WORDS, change_reason="And again.")
    answer = logged_in(person).post(at(round_, "discuss"), typed)
    assert (answer.status_code, answer.context["error"].code) == (409, "handed_in_already")
    assert WORDS in said(answer)
    hold_as_differing(by=cast.publisher, round_=round_, reason="Nobody is left.")
    answer = logged_in(cast.reviewer_b).post(at(round_, "discuss"), typed)
    assert (answer.status_code, answer.context["error"].code) == (409, "round_not_differing")
    assert WORDS in said(answer)
    assert Rating.objects.count() == 3


def test_a_settlement_twice(cast: Any, logged_in: Any) -> None:
    person, round_ = adjudicating(cast)
    rate_blind(by=person, round_=round_, form=a_form(round_))
    client, typed = logged_in(person), {"kind": "differ", "reasons": WORDS}
    assert client.post(at(round_, "adjudicate"), typed).status_code == 302
    answer = client.post(at(round_, "adjudicate"), typed)
    assert (answer.status_code, answer.context["error"].code) == (409, "round_not_in_adjudication")
    assert WORDS in said(answer)
    assert Adjudication.objects.count() == 1


def test_an_adjudicator_who_rated(cast: Any, logged_in: Any) -> None:
    round_ = send_to_adjudication(by=cast.reviewer_a, round_=a_differing_round(cast))
    cast.reviewer_a.groups.add(Group.objects.get_or_create(name="Adjudicator")[0])
    client = logged_in(cast.reviewer_a)
    assert client.get(at(round_, "adjudicate")).status_code == 403
    for typed in (answers(round_, reasons=WORDS), {"kind": "differ", "reasons": WORDS}):
        answer = client.post(at(round_, "adjudicate"), typed)
        assert (answer.status_code, answer.context["error"].code) == (403, "rated_this_round")
        assert WORDS in said(answer)
    assert not Adjudication.objects.exists()
    assert not Rating.objects.filter(stage="adjudicator").exists()


def test_settling_before_rating_blind(cast: Any, logged_in: Any) -> None:
    person, round_ = adjudicating(cast)
    answer = logged_in(person).post(at(round_, "adjudicate"), {"kind": "differ", "reasons": WORDS})
    assert answer.status_code == 400, "what came is read as the blind rating that is due, and lacks its answers"
    assert WORDS in said(answer)
    assert not Adjudication.objects.exists()
    assert "Reviewer A" not in said(answer)


def test_a_settlement_for_a_rating_of_another_round(cast: Any, logged_in: Any) -> None:
    person, round_ = adjudicating(cast)
    rate_blind(by=person, round_=round_, form=a_form(round_))
    foreign = a_differing_round(cast).ratings.all()[0]
    own = round_.ratings.get(stage="adjudicator")
    client = logged_in(person)
    for chosen in (foreign.public_id, own.public_id, "nonsense"):
        answer = client.post(at(round_, "adjudicate"), {"kind": "for_one", "chosen": str(chosen), "reasons": WORDS})
        assert answer.status_code == 400
        assert WORDS in said(answer)
        assert 'id="chosen-error"' in said(answer)
    assert not Adjudication.objects.exists()


def test_a_citation_of_another_claim(cast: Any, logged_in: Any) -> None:
    round_ = rating_is_due(cast)
    foreign = dossier_of(an_open_round(cast)).citations[0].id
    client = logged_in(cast.reviewer_a)
    answer = client.post(at(round_, "rate"), answers(round_, reasons=WORDS, **{f"finding-{foreign}": "supports"}))
    assert answer.status_code == 400
    assert "A finding names a source that is not cited here." in said(answer)
    assert WORDS in said(answer)
    forged = {"do": f"pin:{foreign}", f"paste-{foreign}": "1,980,000 containers", "reasons": WORDS}
    answer = client.post(at(round_, "rate"), forged)
    assert answer.status_code == 400
    assert "This source is not cited here." in said(answer)
    assert WORDS in said(answer)
    assert not Rating.objects.exists()
    assert not Pin.objects.exists()


def note_field(round_: Round, at_: int = 0) -> str:
    return f"note-finding-{dossier_of(round_).citations[at_].id}"


def test_a_hundred_thousand_characters_of_reason(cast: Any, logged_in: Any) -> None:
    round_ = rating_is_due(cast)
    client = logged_in(cast.reviewer_a)
    answer = client.post(at(round_, "rate"), answers(round_, reasons=LONG))
    assert answer.status_code == 400
    assert "Your reason has 100,000 characters; there is room for 20,000." in said(answer)
    assert LONG in said(answer)
    assert LONG in RatingDraft.objects.get().payload, "and it is there after closing the tab"
    answer = client.post(at(round_, "rate"), answers(round_, reasons=WORDS, **{note_field(round_): LONG}))
    assert answer.status_code == 400
    assert "The note on source 1 has 100,000 characters; there is room for 4,000." in said(answer)
    assert LONG in said(answer)
    assert not Rating.objects.exists()


def test_more_than_a_draft_has_room_for(cast: Any, logged_in: Any) -> None:
    round_ = rating_is_due(cast)
    client = logged_in(cast.reviewer_a)
    huge = answers(round_, reasons=LONG * 3, **{note_field(round_, 0): LONG, note_field(round_, 1): LONG})
    for typed in (huge, {**huge, "do": "save"}):
        answer = client.post(at(round_, "rate"), typed)
        assert answer.status_code == 400
        assert "A draft has room for 400,000 characters." in said(answer)
        assert LONG * 3 in said(answer)
    late = client.post(at(round_, "draft"), huge)
    assert (late.status_code, late.json()["code"]) == (400, "draft_too_long")


def test_right_to_left_words_are_taken_as_they_are(cast: Any, logged_in: Any) -> None:
    round_ = rating_is_due(cast)
    client = logged_in(cast.reviewer_a)
    typed = answers(round_, reasons=RIGHT_TO_LEFT, **{note_field(round_): RIGHT_TO_LEFT})
    client.post(at(round_, "draft"), {**typed, "revision": "0"})
    page = said(client.get(at(round_, "rate")))
    assert f">{RIGHT_TO_LEFT}</textarea>" in page
    assert page.count('dir="auto"') > 5
    assert client.post(at(round_, "rate"), typed).status_code == 302
    rating = Rating.objects.get()
    assert rating.reasons == RIGHT_TO_LEFT
    assert rating.findings.first().note == RIGHT_TO_LEFT


@pytest.mark.parametrize("words", CONTROLS.values(), ids=CONTROLS.keys())
def test_control_characters(words: str, cast: Any, logged_in: Any) -> None:
    round_ = rating_is_due(cast)
    client = logged_in(cast.reviewer_a)
    answer = client.post(at(round_, "rate"), answers(round_, reasons=words, **{note_field(round_): words}))
    assert answer.status_code == 400
    assert "Your reason holds a character that cannot be printed." in said(answer)
    assert "The note on source 1 holds a character that cannot be printed." in said(answer)
    assert answer.content.decode().count("million") >= 2
    assert not Rating.objects.exists()


def _everywhere(cast: Any) -> list[tuple[Any, str, dict[str, str]]]:
    """Who, where, and what of it is words: every form of the desk about a round."""
    rating, (rater, differing), (adjudicator, blind) = rating_is_due(cast), conferring(cast), adjudicating(cast)
    _, settling = adjudicating(cast)
    rate_blind(by=adjudicator, round_=settling, form=a_form(settling))
    fresh = an_open_round(cast)
    given(cast, fresh, cast.reviewer_b)
    return [
        (cast.reviewer_a, at(rating, "rate"), answers(rating)),
        (cast.reviewer_a, at(rating, "evidence"), {"wanted": ""}),
        (rater, at(differing, "discuss"), answers(differing, change_reason="")),
        (adjudicator, at(blind, "adjudicate"), answers(blind)),
        (adjudicator, at(settling, "adjudicate"), {"kind": "differ", "reasons": ""}),
        (cast.publisher, at(rating, "glass"), {"reason": ""}),
        (cast.publisher, f"/desk/claims/{differing.claim.public_id}/", {"do": "hold", "text-hold": ""}),
        (cast.reviewer_c, at(rating, "interests"), {"capacity": "rater", "is_declared": "yes", "words": ""}),
    ]


def test_no_form_of_the_desk_breaks_on_any_of_it(cast: Any, client: Client) -> None:
    """Whatever is typed into whichever field: never a 500, always a sentence, and the words come back."""
    ratings, requests = Rating.objects.count, EvidenceRequest.objects.count
    places = _everywhere(cast)
    before = (ratings(), requests(), Interest.objects.count(), Adjudication.objects.count())
    for person, path, form in places:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        for nonsense in (LONG, "two\x00million"):
            for field in form.keys() - {"do"}:
                answer = client.post(path, {**form, field: nonsense})
                assert answer.status_code in (400, 403, 404, 409), (path, field)
                if field in ("reasons", "change_reason", "wanted", "reason", "text-hold"):
                    assert answer.status_code == 400, (path, field)
                    assert nonsense[-1000:].replace("\x00", "") in said(answer).replace("\x00", ""), (path, field)
    assert (ratings(), requests(), Interest.objects.count(), Adjudication.objects.count()) == before
