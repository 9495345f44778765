"""Two people in the same instant, on PostgreSQL with real threads. Each guard is also shown to be needed."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection, connections, transaction
from django.db.models import Model, QuerySet

from claims.models import Assignment, Claim, Rating, Round
from claims.models.guards import GUARDS as CLAIMS_GUARDS
from claims.services import adjudicating, assigning, conferring, handing_in, opening, rating
from claims.services.adjudicating import Settlement, rate_blind, settle
from claims.services.declaring import declare_interest
from claims.services.versions import grow_versions
from sources.domain.errors import DeskError
from sources.models import Event, append_only
from sources.models.guards import GUARDS as SOURCES_GUARDS
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


def test_a_draw_and_an_edit_of_what_two_claims_share_never_wait_for_each_other(
    cast: Any, monkeypatch: pytest.MonkeyPatch, is_guarded: bool
) -> None:
    """A draw goes by the age of the rounds, an edit by the keys of the claims: the other way round, here.

    Whoever draws holds one round at a time. Holding the first while asking for the second, one of the two is killed.
    """
    low, high = a_ready_claim(cast.editor), a_ready_claim(cast.editor)
    old = opening.open_round(by=cast.editor, claim=high)
    young = opening.open_round(by=cast.editor, claim=low)
    is_drawing, is_editing = threading.Event(), threading.Event()
    real_question, real_close, who, came = assigning.may_be_given, opening._close, cast.reviewer_a, []

    def passed_by(person: User, round_: Round) -> bool:
        is_drawing.set()
        is_editing.wait(20)
        return round_.pk != old.pk and real_question(person, round_)

    def closed(**more: Any) -> Round | None:
        is_drawing.wait(20)
        done = real_close(**more)
        is_editing.set()
        return done

    monkeypatch.setattr(assigning, "may_be_given", passed_by)
    monkeypatch.setattr(opening, "_close", closed)

    def ended(act: Callable[[], object]) -> None:
        try:
            act()
            came.append("done")
        except OperationalError:
            came.append("deadlock")

    def draw() -> None:
        with contextlib.nullcontext() if is_guarded else transaction.atomic():
            assigning.take_next(by=who)

    def edit() -> None:
        with transaction.atomic():
            grow_versions(by=cast.editor, claims=[high, low], reason="The speaker's name was edited.")

    refused = at_once(lambda: ended(draw), lambda: ended(edit))
    assert refused == (["nothing_to_take", ""] if is_guarded else refused)
    assert sorted(came) == (["done"] if is_guarded else ["deadlock", "done"])
    if is_guarded:
        states = Round.objects.filter(pk__in=(old.pk, young.pk)).values_list("state", flat=True)
        assert set(states) == {"superseded"}
        assert Event.objects.filter(action="round_superseded").count() == 2


def _nobody_asks(**_: Any) -> None:
    """In place of the service's own question."""


@pytest.mark.parametrize("guards", ["both", "database alone", "none"])
def test_one_person_in_two_windows_hands_in_once(cast: Any, monkeypatch: pytest.MonkeyPatch, guards: str) -> None:
    """The lock lets them in one by one; past it the constraint stands; without either there are two ratings."""
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    form, who = a_form(round_), cast.reviewer_a
    Meeting(monkeypatch, rating, "write_rating", is_guarded=guards == "both", before=True)
    if guards != "both":
        monkeypatch.setattr(rating, "lock_round", unlocked)
        monkeypatch.setattr(rating, "check_not_handed_in", _nobody_asks)
    acts = [lambda: rating.hand_in(by=who, round_=round_, form=form)] * 2
    if guards == "none":
        with without_constraint(Rating, "rating_one_final"):
            assert at_once(*acts) == ["", ""]
            assert Rating.objects.count() == 2
        return
    assert sorted(at_once(*acts)) == ["", "handed_in_already"]
    assert Rating.objects.count() == 1


@contextlib.contextmanager
def without_constraint(model: type[Model], name: str) -> Iterator[None]:
    """Take a named constraint away, and what was written without it, so that it can come back."""
    constraint = next(each for each in model._meta.constraints if each.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        append_only.take_away(connection, (*CLAIMS_GUARDS, *SOURCES_GUARDS))
        with connection.cursor() as cursor:
            cursor.execute(f'TRUNCATE "{model._meta.db_table}" CASCADE')
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


def test_a_hand_in_while_the_claim_is_edited(cast: Any, monkeypatch: pytest.MonkeyPatch, is_guarded: bool) -> None:
    """Either it was in before the edit, or it is refused; never does it decide a round that the edit closed."""
    round_ = an_open_round(cast, quorum=1)
    given(cast, round_, cast.reviewer_a)
    form, who, editor = a_form(round_), cast.reviewer_a, cast.editor
    is_checked, is_edited = threading.Event(), threading.Event()
    real = rating.check_form

    def held(**more: Any) -> None:
        real(**more)
        is_checked.set()
        is_edited.wait(0.7 if is_guarded else 20)

    monkeypatch.setattr(rating, "check_form", held)
    if not is_guarded:
        monkeypatch.setattr(rating, "lock_round", unlocked)

    def edit() -> None:
        is_checked.wait(20)
        with transaction.atomic():
            claim = Claim.objects.select_for_update().get(pk=round_.claim_id)
            opening.supersede_open_round(claim=claim, by=editor, reason="Edited.")
        is_edited.set()

    came = at_once(lambda: rating.hand_in(by=who, round_=round_, form=form), edit)
    round_.refresh_from_db()
    assert came == ["", ""]
    assert round_.state == "decided"
    superseded = Event.objects.filter(action="round_superseded").exists()
    assert superseded is not is_guarded, "without the lock the rating decides a round that was superseded"


def test_two_windows_saving_one_draft_keep_both_versions(
    cast: Any, monkeypatch: pytest.MonkeyPatch, is_guarded: bool
) -> None:
    """The later one finds a newer revision and is refused; without the lock it is saved over the other, unseen."""
    round_ = an_open_round(cast)
    given(cast, round_, cast.reviewer_a)
    who = cast.reviewer_a
    draft = rating.save_draft(by=who, round_=round_, payload={"reasons": "Begun"})
    Meeting(monkeypatch, rating, "check_may_draft", is_guarded=is_guarded)
    if not is_guarded:
        monkeypatch.setattr(rating, "lock_round", unlocked)
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
        _read_together(monkeypatch)
    came = at_once(
        *(lambda words=words: rating.save_draft(by=who, round_=round_, payload={"reasons": words}, revision=1)
          for words in ("Laptop", "Phone"))
    )  # fmt: skip
    draft.refresh_from_db()
    if is_guarded:
        assert sorted(came) == ["", "draft_saved_elsewhere"]
    else:
        assert came == ["", ""], "each believes that its words were kept"


def _read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold each thread between reading the draft and writing it, until the other has read it too."""
    barrier, real = threading.Barrier(2, timeout=20), rating.timezone.now

    def now() -> Any:
        if threading.current_thread() is not threading.main_thread():
            with contextlib.suppress(threading.BrokenBarrierError):
                barrier.wait()
        return real()

    monkeypatch.setattr(rating.timezone, "now", now)


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
