"""Rounds of review: what was frozen, who was given it, what they declared, what they found missing."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from claims.domain.lifecycle import RoundState
from claims.models.statements import Claim
from sources.models.constraints import PublicModel, closed_set

OPEN_STATES = [RoundState.OPEN.value, RoundState.DIFFERING.value, RoundState.IN_ADJUDICATION.value]
SHA256 = r"^[0-9a-f]{64}$"


class RecordPart(PublicModel):
    """One removable part of a dossier or record, which commits to it by a salted digest (DESIGN 5.14)."""

    record_sha256 = models.CharField(max_length=64, db_index=True)
    key = models.CharField(max_length=300)
    salt = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("record_sha256", "key"),
                name="record_part_unique",
                violation_error_message="A record has one part of a key.",
            ),
        )

    def __str__(self) -> str:
        return self.key


class Dossier(PublicModel):
    """What a round froze, as the exact canonical text (RFC 8785) that was hashed."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="dossiers")
    claim_version = models.PositiveIntegerField()
    schema = models.PositiveSmallIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("claim", "-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(sha256__regex=SHA256),
                name="dossier_digest_shape",
                violation_error_message="A SHA-256 digest has 64 hexadecimal digits.",
            ),
        )

    def __str__(self) -> str:
        return f"dossier {self.sha256[:12]}"


class Round(PublicModel):
    """One review of one version of a claim."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveIntegerField()
    claim_version = models.PositiveIntegerField()
    rubric_version = models.CharField(max_length=20)
    quorum = models.PositiveSmallIntegerField()
    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="round")
    state = models.CharField(
        max_length=16, default=RoundState.OPEN.value, choices=[(state.value, state.value) for state in RoundState]
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    revealed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.TextField(blank=True, default="")
    outcome = models.CharField(
        max_length=30,
        blank=True,
        default="",
        help_text="agreed, agreed_after_discussion, adjudicated or reviewers_differ",
    )
    attribution = models.CharField(max_length=30, blank=True, default="")
    support = models.CharField(max_length=30, blank=True, default="")
    confidence = models.CharField(max_length=10, blank=True, default="")
    is_rerated_by_same = models.BooleanField(default=False)

    class Meta:
        ordering = ("claim", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=("claim", "number"),
                name="round_number_unique",
                violation_error_message="Two rounds of a claim cannot have one number.",
            ),
            models.UniqueConstraint(
                fields=("claim",),
                condition=Q(state__in=OPEN_STATES),
                name="round_one_open",
                violation_error_message="A round of this claim is open already.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in RoundState]),
                name="round_state_known",
                violation_error_message="That is no state of a round.",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "agreed", "agreed_after_discussion", "adjudicated", "reviewers_differ"]),
                name="round_outcome_known",
                violation_error_message="That is no outcome of a round.",
            ),
            models.CheckConstraint(
                condition=(Q(state="decided") & ~Q(outcome="")) | (~Q(state="decided") & Q(outcome="")),
                name="round_decided_has_outcome",
                violation_error_message="A decided round has an outcome, and no other has one.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["agreed", "agreed_after_discussion", "adjudicated"])
                | (~Q(attribution="") & ~Q(support="") & ~Q(confidence="")),
                name="round_outcome_has_labels",
                violation_error_message="A settled round has its labels.",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=OPEN_STATES) & Q(closed_at__isnull=True))
                | (~Q(state__in=OPEN_STATES) & Q(closed_at__isnull=False)),
                name="round_closed_is_dated",
                violation_error_message="A closed round has the time it was closed.",
            ),
            models.CheckConstraint(
                condition=Q(quorum__gte=1),
                name="round_quorum_sound",
                violation_error_message="A round needs at least one reviewer.",
            ),
        )

    def __str__(self) -> str:
        return f"round {self.number} of {self.claim_id}"


class Capacity(models.TextChoices):
    """In which capacity somebody takes part in a round."""

    RATER = "rater", "reviewer"
    ADJUDICATOR = "adjudicator", "adjudicator"
    EDITOR = "editor", "editor"
    PUBLISHER = "publisher", "publisher"


class AssignmentState(models.TextChoices):
    """What became of an assignment."""

    GIVEN = "given", "given"
    HANDED_IN = "handed_in", "handed in"
    PASSED_OVER = "passed_over", "passed over"
    TAKEN_BACK = "taken_back", "taken back"


class Assignment(PublicModel):
    """That somebody was given a round, to rate or to adjudicate."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    capacity = models.CharField(max_length=12, choices=Capacity.choices, default=Capacity.RATER)
    state = models.CharField(max_length=12, choices=AssignmentState.choices, default=AssignmentState.GIVEN)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    due_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it takes none of the quorum’s places, handed in or not."
    )

    class Meta:
        ordering = ("due_at", "pk")
        indexes = (models.Index(fields=("due_at",), condition=Q(state="given"), name="assignment_due"),)
        constraints = (
            closed_set("assignment_capacity_known", "capacity", Capacity),
            closed_set("assignment_state_known", "state", AssignmentState),
            models.CheckConstraint(
                condition=~Q(state="taken_back") | Q(taken_back_at__isnull=False),
                name="assignment_taken_back_dated",
                violation_error_message="An assignment that was taken back has the time of it.",
            ),
            models.UniqueConstraint(
                fields=("round", "person"),
                name="assignment_unique",
                violation_error_message="This person has this round already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} on {self.round_id}"


class Interest(PublicModel):
    """What a person declared before seeing the evidence of a round: none, or words.

    A declared interest passes its owner over, unless somebody without one accepts it with a printed reason.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="interests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interests")
    capacity = models.CharField(max_length=12, choices=Capacity.choices)
    is_declared = models.BooleanField()
    words = models.TextField(blank=True, default="")
    declared_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_reason = models.TextField(blank=True, default="", help_text="Printed.")

    class Meta:
        ordering = ("round", "declared_at", "pk")
        constraints = (
            closed_set("interest_capacity_known", "capacity", Capacity),
            models.UniqueConstraint(
                fields=("round", "person", "capacity"),
                name="interest_unique",
                violation_error_message="You have declared your interests for this round already.",
            ),
            models.CheckConstraint(
                condition=(Q(is_declared=True) & ~Q(words="")) | (Q(is_declared=False) & Q(words="")),
                name="interest_declared_in_words",
                violation_error_message="Say in words what the interest is, or choose “none”.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True)
                | (~Q(accepted_by=F("person")) & ~Q(accepted_reason="") & Q(accepted_at__isnull=False)),
                name="interest_accepted_by_another",
                violation_error_message="Somebody else accepts an interest, with a reason that is printed.",
            ),
        )

    def __str__(self) -> str:
        return "declared" if self.is_declared else "none"


class EvidenceRequestState(models.TextChoices):
    """What became of a request for other evidence."""

    OPEN = "open", "open"
    ADDED = "added", "added"
    DECLINED = "declined", "declined"


class EvidenceRequest(PublicModel):
    """A reviewer's “needs other evidence”: no rating, stays blind, bars nobody."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="evidence_requests")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    wanted = models.TextField()
    state = models.CharField(max_length=10, choices=EvidenceRequestState.choices, default=EvidenceRequestState.OPEN)
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = (
            closed_set("evidence_request_state_known", "state", EvidenceRequestState),
            models.CheckConstraint(
                condition=~Q(wanted=""),
                name="evidence_request_names_it",
                violation_error_message="Name the evidence that is missing.",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""),
                name="evidence_request_declined_reasoned",
                violation_error_message="Say why it is not added.",
            ),
        )

    def __str__(self) -> str:
        return self.wanted[:80]
