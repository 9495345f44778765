"""A new version of a claim: what every change of something that a dossier freezes comes to."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import User

from claims.models import Claim
from claims.services import opening
from sources.services.history import record_event


def grow_version(
    *,
    by: User,
    claim: Claim,
    action: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Claim:
    """Grow the version of a locked ``claim``, write the Event, and supersede its open round.

    ``action`` is one of ``claims.querysets.CONTRIBUTING_ACTIONS``. Called within the caller's transaction.
    """
    claim.version += 1
    claim.save(update_fields=["version", "updated_at"])
    record_event(
        by=by, action=action, subject=claim, version=claim.version, before=before, after=after, reason=reason
    )
    opening.supersede_open_round(
        claim=claim, by=by, reason=f"The claim was edited and is now at version {claim.version}."
    )
    return claim


def grow_versions(*, by: User, claims: Iterable[Claim], reason: str) -> None:
    """Do so for each of ``claims``, which share what was changed; locks them in the order of their keys."""
    for pk in sorted({claim.pk for claim in claims}):
        claim = Claim.objects.select_for_update().get(pk=pk)
        grow_version(by=by, claim=claim, action="claim_edited", reason=reason)
