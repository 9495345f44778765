"""What waits for one person, as querysets. Nothing here depends on what others have handed in before the reveal: not
a count, not an order, not a line (DESIGN 5.6).
"""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from claims.desk.lines import Feed, Line, due_after, line, page_of, round_line
from claims.domain.lifecycle import RoundState
from claims.models import (
    Assignment,
    AssignmentState,
    Capacity,
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
    Reply,
    Round,
    Writeup,
    WriteupState,
)
from claims.permissions import EDITOR, PUBLISHER, groups_of
from claims.querysets import CONTRIBUTING_ACTIONS, late_replies, replies_awaited, sightings_to_look_at
from sources.models import Event


def mine_to_rate(user: User) -> tuple[Feed, ...]:
    """Assignments of one's own that are not handed in."""
    rows = Assignment.objects.filter(
        person=user, capacity=Capacity.RATER, state=AssignmentState.GIVEN, round__state=RoundState.OPEN
    ).select_related("round__claim")

    def tell(row: Assignment) -> Line:
        return line(row.round.claim, page_of("rate", row.round), row.given_at, row.due_at)

    return (Feed(rows.order_by(F("due_at").asc(nulls_last=True), "pk"), tell, "round__claim"),)


def _rated_by(user: User, stage: str) -> Exists:
    return Exists(Rating.objects.filter(round=OuterRef("pk"), person=user, stage=stage))


def _rounds(rows: QuerySet[Round], since: str) -> QuerySet[Round]:
    return rows.select_related("claim").order_by(since, "pk")


def to_discuss(user: User) -> tuple[Feed, ...]:
    """Rounds that one rated and on which the reviewers differ."""
    rows = Round.objects.filter(_rated_by(user, RatingStage.FIRST), state=RoundState.DIFFERING)
    return (Feed(_rounds(rows, "revealed_at"), round_line("discuss", since="revealed_at")),)


def _barred(user: User) -> Q:
    contributed = Event.objects.filter(
        by=user, action__in=CONTRIBUTING_ACTIONS, subject_kind="claim", subject_id=OuterRef("claim__public_id")
    )
    declared = Interest.objects.filter(round=OuterRef("pk"), person=user, is_declared=True, accepted_by__isnull=True)
    return Q(Exists(declared)) | Q(Exists(_glass_broken_by(user))) | Q(Exists(contributed))


def _glass_broken_by(user: User) -> QuerySet[Round]:
    """Rounds into which ``user`` looked early: the round itself, or an earlier one that closed unrevealed."""
    looked_into = Event.objects.filter(by=user, action="glass_broken").values("subject_id")
    same = Q(pk=OuterRef("pk"))
    before = Q(claim=OuterRef("claim"), number__lt=OuterRef("number"), revealed_at__isnull=True)
    return Round.objects.filter(same | before, public_id__in=looked_into)


def to_adjudicate(user: User) -> tuple[Feed, ...]:
    """Rounds in adjudication which ``user`` is not barred from settling."""
    rows = Round.objects.filter(~_rated_by(user, RatingStage.FIRST), state=RoundState.IN_ADJUDICATION)
    rows = rows.exclude(_barred(user))
    return (Feed(_rounds(rows, "revealed_at"), round_line("adjudicate", since="revealed_at")),)


def to_write_up(user: User) -> tuple[Feed, ...]:
    """Newest rounds that are decided and have no text yet; a reviewer's own ones only."""
    newer = Round.objects.filter(claim=OuterRef("claim"), number__gt=OuterRef("number"))
    texts = Writeup.objects.filter(round=OuterRef("pk")).exclude(state=WriteupState.SENT_BACK)
    rows = Round.objects.filter(~Exists(newer), ~Exists(texts), state=RoundState.DECIDED).exclude(
        claim__publication_state="withdrawn"
    )
    if not {EDITOR, PUBLISHER} & groups_of(user):
        rows = rows.filter(_rated_by(user, RatingStage.FIRST))
    return (Feed(_rounds(rows, "closed_at"), round_line("write", since="closed_at")),)


def to_approve(user: User) -> tuple[Feed, ...]:
    """Texts that somebody else wrote."""
    rows = Writeup.objects.filter(state=WriteupState.WRITTEN).exclude(written_by=user).select_related("claim")

    def tell(row: Writeup) -> Line:
        return line(
            row.claim, page_of("approve", row), row.written_at, due_after(row.written_at), row.get_kind_display()
        )

    return (Feed(rows.order_by("written_at", "pk"), tell),)


def to_lift(user: User) -> tuple[Feed, ...]:
    """Pages that are suspended or being re-checked."""
    rows = Notice.objects.filter(
        kind__in=(NoticeKind.RECHECKING, NoticeKind.SUSPENDED), lifted_at__isnull=True
    ).select_related("claim")

    def tell(row: Notice) -> Line:
        return line(
            row.claim, page_of("claim", row.claim), row.put_up_at, due_after(row.put_up_at), row.get_kind_display()
        )

    return (Feed(rows.order_by("put_up_at", "pk"), tell),)


def stale(user: User) -> tuple[Feed, ...]:
    """Published claims of which a cited source changed or went, and which nobody has looked at since."""

    def tell(row: Notice) -> Line:
        return line(row.claim, page_of("look_again", row), row.put_up_at, due_after(row.put_up_at), row.text)

    return (Feed(sightings_to_look_at().select_related("claim").order_by("put_up_at", "pk"), tell),)


def replies_awaited_of(user: User) -> tuple[Feed, ...]:
    """Claims whose review waits for an answer, with its deadline."""

    def tell(row: Reply) -> Line:
        url = page_of("reply", row.claim)
        return line(row.claim, url, row.asked_at or row.recorded_at, row.deadline_at, f"Asked: {row.addressee}")

    rows = replies_awaited().select_related("claim").order_by("deadline_at", "pk")
    return (Feed(rows, tell),)


def late_replies_of(user: User) -> tuple[Feed, ...]:
    """Answers that came after publication; each goes up the same day."""

    def tell(row: Reply) -> Line:
        at = row.received_at or row.recorded_at
        ends = timezone.localtime(at).replace(hour=23, minute=59, second=59)
        return line(row.claim, page_of("reply", row.claim), at, ends, f"Answered: {row.addressee}")

    return (Feed(late_replies().select_related("claim").order_by("received_at", "pk"), tell),)


def differing(user: User) -> tuple[Feed, ...]:
    """Rounds whose reveal to the raters has shown that they differ; how is not said here."""
    rows = Round.objects.filter(
        ~_rated_by(user, RatingStage.FIRST), state__in=(RoundState.DIFFERING, RoundState.IN_ADJUDICATION)
    )
    return (Feed(_rounds(rows, "revealed_at"), round_line("claim", since="revealed_at")),)


def interests(user: User) -> tuple[Feed, ...]:
    """Interests that others declared and nobody has accepted, while they still stand in somebody's way."""
    rows = (
        Interest.objects.filter(is_declared=True, accepted_by__isnull=True)
        .exclude(person=user)
        .exclude(round__state__in=(RoundState.SUPERSEDED, RoundState.ABANDONED))
        .exclude(capacity=Capacity.RATER, round__state=RoundState.DECIDED)
        .select_related("round__claim")
    )

    def tell(row: Interest) -> Line:
        url = page_of("accept_interest", row)
        return line(row.round.claim, url, row.declared_at, note=row.get_capacity_display())

    return (Feed(rows.order_by("declared_at", "pk"), tell, "round__claim"),)


def evidence_asked(user: User) -> tuple[Feed, ...]:
    """Evidence that reviewers find missing; who asked is not said."""
    rows = EvidenceRequest.objects.filter(state=EvidenceRequestState.OPEN).select_related("round__claim")

    def tell(row: EvidenceRequest) -> Line:
        url = page_of("answer_evidence", row)
        return line(row.round.claim, url, row.asked_at, due_after(row.asked_at), row.wanted[:120])

    return (Feed(rows.order_by("asked_at", "pk"), tell, "round__claim"),)


def correction_requests(user: User) -> tuple[Feed, ...]:
    """What readers asked and nobody has answered."""
    rows = CorrectionRequest.objects.filter(outcome=CorrectionOutcome.OPEN).select_related("claim")

    def tell(row: CorrectionRequest) -> Line:
        url = page_of("answer_correction", row)
        return line(row.claim, url, row.received_at, due_after(row.received_at), row.text[:120])

    return (Feed(rows.order_by("received_at", "pk"), tell),)


def published(user: User) -> tuple[Feed, ...]:
    """Where a page that is up can be corrected, or suspended at once."""
    rows = PublicClaim.objects.exclude(state="retracted").select_related("claim").order_by("-revised_at", "-pk")

    def tell(row: PublicClaim) -> Line:
        return line(row.claim, page_of("claim", row.claim), row.revised_at, note=row.headline)

    return (Feed(rows, tell),)


def waiting(user: User) -> tuple[Feed, ...]:
    """What this person has done their part of. Who or how many are missing is not said."""
    rated = Round.objects.filter(_rated_by(user, RatingStage.FIRST), state=RoundState.OPEN)
    adjudicated = Round.objects.filter(_rated_by(user, RatingStage.FIRST), state=RoundState.IN_ADJUDICATION)
    texts = Writeup.objects.filter(state=WriteupState.WRITTEN, written_by=user).select_related("claim")

    def tell(row: Writeup) -> Line:
        return line(row.claim, page_of("claim", row.claim), row.written_at, note="Your text awaits approval")

    note = "An adjudicator looks at it"
    return (
        Feed(
            _rounds(rated, "opened_at"),
            round_line("round", since="opened_at", note="You have rated it", is_task=False),
        ),
        Feed(_rounds(adjudicated, "opened_at"), round_line("discuss", since="opened_at", note=note, is_task=False)),
        Feed(texts.order_by("written_at", "pk"), tell),
    )


NEWS_DAYS = 14
"""How long something that came to pass is told."""


def news(user: User) -> tuple[Feed, ...]:
    """What ended under one's hands, and what became of the evidence that one asked for."""
    since = timezone.now() - timedelta(days=NEWS_DAYS)
    ended = Q(round__state__in=(RoundState.SUPERSEDED, RoundState.ABANDONED), round__closed_at__gte=since)
    complete = Q(state=AssignmentState.GIVEN, round__revealed_at__gte=since)
    back = Q(state=AssignmentState.TAKEN_BACK, taken_back_at__gte=since)
    held = Q(state__in=(AssignmentState.GIVEN, AssignmentState.HANDED_IN))
    closed = Assignment.objects.filter(
        (held & (ended | complete)) | back, person=user, capacity=Capacity.RATER
    ).select_related("round__claim")
    answered = EvidenceRequest.objects.filter(asked_by=user, answered_at__gte=since).select_related("round__claim")

    def tell(row: Assignment) -> Line:
        at = row.taken_back_at or row.round.closed_at or row.round.revealed_at or row.given_at
        return line(row.round.claim, page_of("round", row.round), at, note=_how_it_ended(row))

    def tell_answer(row: EvidenceRequest) -> Line:
        words = "added" if row.state == EvidenceRequestState.ADDED else "not added"
        note = f"The evidence that you asked for is {words}. {row.answer[:200]}".strip()
        return line(row.round.claim, page_of("round", row.round), row.answered_at or row.asked_at, note=note)

    return (
        Feed(closed.order_by("-round__closed_at", "-pk"), tell, "round__claim"),
        Feed(answered.order_by("-answered_at", "-pk"), tell_answer, "round__claim"),
    )


def _how_it_ended(row: Assignment) -> str:
    if row.state == AssignmentState.TAKEN_BACK:
        return "It was taken back, so that somebody else can rate it."
    if row.round.state == RoundState.SUPERSEDED:
        return "The claim was edited, so that the round was closed. What you wrote is kept."
    if row.round.state == RoundState.ABANDONED:
        return f"The round was given up: {row.round.closed_reason[:200]}"
    return "The round is complete without you. Thank you; what you wrote is kept."


def in_review(user: User) -> tuple[Feed, ...]:
    """Rounds that are being rated; nothing is told but that."""
    rows = Round.objects.filter(state=RoundState.OPEN)
    return (Feed(_rounds(rows, "opened_at"), round_line("claim", since="opened_at", is_task=False)),)
