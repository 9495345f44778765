"""Settling a round on which reviewers differ: blind first, then on the record. The originals stay."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from claims.domain import lifecycle, separation
from claims.domain.answers import REASONS_LIMIT, RatingForm, attribution_set_by_itself
from claims.domain.outcomes import Labels, Settled
from claims.domain.scales import scale
from claims.models import Adjudication, AdjudicationKind, Capacity, Rating, RatingStage, Round
from claims.permissions import groups_of
from claims.querysets import dossier_of
from claims.services.assigning import history_of, lock_round
from claims.services.declaring import check_declared
from claims.services.handing_in import check_form, check_not_handed_in, decide, write_rating
from sources.domain.errors import BadInput, DeskError, Several, WrongState
from sources.domain.typed_text import check_typed
from sources.services.history import record_event


@dataclass(frozen=True)
class Settlement:
    """How an adjudicator settles: a ``kind`` of ``AdjudicationKind``, with ``chosen`` or with labels of their own."""

    kind: str
    reasons: str
    chosen: Rating | None = None
    attribution: str = ""
    support: str = ""
    confidence: str = ""


def check_may_adjudicate(*, by: User, round_: Round) -> None:
    """Raise unless ``by`` may adjudicate ``round_`` now.

    ``WrongState``: ``round_not_in_adjudication``, ``interest_missing``. ``WrongPerson``: ``not_in_group``,
    ``own_claim``, ``rated_this_round``, ``saw_ratings``, ``interest_declared``.
    """
    lifecycle.check_round_move("adjudicate", round_.state)
    lifecycle.check_group(lifecycle.ROUND_MOVES["adjudicate"], groups_of(by))
    separation.may_adjudicate(by.pk, history_of(round_))
    check_declared(by=by, round_=round_, capacity=Capacity.ADJUDICATOR)


def rate_blind(*, by: User, round_: Round, form: RatingForm) -> Rating:
    """Hand in the adjudicator's own rating, before any other of the round is shown to them.

    Raises what :func:`check_may_adjudicate` raises, ``WrongState`` (``handed_in_already``) and ``Several``.
    """
    with transaction.atomic():
        round_ = lock_round(round_)
        check_not_handed_in(by=by, round_=round_, stage=RatingStage.ADJUDICATOR)
        check_may_adjudicate(by=by, round_=round_)
        check_form(round_=round_, form=form)
        return write_rating(by=by, round_=round_, form=form, stage=RatingStage.ADJUDICATOR)


def settle(*, by: User, round_: Round, settlement: Settlement) -> Adjudication:
    """Decide for one of the ratings, for *reviewers differ*, or for labels of one's own, with reasons.

    Raises what :func:`check_may_adjudicate` raises, ``WrongState`` (``blind_rating_missing``) and ``Several``
    (``text_missing``, ``settlement_unknown``, ``chosen_missing``, ``rating_of_another_round``, ``label_unknown``).
    """
    with transaction.atomic():
        round_ = lock_round(round_)
        check_may_adjudicate(by=by, round_=round_)
        if not Rating.objects.filter(round=round_, person=by, stage=RatingStage.ADJUDICATOR).exists():
            raise WrongState("blind_rating_missing", "Hand in your own rating first; then you see the others.")
        errors = _faults(round_, settlement)
        if errors:
            raise Several(errors)
        labels = _labels(round_, settlement)
        adjudication = _write(by=by, round_=round_, settlement=settlement, labels=labels)
        record_event(by=by, action="round_adjudicated", subject=adjudication, after={"round": str(round_.public_id)})
        decide(
            by=by,
            round_=round_,
            target=lifecycle.check_round_move("adjudicate", round_.state),
            how=Settled.ADJUDICATED if labels else Settled.REVIEWERS_DIFFER,
            labels=labels,
        )
    return adjudication


def hold_as_differing(*, by: User, round_: Round, reason: str) -> Round:
    """Where no adjudicator is to be had: decide that reviewers differ, so that both answers are shown.

    An editor or a publisher may, with a reason. Raises ``WrongState`` (``round_not_differing``), ``WrongPerson``
    (``not_in_group``) and ``BadInput`` (``text_missing``).
    """
    with transaction.atomic():
        round_ = lock_round(round_)
        target = lifecycle.check_round_move("hold_as_differing", round_.state)
        lifecycle.check_group(lifecycle.ROUND_MOVES["hold_as_differing"], groups_of(by))
        errors = check_typed(reason, field="reason", what="The reason", limit=REASONS_LIMIT, is_required=True)
        if errors:
            raise errors[0]
        decide(by=by, round_=round_, target=target, how=Settled.REVIEWERS_DIFFER, labels=None, reason=reason.strip())
    return round_


def _write(*, by: User, round_: Round, settlement: Settlement, labels: Labels | None) -> Adjudication:
    try:
        with transaction.atomic():
            return Adjudication.objects.create(
                round=round_,
                person=by,
                kind=settlement.kind,
                chosen=settlement.chosen if settlement.kind == AdjudicationKind.FOR_ONE else None,
                attribution=labels.attribution if labels else "",
                support=labels.support if labels else "",
                confidence=labels.confidence if labels else "",
                reasons=settlement.reasons.strip(),
                settled_at=timezone.now(),
            )
    except IntegrityError as error:
        raise WrongState("round_not_in_adjudication", "Somebody else settled this round meanwhile.") from error


def _faults(round_: Round, settlement: Settlement) -> list[DeskError]:
    errors: list[DeskError] = []
    if settlement.kind not in AdjudicationKind.values:
        errors.append(BadInput("settlement_unknown", "Choose how the round is settled.", field="kind"))
    if settlement.kind == AdjudicationKind.FOR_ONE:
        chosen = settlement.chosen
        if chosen is None:
            errors.append(BadInput("chosen_missing", "Say which of the ratings you decide for.", field="chosen"))
        elif chosen.round_id != round_.pk or chosen.stage == RatingStage.ADJUDICATOR:
            errors.append(
                BadInput("rating_of_another_round", "That is no rating of this round’s reviewers.", field="chosen")
            )
    if settlement.kind == AdjudicationKind.OWN:
        errors.extend(_label_faults(round_, settlement))
    errors.extend(
        check_typed(settlement.reasons, field="reasons", what="Your reason", limit=REASONS_LIMIT, is_required=True)
    )
    return errors


def _label_faults(round_: Round, settlement: Settlement) -> list[DeskError]:
    rubric = scale(round_.rubric_version)
    automatic = attribution_set_by_itself(dossier_of(round_))
    allowed = {automatic, ""} if automatic else {label.code for label in rubric.rateable_attribution}
    errors: list[DeskError] = []
    if settlement.attribution not in allowed:
        errors.append(BadInput("label_unknown", "Answer whether they said it.", field="attribution"))
    if settlement.support not in {label.code for label in rubric.support}:
        errors.append(BadInput("label_unknown", "Answer how well the sources support it.", field="support"))
    if settlement.confidence not in {label.code for label in rubric.confidence}:
        errors.append(BadInput("label_unknown", "Say how confident you are.", field="confidence"))
    return errors


def _labels(round_: Round, settlement: Settlement) -> Labels | None:
    if settlement.kind == AdjudicationKind.DIFFER:
        return None
    chosen = settlement.chosen
    if settlement.kind == AdjudicationKind.FOR_ONE and chosen is not None:
        return Labels(chosen.attribution, chosen.support, chosen.confidence)
    attribution = settlement.attribution or attribution_set_by_itself(dossier_of(round_))
    return Labels(attribution, settlement.support, settlement.confidence)
