"""“Needs other evidence”: a reviewer names what is missing. No rating, stays blind, bars nobody."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from claims.models import EvidenceRequest, EvidenceRequestState, Round
from claims.permissions import EDITOR, require
from claims.services.assigning import lock_round
from claims.services.rating import check_may_rate
from sources.domain.errors import BadInput, DeskError, Several, WrongState
from sources.domain.typed_text import check_typed
from sources.services.history import record_event

WANTED_LIMIT = 4000


def request_evidence(*, by: User, round_: Round, wanted: str) -> EvidenceRequest:
    """Name evidence that is missing from a round which ``by`` is to rate.

    Raises what ``rating.check_may_rate`` raises, and ``Several`` (``text_missing``, ``text_too_long`` …).
    """
    with transaction.atomic():
        round_ = lock_round(round_)
        check_may_rate(by=by, round_=round_)
        errors = check_typed(
            wanted, field="wanted", what="The evidence that is missing", limit=WANTED_LIMIT, is_required=True
        )
        if errors:
            raise Several(errors)
        request = EvidenceRequest.objects.create(
            round=round_, asked_by=by, wanted=wanted.strip(), asked_at=timezone.now()
        )
        record_event(by=by, action="evidence_requested", subject=request, after={"round": str(round_.public_id)})
    return request


def has_new_version(request: EvidenceRequest) -> bool:
    """Whether the claim was edited since the round in which the evidence was asked for was opened."""
    return request.round.claim.version > request.round.claim_version


def answer_evidence_request(*, by: User, request: EvidenceRequest, state: str, answer: str = "") -> EvidenceRequest:
    """Say that it was ``added`` (by an edit, which makes a new version), or ``declined`` and why. An editor may.

    Raises ``WrongState`` (``answered_already``, ``nothing_added`` where the claim still stands at the version of the
    round), ``WrongPerson`` (``not_in_group``) and ``BadInput``.
    """
    with transaction.atomic():
        rows = EvidenceRequest.objects.select_for_update(of=("self",)).select_related("round__claim")
        request = rows.get(pk=request.pk)
        if request.state != EvidenceRequestState.OPEN:
            raise WrongState("answered_already", "This request was answered already.")
        require(by, EDITOR)
        if state not in (EvidenceRequestState.ADDED, EvidenceRequestState.DECLINED):
            raise BadInput("answer_unknown", "Say whether it was added.", field="state")
        if state == EvidenceRequestState.ADDED and not has_new_version(request):
            raise WrongState(
                "nothing_added",
                "The claim still stands as it was when the evidence was asked for. Add it in the admin first.",
            )
        errors: list[DeskError] = check_typed(
            answer,
            field="answer",
            what="The reason why it is not added",
            limit=WANTED_LIMIT,
            is_required=state == EvidenceRequestState.DECLINED,
        )
        if errors:
            raise Several(errors)
        request.state, request.answer = EvidenceRequestState(state), answer.strip()
        request.answered_by, request.answered_at = by, timezone.now()
        request.save(update_fields=["state", "answer", "answered_by", "answered_at"])
        record_event(
            by=by,
            action="evidence_request_answered",
            subject=request,
            reason=request.answer,
            after={"state": request.state},
        )
    return request
