"""Opening a round of review, and closing one that came to nothing."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from claims.domain import lifecycle
from claims.domain.lifecycle import RoundState
from claims.domain.scales import current
from claims.models import Appearance, Capacity, Citation, Claim, Reply, ReplyState, Round
from claims.permissions import groups_of
from claims.querysets import latest_round_of, open_round_of
from claims.services.assigning import give, holding, may_be_given
from claims.services.copies import copy_holding, is_under_way, last_trouble_with
from claims.services.declaring import declare_interest
from claims.services.dossiers import citations_of, copy_for, freeze, origins_of
from sources.domain.errors import BadInput, DeskError, WrongState
from sources.services.history import record_event

REASON_LIMIT = 2000


class NotReady(WrongState):
    """A claim that cannot be reviewed yet: ``errors`` says all that is missing, ``code`` is the first of theirs."""

    def __init__(self, errors: list[DeskError]) -> None:
        super().__init__(errors[0].code, " ".join(error.sentence for error in errors), field=errors[0].field)
        self.errors = errors


def missing_for_round(claim: Claim) -> list[DeskError]:
    """What keeps a round of ``claim`` from opening, in the order of the claim's page; empty if nothing does."""
    citations = citations_of(claim)
    return [
        *_claim_faults(claim),
        *(error for row in claim.appearances.select_related("source") for error in _appearance_faults(row)),
        *(error for row in citations for error in _citation_faults(row)),
        *_origin_faults(claim, citations),
        *_reply_faults(claim.replies.order_by("-recorded_at", "-pk").first()),
    ]


@dataclass(frozen=True)
class Declaration:
    """What the editor who opens a round declares: “yes” with words, or “no”; ``""`` where nothing was chosen."""

    answer: str
    words: str = ""


def open_round(
    *, by: User, claim: Claim, version: int | None = None, declaration: Declaration | None = None
) -> Round:
    """Freeze the dossier of ``claim`` and open a round on it. ``version`` is the one that ``by`` looked at.

    ``declaration`` is what ``by`` declares; a door that people come through asks for one. A declared interest keeps
    the claim from being published until somebody without one accepts it.

    Raises ``WrongState`` (``round_already_open``, ``claim_withdrawn``, ``edited_by_another``, or :class:`NotReady`
    with everything that is missing, such as ``capture_pending``), ``WrongPerson`` (``not_in_group``) and ``BadInput``
    (``declaration_missing``, ``text_missing``). Whoever was given a round that an edit superseded is given the new
    one.
    """
    with transaction.atomic():
        claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
        before = latest_round_of(claim)
        state = lifecycle.check_round_move("open", before.state if before else None)
        if claim.publication_state == lifecycle.PublicationState.WITHDRAWN:
            raise WrongState("claim_withdrawn", "This claim was withdrawn, so that it is not reviewed any more.")
        if version is not None and version != claim.version:
            raise WrongState("edited_by_another", "Somebody edited this claim meanwhile. Look at it again first.")
        lifecycle.check_group(lifecycle.ROUND_MOVES["open"], groups_of(by))
        missing = missing_for_round(claim)
        if missing:
            raise NotReady(missing)
        round_ = _create(by=by, claim=claim, state=state, number=before.number + 1 if before else 1)
        record_event(
            by=by,
            action="round_opened",
            subject=round_,
            version=claim.version,
            after={"claim": str(claim.public_id), "dossier": round_.dossier.sha256, "quorum": round_.quorum},
        )
        if declaration is not None:
            _declare(by=by, round_=round_, declaration=declaration)
        if before is not None and before.state == RoundState.SUPERSEDED:
            _give_to_the_same(by=by, before=before, round_=round_)
    return round_


def _declare(*, by: User, round_: Round, declaration: Declaration) -> None:
    if declaration.answer not in ("yes", "no"):
        raise BadInput("declaration_missing", "Choose one of the two: none, or an interest.", field="is_declared")
    is_declared = declaration.answer == "yes"
    declare_interest(
        by=by, round_=round_, is_declared=is_declared, words=declaration.words, capacity=Capacity.EDITOR.value
    )


def supersede_open_round(*, claim: Claim, by: User, reason: str) -> Round | None:
    """Close the open round of ``claim``, if there is one, because what it froze was edited. Its ratings are kept.

    Called within the transaction of the edit, which holds the claim's lock.
    """
    return _close(claim=claim, move="supersede", by=by, reason=reason, action="round_superseded")


def abandon_round(*, by: User, claim: Claim, reason: str) -> Round:
    """Close the open round of ``claim`` for good. Raises ``WrongState`` (``round_closed``), ``WrongPerson``."""
    with transaction.atomic():
        claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
        if open_round_of(claim) is None:
            move = lifecycle.ROUND_MOVES["abandon"]
            raise WrongState(move.code, f"{move.refused} This claim has none.")
        lifecycle.check_group(lifecycle.ROUND_MOVES["abandon"], groups_of(by))
        if not reason.strip():
            raise BadInput("reason_missing", "Say why the round is abandoned.", field="reason")
        if len(reason) > REASON_LIMIT:
            raise BadInput("text_too_long", f"A reason has at most {REASON_LIMIT:,} characters.", field="reason")
        closed = _close(claim=claim, move="abandon", by=by, reason=reason.strip(), action="round_abandoned")
    if closed is None:
        raise WrongState("round_closed", "The round was closed meanwhile.")
    return closed


def _create(*, by: User, claim: Claim, state: RoundState, number: int) -> Round:
    now = timezone.now()
    try:
        with transaction.atomic():
            return Round.objects.create(
                claim=claim,
                number=number,
                claim_version=claim.version,
                rubric_version=current().version,
                quorum=claim.quorum,
                dossier=freeze(claim=claim, frozen_at=now),
                state=state.value,
                opened_by=by,
                opened_at=now,
            )
    except IntegrityError as error:
        move = lifecycle.ROUND_MOVES["open"]
        raise WrongState(move.code, move.refused) from error


def _give_to_the_same(*, by: User, before: Round, round_: Round) -> None:
    earlier = holding().filter(round=before).select_related("person")
    for assignment in earlier.order_by("pk")[: round_.quorum]:
        if may_be_given(assignment.person, round_):
            give(round_=round_, person=assignment.person, by=by)


def _close(*, claim: Claim, move: str, by: User, reason: str, action: str) -> Round | None:
    round_ = open_round_of(claim)
    if round_ is None:
        return None
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    if round_.state not in lifecycle.OPEN_ROUND_STATES:
        return None
    before = round_.state
    round_.state = lifecycle.check_round_move(move, round_.state).value
    round_.closed_at, round_.closed_reason = timezone.now(), reason
    round_.save(update_fields=["state", "closed_at", "closed_reason"])
    record_event(
        by=by,
        action=action,
        subject=round_,
        version=round_.claim_version,
        reason=reason,
        before={"state": before},
        after={"state": round_.state, "claim": str(claim.public_id)},
    )
    return round_


def _claim_faults(claim: Claim) -> list[DeskError]:
    faults: list[DeskError] = []
    if claim.hold_reason:
        faults.append(WrongState("claim_held", f"This claim is on hold: {claim.hold_reason}"))
    if not claim.links.filter(is_attributed=True).exists():
        faults.append(
            WrongState("no_attributed_link", "Say who the claim is attributed to: mark one link.", field="links")
        )
    if not claim.appearances.exists():
        faults.append(WrongState("no_appearance", "Say where the claim appeared.", field="appearances"))
    return faults


def _appearance_faults(row: Appearance) -> list[DeskError]:
    if row.no_capture_reason or copy_holding(row.source, set()) is not None:
        return []
    if is_under_way(row.source):
        return [
            WrongState(
                "capture_pending",
                f"The copy of “{row.source}” is still being made. Wait for it.",
                field="appearances",
            )
        ]
    trouble = last_trouble_with(row.source)
    return [
        WrongState(
            "appearance_without_copy",
            f"There is no archived copy of “{row.source}”, where the claim appeared. {trouble} "
            "Capture it, or say for readers why there is none.".replace("  ", " "),
            field="appearances",
        )
    ]


def _citation_faults(row: Citation) -> list[DeskError]:
    if row.unobtainable_reason or copy_for(row) is not None:
        return []
    number = row.position
    if is_under_way(row.source):
        sentence = f"The copy of source {number} is still being made. Wait for it, or say why it cannot be obtained."
        return [WrongState("capture_pending", sentence, field="citations")]
    if row.cited_passages.exists() and copy_holding(row.source, set()) is not None:
        sentence = f"The passages chosen in source {number} stand in different copies. Choose them anew in one."
        return [WrongState("passages_in_different_copies", sentence, field="citations")]
    sentence = (
        f"Source {number} has no usable copy. {last_trouble_with(row.source)} "
        "Capture it again, or say for readers why it cannot be obtained."
    )
    return [WrongState("capture_unusable", sentence.replace("  ", " "), field="citations")]


def _origin_faults(claim: Claim, citations: list[Citation]) -> list[DeskError]:
    if not citations:
        sentence = "Cite at least one source, even if it cannot be obtained: without one there is nothing to rate."
        return [WrongState("no_citations", sentence, field="citations")]
    is_single = len({row.source_id for row in citations}) < 2 or len(origins_of(citations)) < 2
    if is_single and not claim.single_origin_reason.strip():
        sentence = "Everything rests on one source or one origin. Say for readers why that is enough."
        return [WrongState("single_origin_unexplained", sentence, field="single_origin_reason")]
    return []


def _reply_faults(reply: Reply | None) -> list[DeskError]:
    if reply is None:
        sentence = "Say whether the speaker or the outlet was asked for evidence, and if not, why."
        return [WrongState("reply_unaccounted", sentence, field="replies")]
    is_waiting = reply.state == ReplyState.ASKED and not reply.text and reply.deadline_at is not None
    if is_waiting and reply.deadline_at is not None and reply.deadline_at > timezone.now():
        deadline = timezone.localtime(reply.deadline_at)
        sentence = f"{reply.addressee} has until {deadline:%-d %B %Y, %H:%M} to answer. Wait until then."
        return [WrongState("reply_deadline_running", sentence, field="replies")]
    return []
