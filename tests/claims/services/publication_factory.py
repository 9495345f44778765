"""Claims that are decided, written up and published, all through the services."""

import contextlib
from typing import Any

from claims.models import Claim, Round, Writeup
from claims.services.declaring import declare_for_writing, declare_interest
from claims.services.publishing import approve
from claims.services.rating import hand_in
from claims.services.writing import TextDraft, rounds_written_of, write_text
from sources.domain.errors import DeskError
from tests.claims.services.round_factory import a_form, an_open_round, given

HEADLINE = "Two million containers, by the register"
SUMMARY = "The register counts 1,980,000 containers for 2016."


def a_decided_round(cast: Any, **more: Any) -> Round:
    """Both reviewers rated it alike."""
    round_ = an_open_round(cast, **more)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_))
    hand_in(by=cast.reviewer_b, round_=round_, form=a_form(round_, confidence="low"))
    round_.refresh_from_db()
    return round_


def no_interest(round_: Round, *people: Any) -> None:
    for person in people:
        if round_.interests.filter(person=person, capacity="publisher").exists():
            continue
        declare_interest(by=person, round_=round_, is_declared=False, capacity="publisher")


def a_text(cast: Any, claim: Claim, by: Any = None, **more: Any) -> Writeup:
    """Written by the editor or ``by``, who declared no interest where they had not declared before."""
    writer = by or cast.editor
    if claim.rounds.filter(state="decided").exists():
        with contextlib.suppress(DeskError):
            declare_for_writing(by=writer, rounds=rounds_written_of(claim), is_declared=False)
    draft = TextDraft(**{"headline": HEADLINE, "summary": SUMMARY, **more})
    return write_text(by=writer, claim=claim, draft=draft)


def a_published_claim(cast: Any, **more: Any) -> Claim:
    round_ = a_decided_round(cast, **more)
    writeup = a_text(cast, round_.claim)
    no_interest(round_, cast.publisher, cast.publisher2)
    claim = approve(by=cast.publisher, writeup=writeup)
    claim.refresh_from_db()
    return claim
