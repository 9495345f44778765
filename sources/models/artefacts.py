"""Stored files by digest, what was made from them, and what was judged of them. All append-only."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from sources.models.captures import Capture
from sources.models.constraints import PublicModel, closed_set, sha256_or_blank


class ArtefactRole(models.TextChoices):
    """What a stored file is to its capture."""

    WARC = "warc", "WARC"
    TEXT = "text", "text for anchoring"
    OCR = "ocr", "text read by OCR"
    READING = "reading", "reading view"
    SCREENSHOT = "screenshot", "screenshot"
    DOM = "dom", "rendered page"
    PDF = "pdf", "PDF print"
    ORIGINAL = "original", "uploaded original"
    TIMESTAMP = "timestamp", "timestamp token"
    MANIFEST = "manifest", "manifest"


READ = (ArtefactRole.TEXT, ArtefactRole.OCR)
"""The roles of texts that people read as the whole, and that passages may point at."""


class Artefact(PublicModel):
    """One stored file of a capture. The file's name in the store is made from its digest alone."""

    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="artefacts")
    role = models.CharField(max_length=12, choices=ArtefactRole.choices)
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    producer = models.CharField(max_length=100, blank=True, default="")
    version = models.CharField(max_length=60, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("capture", "role", "-created_at", "-pk")
        indexes = (models.Index(fields=("sha256",), name="artefact_digest"),)
        constraints = (
            closed_set("artefact_role_known", "role", ArtefactRole),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="artefact_digest_shape",
                violation_error_message="A SHA-256 digest has 64 hexadecimal digits.",
            ),
            models.CheckConstraint(
                condition=Q(bytes__gte=0),
                name="artefact_bytes_not_negative",
                violation_error_message="A size is not negative.",
            ),
            models.UniqueConstraint(
                fields=("capture", "role", "sha256"),
                name="artefact_unique",
                violation_error_message="This file is kept for this capture already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.sha256[:12]}"

    @property
    def is_by_ocr(self) -> bool:
        """Whether it is a text that was read from pictures, and may be wrong."""
        return self.role == ArtefactRole.OCR


class Derivation(PublicModel):
    """What a producer made of an input, keyed by the input's digest, the producer and its version."""

    input_sha256 = models.CharField(max_length=64)
    producer = models.CharField(max_length=100)
    version = models.CharField(max_length=60)
    is_ok = models.BooleanField()
    code = models.CharField(max_length=60, blank=True, default="")
    sentence = models.TextField(blank=True, default="")
    output_sha256 = models.CharField(max_length=64, blank=True, default="")
    metadata = models.TextField(blank=True, default="{}", help_text="JSON: title, author, pages … as claimed.")
    seconds = models.FloatField(default=0.0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("input_sha256", "producer", "version"),
                name="derivation_unique",
                violation_error_message="This was derived already.",
            ),
            models.CheckConstraint(
                condition=(Q(is_ok=True) & ~Q(output_sha256=""))
                | (Q(is_ok=False) & ~Q(code="") & Q(output_sha256="")),
                name="derivation_output_or_reason",
                violation_error_message="A derivation has an output, or a reason why not.",
            ),
            sha256_or_blank("derivation_digest_shape", "input_sha256", "output_sha256"),
        )

    def __str__(self) -> str:
        return f"{self.producer} {self.version} of {self.input_sha256[:12]}"


class UsabilityVerdict(models.TextChoices):
    """Whether what came is the work that was cited, or why not."""

    USABLE = "usable", "usable"
    LOGIN = "login", "asks for a log-in"
    PAYWALL = "paywall", "behind a paywall"
    CAPTCHA = "captcha", "asks for proof of being human"
    CONSENT = "consent", "shows a consent wall only"
    SOFT_404 = "soft_404", "says “not found” in other words"
    EMPTY = "empty", "has no readable text"
    DAMAGED = "damaged", "arrived damaged"
    BLOCKED = "blocked", "blocked us"
    GONE = "gone", "is not there any more"


class Usability(PublicModel):
    """One judgement of a stored capture, by a rule or by a person; the newest one counts."""

    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="usabilities")
    verdict = models.CharField(max_length=10, choices=UsabilityVerdict.choices)
    reason = models.TextField(blank=True, default="", help_text="What decided it, quoted.")
    producer = models.CharField(max_length=100, blank=True, default="")
    version = models.CharField(max_length=60, blank=True, default="")
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            closed_set("usability_verdict_known", "verdict", UsabilityVerdict),
            models.CheckConstraint(
                condition=Q(verdict="usable") | ~Q(reason=""),
                name="usability_reasoned",
                violation_error_message="Say what makes the capture unusable.",
            ),
        )

    def __str__(self) -> str:
        return self.verdict


class FixityOutcome(models.TextChoices):
    """What a recomputed digest showed."""

    INTACT = "intact", "intact"
    ALTERED = "altered", "altered"
    MISSING = "missing", "missing"


class Fixity(models.Model):
    """One look at a stored file: is it there, and is it the file whose digest we wrote down?"""

    artefact = models.ForeignKey(Artefact, on_delete=models.PROTECT, related_name="fixities")
    outcome = models.CharField(max_length=10, choices=FixityOutcome.choices)
    found_sha256 = models.CharField(max_length=64, blank=True, default="")
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ("-checked_at", "-pk")
        constraints = (
            closed_set("fixity_outcome_known", "outcome", FixityOutcome),
            sha256_or_blank("fixity_digest_shape", "found_sha256"),
        )

    def __str__(self) -> str:
        return f"{self.outcome} {self.checked_at:%Y-%m-%d}"
