"""Where a claim stands and what comes next, in sentences for its page."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User

from claims.domain.states import standing
from claims.models import Claim, Round
from claims.querysets import latest_round_of
from claims.services.moments import moment_of
from sources.admin.capture_states import CapturePanel, capture_lines

_NEXT = {
    None: "Next: when every source has been captured and the reply is answered for, open review.",
    "open": "Reviewers are rating it. Nothing is to be done here until the ratings are revealed.",
    "differing": "The ratings differ. The desk decides whether to confer or to call an adjudicator.",
    "in_adjudication": "An adjudicator is settling it on the desk.",
    "decided": "Next: write headline and summary on the desk; a publisher approves them.",
    "superseded": "Next: the claim was edited after review began. Open review again.",
    "abandoned": "Next: the last round was given up. Open review again.",
}


def standing_of(claim: Any) -> str:
    """Where ``claim`` stands; reads prefetched rounds where the list has them."""
    newest = _newest(claim)
    words = standing(newest.state if newest else None, claim.publication_state).label
    return f"{words}, on hold" if claim.hold_reason else words


def next_step(claim: Any) -> str:
    """What somebody has to do next with ``claim``."""
    if claim.hold_reason:
        return f"On hold: {claim.hold_reason}"
    newest = _newest(claim)
    if claim.publication_state == "withdrawn":
        return "It was withdrawn and is kept for the record."
    if newest is not None and newest.state == "decided":
        if claim.publication_state in ("up", "suspended", "retracted", "scheduled"):
            return "Nothing is to be done. Corrections are written on the desk."
        if newest.claim_version != claim.version:
            return "Next: the claim was edited after its decision, which no longer fits. Open review again."
    return _NEXT[newest.state if newest else None]


def _newest(claim: Any) -> Round | None:
    known = getattr(claim, "rounds_newest_first", None)
    if known is None:
        return latest_round_of(claim)
    return known[0] if known else None


def panel_of(claim: Claim, user: User | AnonymousUser) -> CapturePanel:
    """The captures of everything that ``claim`` cites or appeared in."""
    cited = [citation.source for citation in claim.citations.select_related("source").order_by("position")]
    appeared = [row.source for row in claim.appearances.select_related("source").order_by("position")]
    moment = moment_of(claim)
    return capture_lines([*cited, *appeared], user, near=moment.date() if moment else None)
