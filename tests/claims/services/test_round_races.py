"""Two people in the same instant, on PostgreSQL with real threads. Each guard is also shown to be needed."""

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections

from claims.models import Assignment, Rating, Round
from claims.services import adjudicating, assigning, conferring, handing_in, opening, rating
from claims.services.adjudicating import Settlement, rate_blind, settle
from claims.services.declaring import declare_interest
from sources.domain.errors import DeskError
from tests.claims.services.round_factory import a_differing_round, a_form, a_ready_claim, an_open_round, given

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run ``acts`` in threads of their own; return each one's refusal code, or ``""``."""
    came: list[str] = [""] * len(acts)

    def run(index: int) -> None:
        try:
            acts[index]()
        except DeskError as error:
            came[index] = error.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive()
    return came


class Meeting:
    """Holds each thread at a place until the other one is there too; where a guard keeps it away, not for long."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *, is_guarded: bool, before: bool = False
    ) -> None:
        self.barrier = threading.Barrier(2, timeout=0.5 if is_guarded else 20)
        real = getattr(module, name)

        def held(*args: Any, **kwargs: Any) -> Any:
            if before:
                self.wait()
                return real(*args, **kwargs)
            came = real(*args, **kwargs)
            self.wait()
            return came

        monkeypatch.setattr(module, name, held)

    def wait(self) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            self.barrier.wait()


def unlocked(round_: Round) -> Round:
    return Round.objects.select_related("claim", "dossier").get(pk=round_.pk)


@pytest.fixture(params=[True, False], ids=["guarded", "unguarded"])
def is_guarded(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_two_last_hand_ins_at_once_reveal(cast: Any, monkeypatch: pytest.MonkeyPatch, is_guarded: bool) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    forms = {person: a_form(round_) for person in (cast.reviewer_a, cast.reviewer_b)}
    Meeting(monkeypatch, handing_in, "raters_of", is_guarded=is_guarded)
    if not is_guarded:
        monkeypatch.setattr(rating, "lock_round", unlocked)
    came = at_once(*(lambda who=who: rating.hand_in(by=who, round_=round_, form=forms[who]) for who in forms))
    round_.refresh_from_db()
    assert came == ["", ""]
    assert Rating.objects.count() == 2
    assert round_.state == ("decided" if is_guarded else "open"), "without the lock each misses the other"


def test_two_takes_at_once_never_exceed_the_quorum(
    cast: Any, monkeypatch: pytest.MonkeyPatch, is_guarded: bool
) -> None:
    round_ = an_open_round(cast, quorum=1)
    people: list[User] = [cast.reviewer_a, cast.reviewer_b]
    Meeting(monkeypatch, assigning, "give", is_guarded=is_guarded, before=True)
    if not is_guarded:
        monkeypatch.setattr(assigning, "lock_round", unlocked)
    came = at_once(*(lambda who=who: assigning.take_next(by=who) for who in people))
    assert sorted(came) == (["", "nothing_to_take"] if is_guarded else ["", ""])
    assert Assignment.objects.filter(round=round_).count() == (1 if is_guarded else 2)


def test_one_person_in_two_windows_hands_in_once(cast: Any) -> None:
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    form, who = a_form(round_), cast.reviewer_a
    came = at_once(*[lambda: rating.hand_in(by=who, round_=round_, form=form)] * 2)
    assert sorted(came) == ["", "handed_in_already"]
    assert Rating.objects.count() == 1


def test_a_round_opened_twice_at_once_opens_once(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    claim, who = a_ready_claim(cast.editor), cast.editor
    came = at_once(*[lambda: opening.open_round(by=who, claim=claim)] * 2)
    assert sorted(came) == ["", "round_already_open"]
    assert Round.objects.count() == 1


def test_the_database_alone_refuses_a_second_open_round(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the service's own question the partial unique constraint stands, and speaks the same sentence."""
    round_ = an_open_round(cast)
    monkeypatch.setattr(opening, "latest_round_of", lambda claim: None)
    with pytest.raises(DeskError) as error:
        opening.open_round(by=cast.editor, claim=round_.claim)
    assert error.value.code == "round_already_open"
    assert Round.objects.count() == 1


def test_two_second_ratings_at_once_agree(cast: Any, monkeypatch: pytest.MonkeyPatch, is_guarded: bool) -> None:
    round_ = a_differing_round(cast)
    form = a_form(round_, support="mixed", change_reason="We talked.")
    Meeting(monkeypatch, conferring, "compare", is_guarded=is_guarded)
    if not is_guarded:
        monkeypatch.setattr(conferring, "lock_round", unlocked)
    people = [cast.reviewer_a, cast.reviewer_b]
    came = at_once(*(lambda who=who: conferring.confer(by=who, round_=round_, form=form) for who in people))
    round_.refresh_from_db()
    assert came == ["", ""]
    assert round_.state == ("decided" if is_guarded else "differing")


def test_two_adjudicators_at_once_settle_once(cast: Any) -> None:
    round_ = conferring.send_to_adjudication(by=cast.reviewer_a, round_=a_differing_round(cast))
    cast.publisher.groups.add(cast.adjudicator.groups.get())
    people = [cast.adjudicator, cast.publisher]
    for person in people:
        declare_interest(by=person, round_=round_, is_declared=False, capacity="adjudicator")
        rate_blind(by=person, round_=round_, form=a_form(round_))
    decision = Settlement(kind="differ", reasons="Both can be held.")
    came = at_once(*(lambda who=who: settle(by=who, round_=round_, settlement=decision) for who in people))
    assert sorted(came) == ["", "round_not_in_adjudication"]
    assert adjudicating.Adjudication.objects.count() == 1
