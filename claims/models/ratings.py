"""What reviewers hand in. Every table but the drafts and pins is append-only.

A rating speaks of a dossier, not of live rows: findings and answers name citations and links by the ``public_id``
under which the dossier lists them.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from claims.domain.scales import (
    ATTRIBUTION_CODES,
    CONFIDENCE_CODES,
    FINDING_CODES,
    LINK_ANSWER_CODES,
    SUPPORT_CODES,
)
from claims.models.rounds import SHA256, Round
from sources.models import Passage
from sources.models.constraints import PublicModel, closed_set


class RatingStage(models.TextChoices):
    """First, after the one discussion, or an adjudicator's own blind rating."""

    FIRST = "first", "first"
    AFTER_DISCUSSION = "after_discussion", "after discussion"
    ADJUDICATOR = "adjudicator", "adjudicator, blind"


class RatingDraft(PublicModel):
    """A form not handed in yet; its owner's alone. ``payload`` is the form as JSON, ``revision`` counts its saves.

    ``aside`` is another version, typed in another window on an older revision, until its owner chooses.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="drafts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    payload = models.TextField(default="{}")
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    aside = models.TextField(blank=True, default="")
    aside_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(Q(aside="") & Q(aside_at__isnull=True)) | (~Q(aside="") & Q(aside_at__isnull=False)),
                name="rating_draft_aside_dated",
                violation_error_message="A version that was set aside has the time it was typed.",
            ),
            models.UniqueConstraint(
                fields=("round", "person"),
                name="rating_draft_unique",
                violation_error_message="There is a draft of yours already.",
            ),
        )

    def __str__(self) -> str:
        return f"draft {self.revision}"


class Rating(PublicModel):
    """One person's handed-in answer to one dossier. Never changed; a change of mind is a new row."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="ratings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ratings")
    stage = models.CharField(max_length=16, choices=RatingStage.choices, default=RatingStage.FIRST)
    dossier_sha256 = models.CharField(max_length=64)
    attribution = models.CharField(max_length=30)
    support = models.CharField(max_length=30)
    confidence = models.CharField(max_length=10)
    reasons = models.TextField(blank=True)
    change_reason = models.TextField(blank=True, default="")
    handed_in_at = models.DateTimeField()

    class Meta:
        ordering = ("round", "handed_in_at", "pk")
        constraints = (
            closed_set("rating_stage_known", "stage", RatingStage),
            models.CheckConstraint(
                condition=Q(attribution__in=ATTRIBUTION_CODES),
                name="rating_attribution_known",
                violation_error_message="Choose whether the speaker said it.",
            ),
            models.CheckConstraint(
                condition=Q(support__in=SUPPORT_CODES),
                name="rating_support_known",
                violation_error_message="Choose how well the sources support it.",
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=CONFIDENCE_CODES),
                name="rating_confidence_known",
                violation_error_message="Choose low, moderate or high confidence.",
            ),
            models.CheckConstraint(
                condition=Q(dossier_sha256__regex=SHA256),
                name="rating_digest_shape",
                violation_error_message="A SHA-256 digest has 64 hexadecimal digits.",
            ),
            models.UniqueConstraint(
                fields=("round", "person", "stage"),
                name="rating_one_final",
                violation_error_message="You have handed in your rating of this round already.",
            ),
        )

    def __str__(self) -> str:
        return f"rating {self.public_id}"


class Finding(PublicModel):
    """What one citation says on the claim, or on one part of it, as one rater reads it."""

    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, related_name="findings")
    citation_id = models.UUIDField(help_text="The citation’s public id in the dossier.")
    part = models.CharField(max_length=1, blank=True, default="")
    answer = models.CharField(max_length=20)
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("rating", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(answer__in=FINDING_CODES),
                name="finding_answer_known",
                violation_error_message="Choose what this source says.",
            ),
            models.UniqueConstraint(
                fields=("rating", "citation_id", "part"),
                name="finding_unique",
                violation_error_message="There is a finding for this citation and part already.",
            ),
        )

    def __str__(self) -> str:
        return self.answer


class LinkAnswer(models.Model):
    """Whether the sources show one link of the chain."""

    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, related_name="link_answers")
    link_id = models.UUIDField(help_text="The link’s public id in the dossier.")
    answer = models.CharField(max_length=14)

    class Meta:
        ordering = ("rating", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(answer__in=LINK_ANSWER_CODES),
                name="link_answer_known",
                violation_error_message="Choose whether this step is shown.",
            ),
            models.UniqueConstraint(
                fields=("rating", "link_id"),
                name="link_answer_unique",
                violation_error_message="There is an answer for this step already.",
            ),
        )

    def __str__(self) -> str:
        return self.answer


class Pin(PublicModel):
    """A passage that a rater chose while rating: theirs alone until the reveal."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="pins")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    citation_id = models.UUIDField(help_text="The citation’s public id in the dossier.")
    part = models.CharField(max_length=1, blank=True, default="")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True, default="")
    pinned_at = models.DateTimeField()

    class Meta:
        ordering = ("round", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "person", "citation_id", "passage"),
                name="pin_unique",
                violation_error_message="You have pinned this passage already.",
            ),
        )

    def __str__(self) -> str:
        return str(self.passage)


class AdjudicationKind(models.TextChoices):
    """How an adjudicator settles a round."""

    FOR_ONE = "for_one", "for one of the ratings"
    DIFFER = "differ", "reviewers differ"
    OWN = "own", "a label of their own"


class Adjudication(PublicModel):
    """The settlement of a round whose ratings differ. The originals stay."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="adjudication")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="adjudications")
    kind = models.CharField(max_length=10, choices=AdjudicationKind.choices)
    chosen = models.ForeignKey(Rating, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    attribution = models.CharField(max_length=30, blank=True, default="")
    support = models.CharField(max_length=30, blank=True, default="")
    confidence = models.CharField(max_length=10, blank=True, default="")
    reasons = models.TextField(blank=True)
    settled_at = models.DateTimeField()

    class Meta:
        ordering = ("-settled_at", "-pk")
        constraints = (
            closed_set("adjudication_kind_known", "kind", AdjudicationKind),
            models.CheckConstraint(
                condition=(Q(kind="for_one") & Q(chosen__isnull=False))
                | (~Q(kind="for_one") & Q(chosen__isnull=True)),
                name="adjudication_for_one_names_it",
                violation_error_message="Say which of the ratings it is decided for.",
            ),
            models.CheckConstraint(
                condition=(Q(kind="differ") & Q(attribution="") & Q(support="") & Q(confidence=""))
                | (
                    ~Q(kind="differ")
                    & Q(attribution__in=ATTRIBUTION_CODES)
                    & Q(support__in=SUPPORT_CODES)
                    & Q(confidence__in=CONFIDENCE_CODES)
                ),
                name="adjudication_labels",
                violation_error_message="A settlement has its labels; “reviewers differ” has none.",
            ),
        )

    def __str__(self) -> str:
        return self.kind
