"""What waits for one person. Nothing here depends on what others have handed in before the reveal: not a count,
not an order, not a line (DESIGN 5.6). The number of queries does not grow with the number of claims.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from claims.domain.lifecycle import RoundState
from claims.models import (
    Assignment,
    AssignmentState,
    Capacity,
    Claim,
    CorrectionOutcome,
    CorrectionRequest,
    EvidenceRequest,
    EvidenceRequestState,
    Interest,
    Notice,
    NoticeKind,
    PublicClaim,
    Rating,
    RatingStage,
    Round,
    Writeup,
    WriteupState,
)
from claims.permissions import ADJUDICATOR, EDITOR, PUBLISHER, REVIEWER, groups_of
from claims.querysets import CONTRIBUTING_ACTIONS
from sources.models import Event

MOST = 200
MOST_PUBLISHED = 50


@dataclass(frozen=True)
class Line:
    """One thing to do: the claim's words, where to do it, since when, until when."""

    statement: str
    url: str
    since: datetime
    due_at: datetime | None = None
    note: str = ""
    is_demonstration: bool = False

    @property
    def is_late(self) -> bool:
        """Whether the time for it is over."""
        return self.due_at is not None and self.due_at < timezone.now()


@dataclass(frozen=True)
class Section:
    """A kind of work. ``empty`` is said where there is none of it; ``""`` leaves the section out."""

    code: str
    title: str
    lines: tuple[Line, ...]
    empty: str = ""


@dataclass(frozen=True)
class BarItem:
    """One place on the bar."""

    code: str
    title: str
    count: int
    url: str


@dataclass(frozen=True)
class Queue:
    """All sections of one person."""

    sections: tuple[Section, ...]
    may_take: bool

    @property
    def bar(self) -> tuple[BarItem, ...]:
        """Those sections that hold something to do, with their counts."""
        home = reverse("desk:queue")
        named = [
            BarItem(section.code, section.title, len(section.lines), f"{home}#{section.code}")
            for section in self.sections
            if section.lines and section.code not in ("waiting", "in_review", "published")
        ]
        return tuple(named)


def queue_of(user: User) -> Queue:
    """Everything that waits for ``user``, by what they may do."""
    groups = groups_of(user)
    sections: list[Section] = []
    if REVIEWER in groups:
        sections += [
            Section("rate", "Mine to rate", _mine(user), "Nothing is waiting for your rating."),
            Section("discuss", "To discuss", _to_discuss(user)),
        ]
    if ADJUDICATOR in groups:
        sections.append(
            Section("adjudicate", "To adjudicate", _to_adjudicate(user), "No round waits for you to settle it.")
        )
    if {EDITOR, REVIEWER, PUBLISHER} & groups:
        sections.append(Section("write", "To write up", _to_write_up(user, groups)))
    if PUBLISHER in groups:
        sections.append(Section("approve", "To approve", _to_approve(user), "No text waits for your approval."))
        sections.append(Section("lift", "Up for another look", _to_lift()))
    if {EDITOR, PUBLISHER} & groups:
        sections.append(Section("differing", "Reviewers differ", _differing(user)))
        sections.append(Section("interests", "Interests declared", _interests(user)))
    if EDITOR in groups:
        sections.append(Section("evidence", "Evidence asked for", _evidence_asked(user)))
    if {EDITOR, PUBLISHER} & groups:
        sections.append(Section("corrections", "Correction requests", _correction_requests()))
        sections.append(Section("published", "On the site, newest first", _published()))
    sections.append(Section("waiting", "Waiting for others", _waiting(user)))
    if EDITOR in groups:
        sections.append(Section("in_review", "In review", _in_review(user)))
    shown = tuple(section for section in sections if section.lines or section.empty)
    return Queue(shown, REVIEWER in groups)


def _line(claim: Claim, url: str, since: datetime, due_at: datetime | None = None, note: str = "") -> Line:
    return Line(claim.statement, url, since, due_at, note, claim.is_demonstration)


def _round_url(name: str, round_: Round) -> str:
    return reverse(f"desk:{name}", args=(round_.public_id,))


def _mine(user: User) -> tuple[Line, ...]:
    rows = (
        Assignment.objects.filter(
            person=user, capacity=Capacity.RATER, state=AssignmentState.GIVEN, round__state=RoundState.OPEN
        )
        .select_related("round__claim")
        .order_by(F("due_at").asc(nulls_last=True), "pk")[:MOST]
    )
    return tuple(_line(row.round.claim, _round_url("rate", row.round), row.given_at, row.due_at) for row in rows)


def _rated_by(user: User, stage: str) -> Exists:
    return Exists(Rating.objects.filter(round=OuterRef("pk"), person=user, stage=stage))


def _to_discuss(user: User) -> tuple[Line, ...]:
    rows = Round.objects.filter(_rated_by(user, RatingStage.FIRST), state=RoundState.DIFFERING)
    return _rounds(rows, "discuss", since="revealed_at")


def _rounds(rows: QuerySet[Round], name: str, *, since: str = "opened_at", note: str = "") -> tuple[Line, ...]:
    found = rows.select_related("claim").order_by(since, "pk")[:MOST]
    return tuple(
        _line(row.claim, _round_url(name, row), getattr(row, since) or row.opened_at, note=note) for row in found
    )


def _contributed_by(user: User) -> QuerySet[Event]:
    return Event.objects.filter(
        by=user, action__in=CONTRIBUTING_ACTIONS, subject_kind="claim", subject_id=OuterRef("claim__public_id")
    )


def _barred(user: User) -> Q:
    declared = Interest.objects.filter(round=OuterRef("pk"), person=user, is_declared=True, accepted_by__isnull=True)
    glass = _glass_broken_by(user)
    return Q(Exists(declared)) | Q(Exists(glass)) | Q(Exists(_contributed_by(user)))


def _glass_broken_by(user: User) -> QuerySet[Round]:
    """Rounds into which ``user`` looked early: the round itself, or an earlier one that closed unrevealed."""
    looked_into = Event.objects.filter(by=user, action="glass_broken").values("subject_id")
    same = Q(pk=OuterRef("pk"))
    before = Q(claim=OuterRef("claim"), number__lt=OuterRef("number"), revealed_at__isnull=True)
    return Round.objects.filter(same | before, public_id__in=looked_into)


def _to_adjudicate(user: User) -> tuple[Line, ...]:
    rows = Round.objects.filter(~_rated_by(user, RatingStage.FIRST), state=RoundState.IN_ADJUDICATION)
    return _rounds(rows.exclude(_barred(user)), "adjudicate", since="revealed_at")


def _to_write_up(user: User, groups: frozenset[str]) -> tuple[Line, ...]:
    newer = Round.objects.filter(claim=OuterRef("claim"), number__gt=OuterRef("number"))
    texts = Writeup.objects.filter(round=OuterRef("pk")).exclude(state=WriteupState.SENT_BACK)
    rows = Round.objects.filter(~Exists(newer), ~Exists(texts), state=RoundState.DECIDED).exclude(
        claim__publication_state="withdrawn"
    )
    if not {EDITOR, PUBLISHER} & groups:
        rows = rows.filter(_rated_by(user, RatingStage.FIRST))
    found = rows.select_related("claim").order_by("closed_at", "pk")[:MOST]
    return tuple(
        _line(row.claim, reverse("desk:write", args=(row.claim.public_id,)), row.closed_at or row.opened_at)
        for row in found
    )


def _to_approve(user: User) -> tuple[Line, ...]:
    rows = (
        Writeup.objects.filter(state=WriteupState.WRITTEN)
        .exclude(written_by=user)
        .select_related("claim")
        .order_by("written_at", "pk")[:MOST]
    )
    return tuple(
        _line(row.claim, reverse("desk:approve", args=(row.public_id,)), row.written_at, note=row.get_kind_display())
        for row in rows
    )


def _to_lift() -> tuple[Line, ...]:
    rows = (
        Notice.objects.filter(kind__in=(NoticeKind.RECHECKING, NoticeKind.SUSPENDED), lifted_at__isnull=True)
        .select_related("claim")
        .order_by("put_up_at", "pk")[:MOST]
    )
    return tuple(
        _line(
            row.claim, reverse("desk:claim", args=(row.claim.public_id,)), row.put_up_at, note=row.get_kind_display()
        )
        for row in rows
    )


def _differing(user: User) -> tuple[Line, ...]:
    """Rounds whose reveal to the raters has shown that they differ; how is not said here."""
    rows = Round.objects.filter(
        ~_rated_by(user, RatingStage.FIRST), state__in=(RoundState.DIFFERING, RoundState.IN_ADJUDICATION)
    ).select_related("claim")
    return tuple(
        _line(row.claim, reverse("desk:claim", args=(row.claim.public_id,)), row.revealed_at or row.opened_at)
        for row in rows.order_by("revealed_at", "pk")[:MOST]
    )


def _interests(user: User) -> tuple[Line, ...]:
    rows = (
        Interest.objects.filter(is_declared=True, accepted_by__isnull=True)
        .exclude(person=user)
        .exclude(round__state__in=(RoundState.SUPERSEDED, RoundState.ABANDONED))
        .exclude(capacity=Capacity.RATER, round__state=RoundState.DECIDED)
        .select_related("round__claim")
        .order_by("declared_at", "pk")[:MOST]
    )
    return tuple(
        _line(
            row.round.claim,
            reverse("desk:accept_interest", args=(row.public_id,)),
            row.declared_at,
            note=row.get_capacity_display(),
        )
        for row in rows
    )


def _evidence_asked(user: User) -> tuple[Line, ...]:
    rows = (
        EvidenceRequest.objects.filter(state=EvidenceRequestState.OPEN)
        .select_related("round__claim")
        .order_by("asked_at", "pk")[:MOST]
    )
    return tuple(
        _line(
            row.round.claim,
            reverse("desk:answer_evidence", args=(row.public_id,)),
            row.asked_at,
            note=row.wanted[:120],
        )
        for row in rows
    )


def _correction_requests() -> tuple[Line, ...]:
    rows = (
        CorrectionRequest.objects.filter(outcome=CorrectionOutcome.OPEN)
        .select_related("claim")
        .order_by("received_at", "pk")[:MOST]
    )
    return tuple(
        _line(
            row.claim, reverse("desk:answer_correction", args=(row.public_id,)), row.received_at, note=row.text[:120]
        )
        for row in rows
    )


def _published() -> tuple[Line, ...]:
    """Where a page that is up can be corrected, or suspended at once. Older ones are found through the admin."""
    rows = PublicClaim.objects.exclude(state="retracted").select_related("claim").order_by("-revised_at", "-pk")
    return tuple(
        _line(row.claim, reverse("desk:claim", args=(row.claim.public_id,)), row.revised_at, note=row.headline)
        for row in rows[:MOST_PUBLISHED]
    )


def _waiting(user: User) -> tuple[Line, ...]:
    """What this person has done their part of. Who or how many are missing is not said."""
    rated = Round.objects.filter(_rated_by(user, RatingStage.FIRST), state=RoundState.OPEN)
    in_adjudication = Round.objects.filter(_rated_by(user, RatingStage.FIRST), state=RoundState.IN_ADJUDICATION)
    texts = Writeup.objects.filter(state=WriteupState.WRITTEN, written_by=user).select_related("claim")
    return (
        *_rounds(rated, "round", note="You have rated it"),
        *_rounds(in_adjudication, "discuss", note="An adjudicator looks at it"),
        *_texts(texts.order_by("written_at", "pk")[:MOST]),
    )


def _texts(rows: Iterable[Writeup]) -> tuple[Line, ...]:
    return tuple(
        _line(
            row.claim,
            reverse("desk:claim", args=(row.claim.public_id,)),
            row.written_at,
            note="Your text awaits approval",
        )
        for row in rows
    )


def _in_review(user: User) -> tuple[Line, ...]:
    rows = Round.objects.filter(state=RoundState.OPEN).select_related("claim").order_by("opened_at", "pk")[:MOST]
    return tuple(_line(row.claim, reverse("desk:claim", args=(row.claim.public_id,)), row.opened_at) for row in rows)
