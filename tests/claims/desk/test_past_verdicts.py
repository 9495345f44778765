"""Past verdicts on similar claims: shown after handing in, and to nobody before."""

from typing import Any

import pytest

from claims.models import Claim, Round
from claims.services.adjudicating import rate_blind
from claims.services.conferring import send_to_adjudication
from claims.services.declaring import declare_interest
from claims.services.opening import open_round, supersede_open_round
from claims.services.rating import hand_in
from tests.claims.services.publication_factory import a_published_claim
from tests.claims.services.round_factory import a_form, an_open_round, given

pytestmark = pytest.mark.django_db

PAST = "The old harbour handled two million containers in 2011, its statistics say."


@pytest.fixture
def past(cast: Any) -> Claim:
    return a_published_claim(cast, statement=PAST)


def shows(client: Any, path: str) -> bool:
    return PAST in client.get(path, follow=True).content.decode()


def everywhere(round_: Round) -> list[str]:
    here = f"/desk/rounds/{round_.public_id}/"
    pages = ("", "rate/", "discuss/", "adjudicate/", "evidence/", "interests/")
    return [f"{here}{page}" for page in pages] + [f"/desk/claims/{round_.claim.public_id}/"]


def test_shows_them_once_the_own_rating_is_in(cast: Any, logged_in: Any, past: Claim) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    client = logged_in(cast.reviewer_a)
    assert not any(shows(client, path) for path in everywhere(round_))
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    page = client.get(f"/desk/rounds/{round_.public_id}/").content.decode()
    assert "Past verdicts on similar claims" in page
    assert PAST in page
    assert "Mostly supported, by the sources cited" in page
    assert f'href="/claims/{past.slugs.get().slug}/"' in page
    for person in (cast.reviewer_b, cast.adjudicator, cast.publisher):
        assert not any(shows(logged_in(person), path) for path in everywhere(round_)), person


def test_an_adjudicator_sees_them_after_rating_blind(cast: Any, logged_in: Any, past: Claim) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_, support="mixed"))
    assert shows(logged_in(cast.reviewer_b), f"/desk/rounds/{round_.public_id}/discuss/")
    round_ = send_to_adjudication(by=cast.publisher, round_=round_)
    declare_interest(by=cast.adjudicator, round_=round_, is_declared=False, capacity="adjudicator")
    client = logged_in(cast.adjudicator)
    assert not any(shows(client, path) for path in everywhere(round_))
    rate_blind(by=cast.adjudicator, round_=round_, form=a_form(round_))
    assert shows(client, f"/desk/rounds/{round_.public_id}/adjudicate/")


def test_who_rated_an_earlier_version_waits_like_everybody(cast: Any, logged_in: Any, past: Claim) -> None:
    first = an_open_round(cast)
    given(cast, first, cast.reviewer_a)
    hand_in(by=cast.reviewer_a, round_=first, form=a_form(first))
    supersede_open_round(claim=first.claim, by=cast.editor, reason="Edited.")
    again = open_round(by=cast.editor, claim=first.claim)
    declare_interest(by=cast.reviewer_a, round_=again, is_declared=False)
    client = logged_in(cast.reviewer_a)
    assert not any(shows(client, path) for round_ in (first, again) for path in everywhere(round_))
    hand_in(by=cast.reviewer_a, round_=again, form=a_form(again))
    assert shows(client, f"/desk/rounds/{again.public_id}/")
