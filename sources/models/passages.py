"""Passages in a text artefact, and what became of them in later captures."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sources.models.artefacts import Artefact
from sources.models.captures import Capture
from sources.models.constraints import PublicModel, closed_set


class Passage(PublicModel):
    """Words in one text artefact (W3C Web Annotation: TextQuoteSelector with TextPositionSelector).

    ``start`` and ``end`` count Unicode code points of the artefact's text, ``end`` is exclusive.
    ``text_sha256`` repeats the artefact's digest, so that a passage says by itself what it points into.
    """

    artefact = models.ForeignKey(Artefact, on_delete=models.PROTECT, related_name="passages")
    text_sha256 = models.CharField(max_length=64)
    exact = models.TextField()
    prefix = models.TextField(blank=True, default="")
    suffix = models.TextField(blank=True, default="")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("artefact", "start", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(start__lt=F("end")),
                name="passage_not_empty",
                violation_error_message="A passage has at least one character.",
            ),
            models.CheckConstraint(
                condition=Q(text_sha256__regex=r"^[0-9a-f]{64}$"),
                name="passage_digest_shape",
                violation_error_message="A SHA-256 digest has 64 hexadecimal digits.",
            ),
        )

    def __str__(self) -> str:
        return self.exact[:80]


class AnchoringOutcome(models.TextChoices):
    """What became of a passage in a later capture."""

    INTACT = "intact", "unchanged"
    MOVED = "moved", "moved"
    ALTERED = "altered", "altered"
    GONE = "gone", "gone"
    UNREACHABLE = "unreachable", "could not be looked for"


class Anchoring(PublicModel):
    """The passage, looked for in a later capture of the same source."""

    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="anchorings")
    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="anchorings")
    text_sha256 = models.CharField(max_length=64, blank=True, default="")
    outcome = models.CharField(max_length=12, choices=AnchoringOutcome.choices)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    found = models.TextField(blank=True, default="", help_text="What stands there now.")
    reason = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            closed_set("anchoring_outcome_known", "outcome", AnchoringOutcome),
            models.UniqueConstraint(
                fields=("passage", "capture", "text_sha256"),
                name="anchoring_unique",
                violation_error_message="This passage was looked for in this text already.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=("intact", "moved", "altered"))
                | (Q(start__isnull=False) & Q(end__isnull=False) & Q(start__lt=F("end"))),
                name="anchoring_found_has_place",
                violation_error_message="A passage that was found has a place.",
            ),
        )

    def __str__(self) -> str:
        return self.outcome
