"""Capture, its row in the queue, and what was said on the way.

A capture moves once, from *open* to one of three ends, and is then frozen by a trigger: *stored* (a complete
answer is kept, whatever its status), *failed* (nothing came that may be kept), *refused* (we did not
connect). While it is open its Lease says whose it is; every write of a worker names the lease's fence.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from sources.models.constraints import PublicModel, closed_set, sha256_or_blank
from sources.models.works import Source


class CaptureMethod(models.TextChoices):
    """By what road the bytes came."""

    HTTP = "http", "fetched by us"
    BROWSER = "browser", "rendered by us"
    MEMENTO = "memento", "third-party archive"
    UPLOAD = "upload", "uploaded by hand"


class CaptureState(models.TextChoices):
    """Where a capture stands; every state but *open* is final."""

    OPEN = "open", "open"
    STORED = "stored", "stored"
    FAILED = "failed", "failed"
    REFUSED = "refused", "refused"


class AskedBy(models.TextChoices):
    """Who wants it: people go before schedules."""

    PERSON = "person", "a person"
    SCHEDULE = "schedule", "a schedule"


class Capture(PublicModel):
    """One dated request for a source by one method, of at most three attempts."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="captures")
    method = models.CharField(max_length=10, choices=CaptureMethod.choices, default=CaptureMethod.HTTP)
    state = models.CharField(max_length=10, choices=CaptureState.choices, default=CaptureState.OPEN)
    asked_by_kind = models.CharField(max_length=10, choices=AskedBy.choices, default=AskedBy.PERSON)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    url_requested = models.TextField(blank=True, default="", help_text="Exactly what was asked for.")
    wanted_at = models.DateTimeField(
        null=True, blank=True, help_text="For an archive: the copy nearest before this moment is wanted."
    )
    provenance = models.TextField(blank=True, default="", help_text="For an upload or an archive: from where.")

    closed_at = models.DateTimeField(null=True, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True, help_text="When the last answer began.")
    attempts = models.PositiveSmallIntegerField(default=0)
    failure_code = models.CharField(max_length=60, blank=True, default="")
    failure_sentence = models.TextField(blank=True, default="")
    http_status = models.PositiveIntegerField(null=True, blank=True)
    final_url = models.TextField(blank=True, default="")
    media_type_declared = models.CharField(max_length=200, blank=True, default="")
    media_type = models.CharField(max_length=100, blank=True, default="", help_text="As sniffed; it decides.")
    charset = models.CharField(max_length=40, blank=True, default="")
    body_sha256 = models.CharField(max_length=64, blank=True, default="")
    body_bytes = models.BigIntegerField(default=0)
    body_offset = models.BigIntegerField(
        null=True, blank=True, help_text="Offset of the answer’s record in the WARC, in bytes."
    )
    warc_sha256 = models.CharField(max_length=64, blank=True, default="")
    is_truncated = models.BooleanField(default=False)
    robots = models.CharField(max_length=20, blank=True, default="", help_text="What robots.txt said, if asked.")
    software = models.CharField(max_length=200, blank=True, default="", help_text="Producer and version.")

    class Meta:
        ordering = ("-requested_at", "-pk")
        indexes = (
            models.Index(fields=("source", "-requested_at"), name="capture_source_time"),
            models.Index(fields=("body_sha256",), name="capture_body"),
        )
        constraints = (
            closed_set("capture_method_known", "method", CaptureMethod),
            closed_set("capture_state_known", "state", CaptureState),
            closed_set("capture_asked_by_known", "asked_by_kind", AskedBy),
            sha256_or_blank("capture_digest_shape", "body_sha256", "warc_sha256"),
            models.UniqueConstraint(
                fields=("source", "method"),
                condition=Q(state="open"),
                name="capture_one_open",
                violation_error_message="A capture of this source by this method is under way already.",
            ),
            models.CheckConstraint(
                condition=(Q(state="open") & Q(closed_at__isnull=True))
                | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="capture_closed_is_dated",
                violation_error_message="A closed capture has the time it was closed.",
            ),
            models.CheckConstraint(
                condition=~Q(state="stored")
                | (~Q(body_sha256="") & ~Q(warc_sha256="") & Q(captured_at__isnull=False)),
                name="capture_stored_has_digests",
                violation_error_message="A stored capture has the digests of its bytes.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("failed", "refused")) | (~Q(failure_code="") & ~Q(failure_sentence="")),
                name="capture_failure_reasoned",
                violation_error_message="A failed or refused capture says why.",
            ),
            models.CheckConstraint(
                condition=Q(body_bytes__gte=0),
                name="capture_bytes_not_negative",
                violation_error_message="A size is not negative.",
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=3),
                name="capture_three_attempts",
                violation_error_message="A capture has at most three attempts.",
            ),
        )

    def __str__(self) -> str:
        """For people; the source is read for it."""
        return f"{self.source}: {self.get_method_display()}, {self.requested_at:%Y-%m-%d %H:%M} UTC, {self.state}"

    @property
    def custody(self) -> str:
        """How the bytes came to us, in words for people."""
        return str(self.get_method_display())


class Exchange(models.Model):
    """One request and its answer on the way of a closed capture; without a place in a WARC where none was kept."""

    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="exchanges")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, default="page", help_text="page, redirect, refresh, robots")
    method = models.CharField(max_length=10, default="GET")
    url = models.TextField()
    addresses = models.TextField(blank=True, default="", help_text="All answers of the name, space separated.")
    address = models.CharField(max_length=45, blank=True, default="", help_text="The one connected to.")
    port = models.PositiveIntegerField(default=0)
    certificate_sha256 = models.CharField(max_length=64, blank=True, default="")
    certificate_subject = models.CharField(max_length=500, blank=True, default="")
    tls_version = models.CharField(max_length=20, blank=True, default="")
    status = models.PositiveIntegerField(null=True, blank=True)
    location = models.TextField(blank=True, default="")
    started_at = models.DateTimeField()
    seconds = models.FloatField(default=0.0)
    warc_offset = models.BigIntegerField(null=True, blank=True)
    warc_length = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("capture", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("capture", "position"),
                name="exchange_position_unique",
                violation_error_message="Two exchanges of a capture cannot stand at one position.",
            ),
            models.CheckConstraint(
                condition=Q(warc_offset__isnull=True) | (Q(warc_offset__gte=0) & Q(warc_length__gt=0)),
                name="exchange_range_sound",
                violation_error_message="A range in the WARC has a length.",
            ),
            sha256_or_blank("exchange_certificate_shape", "certificate_sha256"),
        )

    def __str__(self) -> str:
        return f"{self.position}: {self.method} {self.url}"
