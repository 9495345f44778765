"""The archive's log, a hash chain, and the requests for timestamps on its entries.

An entry is a row that is never changed but for its openings, which a carried-out Removal lets be blanked. A request
for a timestamp is a job like a lease: the row is the truth, a worker is only rung for it.
"""

from django.db import models
from django.db.models import Q

from sources.models.artefacts import Artefact
from sources.models.captures import Capture
from sources.models.constraints import PublicModel, closed_set


class LogKind(models.TextChoices):
    """What an entry is about."""

    CAPTURE = "capture", "a capture was closed"
    ADDITION = "addition", "files were added to a capture"
    REMOVAL = "removal", "something was destroyed"


class LogEntry(PublicModel):
    """One entry of the chain: its exact text, the digest of it, and the openings of what it commits to."""

    position = models.PositiveBigIntegerField(unique=True)
    kind = models.CharField(max_length=10, choices=LogKind.choices)
    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="log_entries", null=True, blank=True)
    manifest = models.OneToOneField(
        Artefact, on_delete=models.PROTECT, related_name="log_entry", null=True, blank=True
    )
    text = models.TextField(help_text="Canonical JSON (RFC 8785), as it was hashed.")
    sha256 = models.CharField(max_length=64, unique=True)
    previous_sha256 = models.CharField(max_length=64, unique=True)
    openings = models.TextField(blank=True, default="", help_text="Salts and values; blank once destroyed.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-position",)
        verbose_name_plural = "log entries"
        constraints = (
            closed_set("log_entry_kind_known", "kind", LogKind),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$", previous_sha256__regex=r"^[0-9a-f]{64}$"),
                name="log_entry_digest_shape",
                violation_error_message="A SHA-256 digest has 64 hexadecimal digits.",
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1),
                name="log_entry_counts_from_one",
                violation_error_message="The first entry of the log has the number 1.",
            ),
            models.CheckConstraint(
                condition=Q(kind="removal", manifest__isnull=True)
                | (~Q(kind="removal") & Q(capture__isnull=False, manifest__isnull=False)),
                name="log_entry_has_manifest",
                violation_error_message="An entry about a capture has a manifest.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}: {self.get_kind_display()}"


class TimestampState(models.TextChoices):
    """Where a request for a timestamp stands."""

    WAITING = "waiting", "waiting for the authority"
    DONE = "done", "timestamped"
    FAILED = "failed", "given up"


class Timestamp(PublicModel):
    """One authority asked to put the time on one entry of the log (RFC 3161)."""

    entry = models.ForeignKey(LogEntry, on_delete=models.PROTECT, related_name="timestamps")
    authority = models.TextField(help_text="The address that is asked.")
    state = models.CharField(max_length=10, choices=TimestampState.choices, default=TimestampState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(help_text="Not before then.")
    last_code = models.CharField(max_length=60, blank=True, default="")
    last_sentence = models.TextField(blank=True, default="")
    token = models.ForeignKey(Artefact, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    stamped_at = models.DateTimeField(null=True, blank=True, help_text="The time that the authority names.")
    checked = models.TextField(blank=True, default="", help_text="How the token was checked, and what is unchecked.")
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at", "-pk")
        indexes = (models.Index(fields=("state", "next_at"), name="timestamp_due"),)
        constraints = (
            closed_set("timestamp_state_known", "state", TimestampState),
            models.UniqueConstraint(
                fields=("entry", "authority"),
                name="timestamp_unique",
                violation_error_message="This authority was asked for this entry already.",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(token__isnull=False, stamped_at__isnull=False),
                name="timestamp_done_has_token",
                violation_error_message="A timestamp has its token and its time.",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | (~Q(last_code="") & ~Q(last_sentence="")),
                name="timestamp_failure_reasoned",
                violation_error_message="A timestamp that was given up says why.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {self.authority}"
