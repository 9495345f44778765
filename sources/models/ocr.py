"""Asking for the text of a scan: a job like a request for a timestamp, read page by page in turns."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from sources.models.captures import Capture
from sources.models.constraints import PublicModel, closed_set


class OcrState(models.TextChoices):
    """Where a request to read pictures stands."""

    WAITING = "waiting", "under way"
    DONE = "done", "read"
    FAILED = "failed", "given up"


class OcrRequest(PublicModel):
    """One capture that somebody wants to be read by OCR, in these languages. The row is the job."""

    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="ocr_requests")
    languages = models.CharField(max_length=60, help_text="Tesseract’s names, joined by “+”.")
    state = models.CharField(max_length=10, choices=OcrState.choices, default=OcrState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    fence = models.PositiveIntegerField(default=0, help_text="Who has taken it last may write.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Turns since the last page that was done.")
    next_at = models.DateTimeField(help_text="Not before then.")
    pages = models.PositiveIntegerField(null=True, blank=True, help_text="How many the document has.")
    pages_done = models.PositiveIntegerField(default=0)
    read = models.TextField(blank=True, default="", help_text="JSON: the pages so far; blank once it is closed.")
    seconds = models.FloatField(default=0.0)
    last_sentence = models.TextField(blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at", "-pk")
        indexes = (models.Index(fields=("state", "next_at"), name="ocr_request_due"),)
        constraints = (
            closed_set("ocr_request_state_known", "state", OcrState),
            models.UniqueConstraint(
                fields=("capture",),
                condition=Q(state="waiting"),
                name="ocr_request_one_open",
                violation_error_message="This copy is being read already.",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(last_sentence=""),
                name="ocr_request_failure_reasoned",
                violation_error_message="A request that was given up says why.",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(read=""),
                name="ocr_request_closed_keeps_no_words",
                violation_error_message="The words of a closed request stand in the archive alone.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {self.languages}"
