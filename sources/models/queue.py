"""The queue: a row for each open capture, and how long a host is left alone.

Celery only wakes workers; these rows are what there is to do, whose it is, and in which order it goes.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from sources.models.captures import Capture
from sources.models.constraints import closed_set


class LeaseQueue(models.TextChoices):
    """Which workers a capture waits for."""

    FETCH = "fetch", "fetching"
    RENDER = "render", "rendering"


class Lease(models.Model):
    """The queue's row for an open capture; deleted when the capture closes.

    ``fence`` grows by one each time the capture is taken. A late worker that still names an older fence
    changes zero rows and drops its work. ``turn`` is the place in the line, person by person; what ``is_alone`` was
    in a worker that died, and is attempted where it can take nothing else with it.
    """

    capture = models.OneToOneField(Capture, on_delete=models.PROTECT, related_name="lease")
    queue = models.CharField(max_length=10, choices=LeaseQueue.choices, default=LeaseQueue.FETCH)
    owner = models.CharField(max_length=200, blank=True, default="")
    fence = models.PositiveBigIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    until = models.DateTimeField(null=True, blank=True, help_text="Until then it is the owner’s.")
    next_at = models.DateTimeField(help_text="Not before then.")
    host = models.CharField(max_length=253, blank=True, default="")
    priority = models.PositiveSmallIntegerField(default=0, help_text="0 people, 1 schedules.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    turn = models.PositiveBigIntegerField(default=0, help_text="Lower is sooner, within a priority.")
    is_alone = models.BooleanField(default=False, help_text="A worker died with it: it is attempted alone.")
    stage = models.CharField(max_length=30, blank=True, default="")
    last_code = models.CharField(max_length=60, blank=True, default="")
    last_sentence = models.TextField(blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=("queue", "priority", "turn", "id"), condition=Q(owner=""), name="lease_line"),
            models.Index(fields=("next_at",), name="lease_next"),
            models.Index(fields=("asked_by", "priority", "turn"), name="lease_person"),
            models.Index(fields=("until",), condition=~Q(owner=""), name="lease_held"),
        )
        constraints = (
            closed_set("lease_queue_known", "queue", LeaseQueue),
            models.CheckConstraint(
                condition=Q(attempt__lte=3),
                name="lease_three_attempts",
                violation_error_message="A capture has at most three attempts.",
            ),
            models.CheckConstraint(
                condition=(Q(owner="") & Q(until__isnull=True)) | (~Q(owner="") & Q(until__isnull=False)),
                name="lease_owner_has_until",
                violation_error_message="A lease that is held has an end.",
            ),
            models.UniqueConstraint(
                fields=("host",),
                condition=~Q(owner="") & ~Q(host=""),
                name="lease_one_a_host",
                violation_error_message="This host is being asked for something already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.owner or 'nobody'}, fence {self.fence}"


class HostRest(models.Model):
    """Until when a host is left alone: the minimum gap, or what it asked for itself."""

    host = models.CharField(max_length=253)
    until = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("host",), name="host_rest_unique", violation_error_message="This host rests already."
            ),
        )

    def __str__(self) -> str:
        return f"{self.host} until {self.until:%H:%M:%S}"
