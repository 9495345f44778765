"""Passages that a rater chooses: in the frozen copy, before handing in, and theirs alone."""

from typing import Any
from uuid import uuid4

import pytest

from claims.models import Pin, Round
from claims.querysets import dossier_of
from claims.services.conferring import send_to_adjudication
from claims.services.declaring import declare_interest
from claims.services.pinning import pin, unpin
from claims.services.rating import hand_in
from sources.domain.errors import BadInput, WrongPerson, WrongState
from sources.models import Capture, Event
from tests.claims.services.round_factory import TEXT, a_differing_round, a_form, an_open_round, given

pytestmark = pytest.mark.django_db
WORDS = "1,980,000 containers"


@pytest.fixture
def round_(cast: Any) -> Round:
    opened = an_open_round(cast)
    given(cast, opened, cast.reviewer_a, cast.reviewer_b)
    return opened


def cited(round_: Round) -> str:
    return dossier_of(round_).citations[0].id


def test_pins_the_words_where_they_stand(cast: Any, round_: Round) -> None:
    start = TEXT.index(WORDS)
    by_place = pin(
        by=cast.reviewer_a, round_=round_, citation_id=cited(round_), exact=WORDS, start=start, note="The count."
    )
    assert (by_place.passage.start, by_place.passage.exact, by_place.note) == (start, WORDS, "The count.")
    assert str(by_place.citation_id) == cited(round_)
    typed = pin(by=cast.reviewer_b, round_=round_, citation_id=cited(round_), exact=" 1,980,000  containers")
    assert typed.passage.exact == WORDS
    assert not Event.objects.filter(by=cast.reviewer_a, action__contains="pin").exists()
    with pytest.raises(WrongState) as error:
        pin(by=cast.reviewer_a, round_=round_, citation_id=cited(round_), exact=WORDS, start=start)
    assert error.value.code == "pinned_already"


@pytest.mark.parametrize(
    ("words", "code"),
    [("2,980,000 containers", "quote_differs"), ("a pride of lions sleeps", "quote_not_found"), (" ", "quote_empty")],
)
def test_refuses_words_that_do_not_stand_there(cast: Any, round_: Round, words: str, code: str) -> None:
    with pytest.raises(BadInput) as error:
        pin(by=cast.reviewer_a, round_=round_, citation_id=cited(round_), exact=words)
    assert error.value.code in (code, "quote_not_found")
    assert not Pin.objects.exists()


def test_refuses_a_forged_citation_a_wrong_part_and_strangers(cast: Any, round_: Round) -> None:
    for more, code in (
        ({"citation_id": str(uuid4())}, "citation_not_in_dossier"),
        ({"part": "b"}, "part_not_asked"),
        ({"note": "x" * 5000}, "text_too_long"),
        ({"start": 3}, "passage_differs"),
    ):
        with pytest.raises(BadInput) as error:
            pin(**{"by": cast.reviewer_a, "round_": round_, "citation_id": cited(round_), "exact": WORDS, **more})
        assert error.value.code == code
    with pytest.raises(WrongPerson):
        pin(by=cast.reviewer_c, round_=round_, citation_id=cited(round_), exact=WORDS)


def test_refuses_a_text_that_was_read_anew(cast: Any, round_: Round) -> None:
    from django.utils import timezone

    from sources.archive import store
    from sources.models import Artefact

    frozen = dossier_of(round_).citations[0].capture
    assert frozen is not None
    renewed = f"A heading\n\n{TEXT}".encode()
    Artefact.objects.create(
        capture=Capture.objects.get(public_id=frozen.id),
        role="text",
        sha256=store.keep_bytes(renewed),
        bytes=len(renewed),
        media_type="text/plain",
        created_at=timezone.now(),
    )
    with pytest.raises(WrongState) as error:
        pin(by=cast.reviewer_a, round_=round_, citation_id=cited(round_), exact=WORDS)
    assert error.value.code == "text_renewed"


def test_unpins_ones_own_until_handing_in(cast: Any, round_: Round) -> None:
    mine = pin(by=cast.reviewer_a, round_=round_, citation_id=cited(round_), exact=WORDS)
    with pytest.raises(WrongPerson) as error:
        unpin(by=cast.reviewer_b, pin=mine)
    assert error.value.code == "not_your_pin"
    unpin(by=cast.reviewer_a, pin=mine)
    kept = pin(by=cast.reviewer_a, round_=round_, citation_id=cited(round_), exact=WORDS)
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    for act in (
        lambda: unpin(by=cast.reviewer_a, pin=kept),
        lambda: pin(by=cast.reviewer_a, round_=round_, citation_id=cited(round_), exact="register"),
    ):
        with pytest.raises(WrongState) as late:
            act()
        assert late.value.code == "handed_in_already"


def test_an_adjudicator_pins_too(cast: Any) -> None:
    round_ = send_to_adjudication(by=cast.reviewer_a, round_=a_differing_round(cast))
    declare_interest(by=cast.adjudicator, round_=round_, is_declared=False, capacity="adjudicator")
    assert pin(by=cast.adjudicator, round_=round_, citation_id=cited(round_), exact=WORDS).person == cast.adjudicator
