"""Leaving a name visibly out at the desk: chosen, looked at, kept; and what stays inside."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from claims.domain.answers import FindingAnswer
from claims.models import Redaction
from claims.querysets import dossier_of, latest_revision_of, record_of
from claims.services.conferring import confer, send_to_adjudication
from claims.services.declaring import declare_interest
from claims.services.pinning import pin
from claims.services.publishing import approve
from claims.services.rating import hand_in
from claims.services.redacting import REDACTED, redact
from sources.domain.errors import WrongState
from sources.models import Event
from tests.claims.services.publication_factory import a_text, no_interest
from tests.claims.services.round_factory import a_differing_round, a_form, an_open_round, given

pytestmark = pytest.mark.django_db
LogIn = Callable[[Any], Client]
NAME = "Ola Nordmann"


def _named_everywhere(cast: Any) -> Any:
    """A decided round in which one reviewer names somebody in reasons, a note on a source and one on a passage."""
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    citation = dossier_of(round_).citations[0].id
    pin(by=cast.reviewer_a, round_=round_, citation_id=citation, exact="1,980,000", note=f"Told me by {NAME}.")
    form = a_form(round_, reasons=f"{NAME} counted them.")
    first = form.findings[0]
    noted = FindingAnswer(first.citation_id, first.part, first.answer, f"See {NAME}.")
    form = form.__class__(**{**form.__dict__, "findings": (noted, *form.findings[1:])})
    hand_in(by=cast.reviewer_a, round_=round_, form=form)
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_))
    round_.refresh_from_db()
    return round_


def test_a_name_is_chosen_looked_at_and_left_out_everywhere(cast: Any, logged_in: LogIn) -> None:
    round_ = _named_everywhere(cast)
    text = a_text(cast, round_.claim)
    here = f"/desk/texts/{text.public_id}/redact/"
    client = logged_in(cast.publisher)
    assert here in client.get(f"/desk/texts/{text.public_id}/").content.decode()
    rating = round_.ratings.get(person=cast.reviewer_a)
    typed = {"rating": str(rating.public_id), "exact": NAME, "reason": "He asked us not to be named."}

    page = client.post(here, {**typed, "do": "preview", "reason": ""}).content.decode()
    assert "these words stand 3 times" in page
    assert page.count(REDACTED) == 4, "three texts and the explanation"
    assert not Redaction.objects.exists(), "a preview keeps nothing"

    for wrong in ({"rating": ""}, {"exact": "Nobody of that name"}, {"exact": ""}, {"reason": " "}):
        answer = client.post(here, {**typed, **wrong, "do": "redact"})
        assert answer.status_code == 400
        answer = client.post(here, {**typed, **wrong, "do": "preview"})
        assert answer.status_code == (200 if "reason" in wrong else 400)
    assert client.post(here, {**typed, "do": "nonsense"}).status_code == 400
    assert client.post(here, {**typed, "do": "redact"}).status_code == 302
    event = Event.objects.get(action="reasons_redacted")
    assert (event.by, event.reason, NAME in event.after) == (cast.publisher, "He asked us not to be named.", False)
    assert client.post(here, {**typed, "do": "redact"}).status_code == 409, "left out already"

    no_interest(round_, cast.publisher)
    approve(by=cast.publisher, writeup=text)
    revision = latest_revision_of(round_.claim)
    assert revision is not None
    assert NAME not in revision.record
    published = record_of(revision)
    assert NAME not in repr(published)
    assert repr(published).count(REDACTED) == 3
    rating.refresh_from_db()
    assert rating.reasons == f"{NAME} counted them.", "the original stays inside"


def test_what_is_left_out_of_a_first_rating_is_left_out_of_the_second(cast: Any) -> None:
    round_ = a_differing_round(cast)
    for person in (cast.reviewer_a, cast.reviewer_b):
        form = a_form(round_, support="mixed", reasons=f"{NAME} again.", change_reason=f"{NAME} said so.")
        confer(by=person, round_=round_, form=form)
    round_.refresh_from_db()
    second = round_.ratings.get(person=cast.reviewer_a, stage="after_discussion")
    redact(by=cast.publisher, rating=second, exact=NAME, reason="A private person.")
    with pytest.raises(WrongState):
        redact(by=cast.publisher, rating=second, exact=NAME, reason="Again.")
    text = a_text(cast, round_.claim)
    no_interest(round_, cast.publisher)
    approve(by=cast.publisher, writeup=text)
    revision = latest_revision_of(round_.claim)
    assert revision is not None
    words = [row for row in record_of(revision).ratings if NAME in row.reasons + row.change_reason]
    assert len(words) == 1, "the other reviewer's words were not chosen"


def test_redaction_is_for_editors_and_publishers_who_may_see_the_ratings(cast: Any, logged_in: LogIn) -> None:
    round_ = _named_everywhere(cast)
    here = f"/desk/texts/{a_text(cast, round_.claim).public_id}/redact/"
    for person in (cast.reviewer_a, cast.adjudicator):
        assert logged_in(person).get(here).status_code == 403
    assert logged_in(cast.editor).get(here).status_code == 200
    unknown = "00000000-0000-4000-8000-000000000000"
    assert logged_in(cast.editor).get(f"/desk/texts/{unknown}/redact/").status_code == 404


def test_an_adjudicators_reasons_are_redacted_too(cast: Any) -> None:
    from claims.services.adjudicating import Settlement, rate_blind, settle

    round_ = send_to_adjudication(by=cast.reviewer_a, round_=a_differing_round(cast))
    declare_interest(by=cast.adjudicator, round_=round_, is_declared=False, capacity="adjudicator")
    blind = rate_blind(by=cast.adjudicator, round_=round_, form=a_form(round_, support="mixed"))
    settle(
        by=cast.adjudicator,
        round_=round_,
        settlement=Settlement("own", f"As {NAME} shows.", None, "said_it", "mixed", "low"),
    )
    round_.refresh_from_db()
    blind.refresh_from_db()
    redact(by=cast.editor, rating=round_.ratings.get(pk=blind.pk), exact=NAME, reason="A private person.")
    text = a_text(cast, round_.claim)
    no_interest(round_, cast.publisher)
    approve(by=cast.publisher, writeup=text)
    revision = latest_revision_of(round_.claim)
    assert revision is not None
    assert NAME not in repr(record_of(revision))


def test_no_button_is_offered_that_will_be_refused(cast: Any, logged_in: LogIn) -> None:
    from claims.services.suspending import put_up_recheck
    from tests.claims.services.publication_factory import a_published_claim

    claim = a_published_claim(cast)
    here = f"/desk/claims/{claim.public_id}/"
    client = logged_in(cast.publisher)
    page = client.get(here).content.decode()
    assert "We found a possible fault in this verdict" in page, "two clicks: the sentence is there to be changed"
    put_up_recheck(by=cast.publisher, claim=claim, text="We look.")
    page = client.get(here).content.decode()
    assert 'value="lift_recheck"' not in page
    assert "You put up the re-check on" in page
    assert client.post(here, {"do": "suspend", "text-suspend": "A doubt."}).status_code == 302
    page = client.get(here).content.decode()
    assert 'value="lift"' not in page
    assert "You suspended this page on" in page
    other = logged_in(cast.publisher2)
    page = other.get(here).content.decode()
    assert 'value="lift"' in page
    assert 'value="lift_recheck"' in page
    for deed in ("lift", "lift_recheck"):
        assert other.post(here, {"do": deed, f"text-{deed}": "All is well."}).status_code == 302
    assert [event.action for event in Event.objects.filter(by=cast.publisher2).order_by("pk")] == [
        "interest_declared",
        "notice_lifted",
        "claim_lifted",
        "notice_lifted",
    ]
