"""Asking a web archive to keep a copy, too: one row a capture and service, a job like a request for a timestamp."""

from django.db import models
from django.db.models import Q

from sources.models.captures import Capture
from sources.models.constraints import PublicModel, closed_set


class KeepState(models.TextChoices):
    """Where a request to keep a copy stands."""

    WAITING = "waiting", "waiting"
    DONE = "done", "asked, and taken on"
    FAILED = "failed", "given up"


class KeepRequest(PublicModel):
    """One service that was asked to keep a copy of what one capture found."""

    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="keep_requests")
    service = models.TextField(help_text="The address that is asked, without that of the source.")
    state = models.CharField(max_length=10, choices=KeepState.choices, default=KeepState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(help_text="Not before then.")
    last_sentence = models.TextField(blank=True, default="")
    kept_url = models.TextField(blank=True, default="", help_text="Where the service says that the copy is.")
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at", "-pk")
        indexes = (models.Index(fields=("state", "next_at"), name="keep_request_due"),)
        constraints = (
            closed_set("keep_request_state_known", "state", KeepState),
            models.UniqueConstraint(
                fields=("capture", "service"),
                name="keep_request_unique",
                violation_error_message="This service was asked for this copy already.",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(last_sentence=""),
                name="keep_request_failure_reasoned",
                violation_error_message="A request that was given up says why.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {self.service}"
