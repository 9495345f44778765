"""What every move of publication has in common: lock the claim, check state and person, write the state."""

import uuid

from django.contrib.auth.models import User
from django.utils import timezone

from claims.domain import lifecycle, separation
from claims.models import Capacity, Claim, Interest, Notice, NoticeKind, Round
from claims.permissions import groups_of
from claims.querysets import decided_round_of, latest_round_of
from claims.services.assigning import history_of
from claims.services.declaring import check_nothing_stands
from sources.domain.errors import NotFound, WrongPerson, WrongState
from sources.services.history import record_event


def lock_claim(public_id: uuid.UUID) -> Claim:
    """The claim's row, locked until the transaction ends. Raises ``NotFound`` (``no_such_claim``)."""
    claim = Claim.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
    if claim is None:
        raise NotFound("no_such_claim", "There is no such claim.")
    return claim


def check_move(*, name: str, claim: Claim, by: User) -> lifecycle.PublicationState:
    """State first, then person (DESIGN 5.16). Returns the state the move leads to."""
    round_ = latest_round_of(claim)
    state = round_.state if round_ else None
    target = lifecycle.check_publication_move(name, claim.publication_state, round_state=state)
    lifecycle.check_group(lifecycle.PUBLICATION_MOVES[name], groups_of(by))
    return target


def set_state(claim: Claim, target: lifecycle.PublicationState) -> tuple[dict[str, str], dict[str, str]]:
    """Write the new state and return it as ``before`` and ``after`` of an Event."""
    before = {"publication": claim.publication_state}
    claim.publication_state = target.value
    if target is not lifecycle.PublicationState.SCHEDULED:
        claim.publish_at = None
    claim.save(update_fields=["publication_state", "publish_at", "updated_at"])
    return before, {"publication": target.value}


def decided_round(claim: Claim) -> Round:
    """The newest round, if it is decided. Raises ``WrongState`` (``not_decided``)."""
    latest, decided = latest_round_of(claim), decided_round_of(claim)
    if decided is None or latest is None or latest.pk != decided.pk:
        words = lifecycle.ROUND_STATE_WORDS[lifecycle.RoundState(latest.state) if latest else None]
        raise WrongState("not_decided", f"There is no decision to write up yet: its round is {words}.")
    return decided


def check_not_held(claim: Claim) -> None:
    """Raise ``WrongState`` (``claim_held``) while the claim is on hold."""
    if claim.hold_reason:
        raise WrongState("claim_held", f"This claim is on hold: {claim.hold_reason}")


def check_may_publish(*, round_: Round, by: User) -> None:
    """Separation and interest of whoever approves (DESIGN 5.7). A rater may; a contributor may not.

    Raises ``WrongPerson`` (``own_claim``, ``saw_ratings``, ``interest_declared``) or ``WrongState``
    (``interest_missing``, ``editor_interest_open``).
    """
    history = history_of(round_)
    separation.may_publish(by.pk, history)
    if by.pk in history.glass_breakers:
        raise WrongPerson("saw_ratings", "You looked at ratings before the reveal, so you cannot publish this claim.")
    check_nothing_stands(by=by, round_=round_)
    waiting = Interest.objects.filter(
        round=round_, capacity=Capacity.EDITOR, is_declared=True, accepted_by__isnull=True
    )
    if waiting.filter(person__in={round_.opened_by_id, *history.contributors}).exists():
        raise WrongState(
            "editor_interest_open",
            "The editor of this claim declared an interest that nobody has accepted yet, with a printed reason.",
        )


def put_up_notice(*, by: User | None, claim: Claim, kind: str, text: str, citation_pk: int | None = None) -> Notice:
    """Write a notice and its event; the caller holds the claim's lock and has checked who may."""
    notice = Notice.objects.create(
        claim=claim, kind=NoticeKind(kind), text=text, citation_id=citation_pk, put_up_by=by, put_up_at=timezone.now()
    )
    record_event(by=by, action="notice_put_up", subject=notice, after={"kind": kind, "claim": str(claim.public_id)})
    return notice
