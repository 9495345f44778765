"""Event and Removal: the history of everything, kept in the lower of the two applications.

Both applications write them and ``sources`` may not import ``claims``, so a row names its subject by kind
and ``public_id`` instead of pointing at it. See docs/decisions/history-and-removals.md.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sources.models.constraints import PublicModel, closed_set


class Door(models.TextChoices):
    """Through which door a person or a program came."""

    ADMIN = "admin", "admin"
    DESK = "desk", "review desk"
    API = "api", "API"
    COMMAND = "command", "command line"
    SEEDS = "seeds", "seeds"
    WORKER = "worker", "worker"
    PUBLIC = "public", "public site"
    CODE = "code", "code"


class Event(PublicModel):
    """Who did what to which thing, when, why, through which door, from which values to which.

    ``before`` and ``after`` are JSON objects as text (RFC 8785), ``version`` is the subject's version after the
    change where it has one. Append-only; it *is* the history.
    """

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    door = models.CharField(max_length=10, choices=Door.choices)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    version = models.PositiveIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")
    before = models.TextField(blank=True, default="{}")
    after = models.TextField(blank=True, default="{}")

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=("subject_id", "action"), name="event_subject"),
            models.Index(fields=("by", "-at"), name="event_by"),
        )
        constraints = (
            closed_set("event_door_known", "door", Door),
            models.CheckConstraint(
                condition=~Q(action="") & ~Q(subject_kind=""),
                name="event_says_what",
                violation_error_message="An event says what was done to what.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind}"


class RemovalReason(models.TextChoices):
    """The closed list of grounds on which bytes or words may be destroyed."""

    COURT_ORDER = "court_order", "an order of a court or authority"
    PERSONAL_DATA = "personal_data", "a person’s right to erasure"
    COPYRIGHT = "copyright", "a copyright holder’s notice"
    SAFETY = "safety", "danger to a person"
    UNLAWFUL = "unlawful", "content that may not be kept"


class Removal(PublicModel):
    """That bytes or words were destroyed, on what ground, and by which two people.

    A removal is *asked for* by one person and *carried out* by another; the row stays for ever. The triggers of
    append-only tables let a field be blanked only where a carried-out removal names its row.
    """

    subject_kind = models.CharField(max_length=60)
    subject_id = models.UUIDField(db_index=True)
    field = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=20, choices=RemovalReason.choices)
    basis = models.TextField(help_text="The order, law or request it rests on.")
    note_for_readers = models.TextField(blank=True, default="")
    http_status = models.PositiveSmallIntegerField(default=410)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = (
            closed_set("removal_reason_known", "reason", RemovalReason),
            models.CheckConstraint(
                condition=~Q(basis=""),
                name="removal_has_basis",
                violation_error_message="Name the order, law or request that the removal rests on.",
            ),
            models.CheckConstraint(
                condition=Q(http_status__in=(410, 451)),
                name="removal_status_known",
                violation_error_message="A removed page answers 410 or 451.",
            ),
            models.CheckConstraint(
                condition=(Q(done_by__isnull=True) & Q(done_at__isnull=True))
                | (Q(done_by__isnull=False) & Q(done_at__isnull=False)),
                name="removal_done_is_dated",
                violation_error_message="A removal that was carried out has a person and a time.",
            ),
            models.CheckConstraint(
                condition=Q(done_by__isnull=True) | ~Q(done_by=F("asked_by")),
                name="removal_two_people",
                violation_error_message="A removal takes two people: the one who asked cannot carry it out.",
            ),
            models.UniqueConstraint(
                fields=("subject_id", "field"),
                name="removal_unique",
                violation_error_message="The removal of this was asked for already.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.field}".strip()


class LegalHold(PublicModel):
    """Something that must not be destroyed until the hold is lifted."""

    subject_kind = models.CharField(max_length=60)
    subject_id = models.UUIDField(db_index=True)
    reason = models.TextField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-placed_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="legal_hold_reasoned",
                violation_error_message="Say why it must be kept.",
            ),
            models.UniqueConstraint(
                fields=("subject_id",),
                condition=Q(lifted_at__isnull=True),
                name="legal_hold_one_open",
                violation_error_message="There is a hold on this already.",
            ),
        )

    def __str__(self) -> str:
        return self.reason[:60]
