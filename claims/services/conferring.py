"""After the reveal: one discussion, one second rating each, and sending what still differs to an adjudicator."""

from django.contrib.auth.models import User
from django.db import transaction

from claims.domain import lifecycle
from claims.domain.answers import RatingForm
from claims.domain.outcomes import OutcomeKind, Settled
from claims.models import Rating, RatingStage, Round
from claims.permissions import EDITOR, PUBLISHER, REVIEWER, groups_of, require
from claims.querysets import raters_of
from claims.services.assigning import lock_round
from claims.services.handing_in import check_form, check_not_handed_in, compare, decide, write_rating
from sources.domain.errors import BadInput, WrongPerson
from sources.services.history import record_event


def confer(*, by: User, round_: Round, form: RatingForm) -> Rating:
    """Hand in the second rating, with the reason for changing or keeping the first, which stays.

    Once every rater has, the same labels decide the round as agreed after discussion; nothing is averaged. Raises
    ``WrongState`` (``handed_in_already``, ``round_not_differing``), ``WrongPerson`` (``not_in_group``,
    ``did_not_rate``), ``BadInput`` (``change_reason_missing``) and ``Several``.
    """
    with transaction.atomic():
        round_ = lock_round(round_)
        check_not_handed_in(by=by, round_=round_, stage=RatingStage.AFTER_DISCUSSION)
        lifecycle.check_round_move("confer_differing", round_.state)
        require(by, REVIEWER)
        if by.pk not in raters_of(round_):
            raise WrongPerson("did_not_rate", "Only those who rated this round confer on it.")
        if not form.change_reason.strip():
            raise BadInput(
                "change_reason_missing", "Say why you change your answer, or why you keep it.", field="change_reason"
            )
        check_form(round_=round_, form=form)
        rating = write_rating(by=by, round_=round_, form=form, stage=RatingStage.AFTER_DISCUSSION)
        outcome = compare(round_)
        if outcome.kind is OutcomeKind.AGREED_AFTER_DISCUSSION and outcome.labels is not None:
            target = lifecycle.check_round_move("confer_agreed", round_.state)
            decide(by=by, round_=round_, target=target, how=Settled.AGREED_AFTER_DISCUSSION, labels=outcome.labels)
    return rating


def send_to_adjudication(*, by: User, round_: Round, reason: str = "") -> Round:
    """Hand a round on which reviewers differ to an adjudicator: a rater of it, an editor or a publisher may.

    Raises ``WrongState`` (``round_not_differing``) and ``WrongPerson`` (``not_in_group``, ``did_not_rate``).
    """
    with transaction.atomic():
        round_ = lock_round(round_)
        target = lifecycle.check_round_move("send_to_adjudication", round_.state)
        lifecycle.check_group(lifecycle.ROUND_MOVES["send_to_adjudication"], groups_of(by))
        if by.pk not in raters_of(round_) and not {EDITOR, PUBLISHER} & groups_of(by):
            raise WrongPerson("did_not_rate", "Only who rated this round, an editor or a publisher may do this.")
        before, round_.state = round_.state, target.value
        round_.save(update_fields=["state"])
        record_event(
            by=by,
            action="round_sent_to_adjudication",
            subject=round_,
            version=round_.claim_version,
            reason=reason.strip(),
            before={"state": before},
            after={"state": round_.state},
        )
    return round_
