"""Looking again at a published claim of which a cited source changed or went. No verdict changes without people."""

from django.contrib.auth.models import User
from django.db import transaction

from claims.models import Notice
from claims.permissions import EDITOR, PUBLISHER, require
from claims.querysets import SIGHTING_KINDS, sightings_to_look_at
from claims.services.publication_moves import lock_claim
from sources.domain.errors import Several, WrongState
from sources.domain.typed_text import check_typed
from sources.services.history import record_event

REASON_LIMIT = 2000


def look_again(*, by: User, notice: Notice, reason: str) -> Notice:
    """Write down that the claim still stands after a source changed or went, and why; the notice stays up.

    An editor or a publisher may. Raises ``WrongState`` (``not_a_sighting``, ``looked_at_already``), ``WrongPerson``
    (``not_in_group``) and ``Several`` (``text_missing`` …).
    """
    with transaction.atomic():
        lock_claim(notice.claim.public_id)
        if notice.kind not in SIGHTING_KINDS:
            raise WrongState("not_a_sighting", "This notice tells of no source that changed or went.")
        if not sightings_to_look_at().filter(pk=notice.pk).exists():
            raise WrongState("looked_at_already", "Somebody has looked at this already.")
        require(by, EDITOR, PUBLISHER)
        errors = check_typed(reason, field="reason", what="What you found", limit=REASON_LIMIT, is_required=True)
        if errors:
            raise Several(errors)
        record_event(
            by=by,
            action="sighting_looked_at",
            subject=notice,
            reason=reason.strip(),
            after={"claim": str(notice.claim.public_id)},
        )
    return notice
