"""The passages that an editor points at."""

from typing import Any

import pytest

from claims.querysets import contributors_to
from claims.services.choosing_passages import choose_passage, drop_passage
from claims.services.opening import open_round
from sources.domain.errors import BadInput, WrongPerson, WrongState
from sources.services.quote import pin_quote
from tests.claims.services.round_factory import a_ready_claim

pytestmark = pytest.mark.django_db

WORDS = "The register counts 1,980,000 containers for 2016"


def test_a_passage_is_a_new_version_and_supersedes_the_round(cast: Any, archive_folder: Any) -> None:
    claim = a_ready_claim(cast.editor)
    round_ = open_round(by=cast.editor, claim=claim)
    citation = claim.citations.order_by("position")[0]
    passage = pin_quote(by=cast.editor2, capture=citation.source.captures.get(), exact=WORDS)

    choose_passage(by=cast.editor2, citation=citation, passage=passage)
    claim.refresh_from_db()
    round_.refresh_from_db()
    assert (claim.version, round_.state) == (2, "superseded")
    assert contributors_to(claim) == {cast.editor.pk, cast.editor2.pk}
    with pytest.raises(WrongState) as again:
        choose_passage(by=cast.editor, citation=citation, passage=passage)
    assert again.value.code == "passage_chosen_already"

    drop_passage(by=cast.editor, citation=citation, passage=passage)
    claim.refresh_from_db()
    assert claim.version == 3
    with pytest.raises(WrongState) as gone:
        drop_passage(by=cast.editor, citation=citation, passage=passage)
    assert gone.value.code == "passage_not_chosen"


def test_a_passage_stands_in_the_source_that_is_cited(cast: Any, archive_folder: Any) -> None:
    claim = a_ready_claim(cast.editor)
    one, two = claim.citations.order_by("position")
    passage = pin_quote(by=cast.editor, capture=two.source.captures.get(), exact=WORDS)
    with pytest.raises(BadInput) as refused:
        choose_passage(by=cast.editor, citation=one, passage=passage)
    assert refused.value.code == "passage_of_another_source"
    with pytest.raises(WrongPerson):
        choose_passage(by=cast.reviewer_a, citation=two, passage=passage)
    assert not two.cited_passages.exists()
