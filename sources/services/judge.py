"""A person's judgement of a stored capture, where the rules judged wrongly. The newest judgement counts."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from sources.domain.errors import BadInput, WrongState
from sources.models import Capture, CaptureState, Usability, UsabilityVerdict
from sources.permissions import require
from sources.services.history import record_event
from sources.services.remove import refuse_if_removed


def judge_by_hand(*, by: User, capture: Capture, verdict: str, reason: str) -> Usability:
    """Say whether ``capture`` is usable, with a reason; a new row, the rules' own judgement stays.

    Raises ``WrongState`` (``capture_not_stored``, ``judged_so_already``), ``Gone``, ``WrongPerson`` and ``BadInput``.
    """
    with transaction.atomic():
        current = Capture.objects.select_for_update(of=("self",)).get(pk=capture.pk)
        if current.state != CaptureState.STORED:
            raise WrongState("capture_not_stored", "Only a stored capture can be judged.")
        refuse_if_removed(current)
        before = current.usabilities.order_by("-created_at", "-pk").first()
        if before is not None and before.verdict == verdict:
            raise WrongState("judged_so_already", "This capture is judged so already.")
        require(by, "change_capture")
        if verdict not in UsabilityVerdict.values:
            raise BadInput("verdict_unknown", "Choose the judgement from the list.", field="verdict")
        if not reason.strip():
            raise BadInput("judgement_reason_missing", "Say what you saw that decides it.", field="reason")
        row = Usability.objects.create(
            capture=current, verdict=verdict, reason=reason.strip(), judged_by=by, created_at=timezone.now()
        )
        record_event(
            by=by,
            action="capture_judged",
            subject=current,
            reason=row.reason,
            before={"verdict": before.verdict if before else ""},
            after={"verdict": verdict},
        )
    return row
