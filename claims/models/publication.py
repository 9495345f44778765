"""The text, the frozen revisions, and what may be said on a page beside them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from claims.models.citations import Citation
from claims.models.ratings import Rating
from claims.models.rounds import SHA256, Round
from claims.models.statements import Claim
from sources.models.constraints import PublicModel, closed_set


class RevisionKind(models.TextChoices):
    """Why there is a new revision."""

    FIRST = "first", "first publication"
    TYPO = "typo", "typo"
    CLARIFICATION = "clarification", "clarification"
    CORRECTION = "correction", "correction, verdict unchanged"
    SOURCE_WITHDRAWN = "source_withdrawn", "source withdrawn"
    CHANGED_VERDICT = "changed_verdict", "changed verdict"
    RETRACTION = "retraction", "retraction"


class WriteupState(models.TextChoices):
    """Where a text stands between its writer and the person who approves it."""

    WRITTEN = "written", "awaiting approval"
    APPROVED = "approved", "approved"
    SENT_BACK = "sent_back", "sent back"


class Writeup(PublicModel):
    """Headline and summary, or a correction's text, written by one person for another to approve."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="writeups")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="writeups")
    kind = models.CharField(max_length=20, choices=RevisionKind.choices, default=RevisionKind.FIRST)
    state = models.CharField(max_length=12, choices=WriteupState.choices, default=WriteupState.WRITTEN)
    headline = models.CharField(max_length=200)
    summary = models.TextField()
    note = models.TextField(blank=True, default="", help_text="Printed in the history: what changed and why.")
    withdrawn_citation = models.ForeignKey(
        Citation, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="", help_text="Why it was sent back.")

    class Meta:
        ordering = ("claim", "-written_at", "-pk")
        constraints = (
            closed_set("writeup_kind_known", "kind", RevisionKind),
            closed_set("writeup_state_known", "state", WriteupState),
            models.CheckConstraint(
                condition=~Q(headline="") & ~Q(summary=""),
                name="writeup_has_text",
                violation_error_message="A text has a headline and a summary.",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("written_by")),
                name="writeup_two_people",
                violation_error_message="A text is approved by somebody other than its writer.",
            ),
            models.CheckConstraint(
                condition=Q(kind="first") | ~Q(note=""),
                name="writeup_change_noted",
                violation_error_message="Say for readers what changed and why.",
            ),
            models.CheckConstraint(
                condition=(Q(kind="source_withdrawn") & Q(withdrawn_citation__isnull=False))
                | (~Q(kind="source_withdrawn") & Q(withdrawn_citation__isnull=True)),
                name="writeup_names_withdrawn_source",
                violation_error_message="Name the citation whose source was withdrawn.",
            ),
            models.UniqueConstraint(
                fields=("claim",),
                condition=Q(state="written"),
                name="writeup_one_awaiting",
                violation_error_message="A text for this claim awaits approval already.",
            ),
        )

    def __str__(self) -> str:
        return self.headline


class Redaction(PublicModel):
    """Words of a rating's reasons that the published record visibly leaves out; the original stays inside."""

    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, related_name="redactions")
    exact = models.TextField()
    reason = models.TextField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("rating", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(exact="") & ~Q(reason=""),
                name="redaction_reasoned",
                violation_error_message="Name the words to leave out, and why.",
            ),
        )

    def __str__(self) -> str:
        return f"redaction of {self.rating_id}"


class Revision(PublicModel):
    """One numbered, frozen publication of a claim, with its record as the exact text that was hashed."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=RevisionKind.choices)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="revisions")
    schema = models.PositiveSmallIntegerField()
    record = models.TextField()
    record_sha256 = models.CharField(max_length=64)
    previous_sha256 = models.CharField(max_length=64, blank=True, default="")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("claim", "-number")
        constraints = (
            closed_set("revision_kind_known", "kind", RevisionKind),
            models.UniqueConstraint(
                fields=("claim", "number"),
                name="revision_number_unique",
                violation_error_message="Two revisions of a claim cannot have one number.",
            ),
            models.CheckConstraint(
                condition=Q(record_sha256__regex=SHA256),
                name="revision_digest_shape",
                violation_error_message="A SHA-256 digest has 64 hexadecimal digits.",
            ),
            models.CheckConstraint(
                condition=~Q(written_by=F("approved_by")),
                name="revision_two_people",
                violation_error_message="A revision is approved by somebody other than its writer.",
            ),
            models.CheckConstraint(
                condition=(Q(number=1) & Q(kind="first") & Q(previous_sha256=""))
                | (Q(number__gt=1) & ~Q(kind="first") & Q(previous_sha256__regex=SHA256)),
                name="revision_chained",
                violation_error_message="Each revision but the first names the record before it.",
            ),
        )

    def __str__(self) -> str:
        return f"revision {self.number} of {self.claim_id}"


class NoticeKind(models.TextChoices):
    """What a dated line on a published page tells."""

    RECHECKING = "rechecking", "we are re-checking this"
    SOURCE_CHANGED = "source_changed", "a source has changed"
    SOURCE_GONE = "source_gone", "a source is gone"
    LATE_REPLY = "late_reply", "a late reply"
    SUSPENDED = "suspended", "suspended"


class Notice(PublicModel):
    """A dated line on a published page that is no revision."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=16, choices=NoticeKind.choices)
    text = models.TextField()
    citation = models.ForeignKey(Citation, on_delete=models.PROTECT, related_name="notices", null=True, blank=True)
    put_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    put_up_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-put_up_at", "-pk")
        constraints = (
            closed_set("notice_kind_known", "kind", NoticeKind),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="notice_says_something",
                violation_error_message="A notice needs its sentence.",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by__isnull=True) | ~Q(lifted_by=F("put_up_by")),
                name="notice_lifted_by_another",
                violation_error_message="A notice is lifted by somebody other than who put it up.",
            ),
            models.UniqueConstraint(
                fields=("claim", "kind"),
                condition=Q(kind__in=["rechecking", "suspended"]) & Q(lifted_at__isnull=True),
                name="notice_one_standing",
                violation_error_message="Such a notice stands on this page already.",
            ),
        )
        indexes = (models.Index(fields=("kind", "put_up_at", "id"), name="notice_newest_of_kind"),)

    def __str__(self) -> str:
        return self.kind


class CorrectionOutcome(models.TextChoices):
    """What became of a reader's request."""

    OPEN = "open", "not answered yet"
    CORRECTED = "corrected", "corrected"
    CLARIFIED = "clarified", "clarified"
    NO_CHANGE = "no_change", "no change"
    RE_REVIEWED = "re_reviewed", "reviewed again"
    NOT_A_REQUEST = "not_a_request", "not a request"


class CorrectionRequest(PublicModel):
    """What a reader asked, and the outcome. Name and words of the reader stay inside unless they agree."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="correction_requests")
    name = models.CharField(max_length=200, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    text = models.TextField(blank=True)
    may_be_named = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=CorrectionOutcome.choices, default=CorrectionOutcome.OPEN)
    outcome_text = models.TextField(blank=True, default="", help_text="Printed, in our words.")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-received_at", "-pk")
        indexes = (models.Index(fields=("answered_at", "id"), name="correction_outcome_newest"),)
        constraints = (
            closed_set("correction_request_outcome_known", "outcome", CorrectionOutcome),
            models.CheckConstraint(
                condition=(Q(outcome="open") & Q(answered_at__isnull=True))
                | (~Q(outcome="open") & Q(answered_at__isnull=False) & ~Q(outcome_text="")),
                name="correction_request_answered_in_words",
                violation_error_message="An outcome is told in a sentence.",
            ),
        )

    def __str__(self) -> str:
        return f"request of {self.received_at:%Y-%m-%d}"
