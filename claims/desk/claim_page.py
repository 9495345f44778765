"""The desk's page of one claim: where it stands, and the steps that this person could take now."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils import timezone

from claims.domain import lifecycle
from claims.domain.lifecycle import RoundState, Standing
from claims.domain.outcomes import SETTLED_WORDS, Settled
from claims.domain.reach import Shortfall
from claims.domain.scales import scale
from claims.models import Claim, NoticeKind, Round, Slug, Writeup, WriteupState
from claims.permissions import EDITOR, PUBLISHER, groups_of
from claims.querysets import latest_round_of, raters_of
from claims.services.reaching import shortfalls_of
from claims.services.replying import deadline_warning
from claims.services.suspending import standing_notice
from claims.services.writing import kinds_open_to
from sources.models import Event


@dataclass(frozen=True)
class Step:
    """Something that can be done: its name, its button, what it means, what its one field asks, how that begins."""

    name: str
    button: str
    means: str
    asks: str
    is_grave: bool = False
    begun: str = ""


@dataclass(frozen=True)
class ClaimPage:
    """A claim as its page at the desk shows it. Of an open round only that it is open is told."""

    standing: Standing
    round: Round | None
    decision: tuple[tuple[str, str], ...]
    how: str
    steps: tuple[Step, ...]
    may_write: bool
    may_assign: bool
    may_ask: bool
    reply_warning: str
    shortfalls: tuple[Shortfall, ...]
    awaiting: Writeup | None
    public_path: str
    is_outdated: bool
    glass: tuple[str, ...]
    own_notices: tuple[str, ...]


def claim_page(claim: Claim, by: User) -> ClaimPage:
    """Everything that the page shows to ``by``."""
    round_ = latest_round_of(claim)
    decided = round_ if round_ is not None and round_.state == RoundState.DECIDED else None
    slug = Slug.objects.filter(claim=claim, is_canonical=True).first()
    is_open = round_ is not None and round_.state == RoundState.OPEN
    may_assign = is_open and bool({EDITOR, PUBLISHER} & groups_of(by))
    is_up = claim.publication_state in ("up", "suspended", "retracted")
    return ClaimPage(
        standing=lifecycle.standing(round_.state if round_ else None, claim.publication_state),
        round=round_,
        decision=_decision(decided),
        how=SETTLED_WORDS[Settled(decided.outcome)] if decided else "",
        steps=tuple(_steps(claim, round_, by)),
        may_write=_may_write(claim, decided, by),
        may_assign=may_assign,
        may_ask=bool({EDITOR, PUBLISHER} & groups_of(by)),
        reply_warning=deadline_warning(claim),
        shortfalls=shortfalls_of(claim) if may_assign else (),
        awaiting=claim.writeups.filter(state=WriteupState.WRITTEN).first(),
        public_path=f"/claims/{slug.slug}/" if slug and is_up else "",
        is_outdated=decided is not None and decided.claim_version != claim.version,
        glass=_glass(round_),
        own_notices=_own_notices(claim, by),
    )


def _glass(round_: Round | None) -> tuple[str, ...]:
    """Who looked at ratings of the round before the reveal, and when; why is told once it is revealed."""
    if round_ is None:
        return ()
    events = Event.objects.filter(subject_id=round_.public_id, action="glass_broken").select_related("by")
    lines = []
    for event in events.order_by("at"):
        at = timezone.localtime(event.at)
        who = event.by.get_username() if event.by else "somebody"
        why = f": {event.reason}" if round_.revealed_at else "."
        lines.append(f"{who} looked at its ratings before the reveal, on {at:%-d %B %Y, %H:%M}{why}")
    return tuple(lines)


def _decision(decided: Round | None) -> tuple[tuple[str, str], ...]:
    if decided is None:
        return ()
    if not decided.support:
        return (("Decision", "Reviewers differ"),)
    rubric = scale(decided.rubric_version)
    return (
        ("Did they say it?", rubric.attribution_label(decided.attribution).label),
        ("Support", rubric.support_label(decided.support).label),
        ("Confidence", rubric.confidence_label(decided.confidence).label),
    )


def _may_write(claim: Claim, decided: Round | None, by: User) -> bool:
    if not kinds_open_to(claim):
        return False
    return bool({EDITOR, PUBLISHER} & groups_of(by)) or (decided is not None and by.pk in raters_of(decided))


RECHECKING = "We are looking at this verdict again and will say here what we find."
SUSPENDING = "We found a possible fault in this verdict and have hidden it while we look at it again."


def _steps(claim: Claim, round_: Round | None, by: User) -> list[Step]:
    groups = groups_of(by)
    steps: list[Step] = []
    state = claim.publication_state
    if PUBLISHER in groups:
        steps += _emergency_steps(claim, by)
    if {EDITOR, PUBLISHER} & groups:
        steps += _rounds_steps(round_)
        if state == "scheduled":
            steps.append(Step("unschedule", "Take it off the schedule", "Its text goes back to the writer.", "Why"))
        if state in ("never", "scheduled"):
            steps.append(
                Step("withdraw", "Withdraw the claim", "For good. Only possible before publication.", "Why", True)
            )
    return steps


def _emergency_steps(claim: Claim, by: User) -> list[Step]:
    """At once and alone: re-check, suspend. Lifting is offered to others than who put it up."""
    state, asks = claim.publication_state, "A sentence for readers"
    rechecking = standing_notice(claim, NoticeKind.RECHECKING)
    suspended = standing_notice(claim, NoticeKind.SUSPENDED)
    steps = []
    if state == "up" and rechecking is None:
        means = "At once, on the page. The verdict stays."
        steps.append(Step("recheck", "Say that we are re-checking", means, asks, begun=RECHECKING))
    if rechecking is not None and rechecking.put_up_by_id != by.pk:
        steps.append(Step("lift_recheck", "Take the re-check down", "A second person’s step.", "Why"))
    if state == "up":
        means = "At once: the verdict is hidden, feeds are told."
        steps.append(Step("suspend", "Suspend the page", means, asks, is_grave=True, begun=SUSPENDING))
    if state == "suspended" and (suspended is None or suspended.put_up_by_id != by.pk):
        steps.append(Step("lift", "Put the page up again", "A second person’s step.", "Why"))
    return steps


def _own_notices(claim: Claim, by: User) -> tuple[str, ...]:
    """What stands on the page because ``by`` put it up, and who can take it down."""
    words = {NoticeKind.SUSPENDED: "You suspended this page", NoticeKind.RECHECKING: "You put up the re-check"}
    standing = claim.notices.filter(kind__in=words, lifted_at__isnull=True, put_up_by=by).order_by("put_up_at")
    return tuple(
        f"{words[NoticeKind(row.kind)]} on {timezone.localtime(row.put_up_at):%-d %B %Y, %H:%M}. Another publisher "
        "has to lift that."
        for row in standing
    )


def _rounds_steps(round_: Round | None) -> list[Step]:
    if round_ is None or round_.state not in lifecycle.OPEN_ROUND_STATES:
        return []
    steps = []
    if round_.state == RoundState.DIFFERING:
        steps.append(
            Step("send", "Ask an adjudicator", "Reviewers differ; somebody else settles it.", "Why (optional)")
        )
    if round_.state in (RoundState.DIFFERING, RoundState.IN_ADJUDICATION):
        steps.append(
            Step(
                "hold",
                "Decide: reviewers differ",
                "Where no adjudicator is to be had. Both answers are shown.",
                "Why",
                True,
            )
        )
    steps.append(Step("abandon", "Abandon the round", "Ratings are kept and never shown.", "Why", True))
    return steps
