"""The copies of a source by date: the frozen one decides, the others can be looked at and say that they decide nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest

from claims.models import Pin, RatingDraft, Round
from claims.querysets import dossier_of
from claims.services.rating import hand_in
from sources.models import Capture
from tests.claims.services.round_factory import a_copy, a_form, an_open_round, given

pytestmark = pytest.mark.django_db

LATER = "The harbour in 2016\n\nThe register was corrected and counts 1,700,000 containers."


def looked_at(cast: Any, noon: Any) -> tuple[Round, str, Capture]:
    """A round with a copy made after it was opened."""
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    citation = round_.claim.citations.get(position=1)
    noon.shift(timedelta(days=3))
    later = a_copy(cast.reviewer_b, citation.source, text=LATER)
    return round_, str(citation.public_id), later


def at(round_: Round) -> str:
    return f"/desk/rounds/{round_.public_id}/rate/"


def paper(page: str, citation: str) -> str:
    found = re.search(rf'<section class="paper" id="source-{citation}".*?</section>', page, re.S)
    assert found
    return found.group()


def test_shows_the_frozen_copy_and_names_the_others(cast: Any, noon: Any, logged_in: Any) -> None:
    round_, citation, _ = looked_at(cast, noon)
    page = logged_in(cast.reviewer_a).get(at(round_)).content.decode()
    shown = paper(page, citation)
    assert "1,980,000 containers" in shown
    assert "1,700,000" not in page
    assert shown.count("<option") == 2
    assert "frozen with the round</option>" in shown
    assert "made since</option>" in shown
    other = dossier_of(round_).citations[1].id
    assert "<option" not in paper(page, other), "one copy needs no choice"


def test_another_copy_is_marked_and_takes_no_pins(cast: Any, noon: Any, logged_in: Any) -> None:
    round_, citation, later = looked_at(cast, noon)
    client = logged_in(cast.reviewer_a)
    typed = {"do": f"look:{citation}", f"look-{citation}": str(later.public_id), "reasons": "Half a reason"}
    asked = client.post(at(round_), typed)
    assert asked.status_code == 302
    assert asked["Location"].endswith(f"#source-{citation}")
    page = client.get(asked["Location"]).content.decode()
    shown = paper(page, citation)
    assert "counts 1,700,000 containers" in shown
    assert "It decides nothing" in shown
    assert "data-citation" not in shown
    assert f'value="pin:{citation}"' not in shown
    assert "Half a reason" in page, "what was typed is saved on the way"
    assert "Half a reason" in RatingDraft.objects.get().payload
    assert "1,980,000 containers" in paper(page, dossier_of(round_).citations[1].id)


def test_goes_back_to_the_frozen_copy(cast: Any, noon: Any, logged_in: Any) -> None:
    round_, citation, _ = looked_at(cast, noon)
    client = logged_in(cast.reviewer_a)
    frozen = dossier_of(round_).citations[0].capture
    assert frozen is not None
    asked = client.post(at(round_), {"do": f"look:{citation}", f"look-{citation}": frozen.id})
    assert "It decides nothing" not in client.get(asked["Location"]).content.decode()
    client.post(at(round_), {"do": f"pin:{citation}", f"paste-{citation}": "1,700,000 containers"})
    assert not Pin.objects.exists(), "words of another copy are no passage of the frozen one"


@pytest.mark.parametrize("wanted", ["", "nonsense", "a:b", "{other}:{later}", "{citation}:{foreign}"])
def test_a_copy_that_does_not_belong_there_is_passed_over(cast: Any, noon: Any, logged_in: Any, wanted: str) -> None:
    round_, citation, later = looked_at(cast, noon)
    foreign = a_copy(
        cast.editor, an_open_round(cast).claim.citations.get(position=1).source, text="Of another claim."
    )
    other = dossier_of(round_).citations[1].id
    named = wanted.format(citation=citation, other=other, later=later.public_id, foreign=foreign.public_id)
    answer = logged_in(cast.reviewer_a).get(at(round_), {"copy": named})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "It decides nothing" not in page
    assert "Of another claim." not in page


def test_a_forged_choice_leads_back_to_the_page(cast: Any, noon: Any, logged_in: Any) -> None:
    round_, _, later = looked_at(cast, noon)
    client = logged_in(cast.reviewer_a)
    answer = client.post(at(round_), {"do": "look:nonsense", "look-nonsense": str(later.public_id)})
    assert answer["Location"] == at(round_)


def test_nobody_else_looks_by_that_way(cast: Any, noon: Any, logged_in: Any) -> None:
    round_, citation, later = looked_at(cast, noon)
    named = {"copy": f"{citation}:{later.public_id}"}
    assert logged_in(cast.reviewer_c).get(at(round_), named).status_code == 403
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    assert logged_in(cast.reviewer_a).get(at(round_), named).status_code == 302
