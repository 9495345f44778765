"""Who words are attributed to."""

from django.db import models
from django.db.models import Q

from sources.models.constraints import PublicModel, closed_set, ordered_days


class SpeakerKind(models.TextChoices):
    """A speaker is somebody or some body with a name."""

    PERSON = "person", "person"
    ORGANISATION = "organisation", "organisation"


class Speaker(PublicModel):
    """A named person or organisation to whom words are attributed.

    “Official statistics” and an article's own voice are no speakers: a link names them otherwise.
    """

    kind = models.CharField(max_length=12, choices=SpeakerKind.choices)
    name = models.CharField(max_length=300)
    name_folded = models.CharField(max_length=300, editable=False, db_index=True)
    disambiguation = models.CharField(
        max_length=200, blank=True, default="", help_text="What tells two of one name apart, such as an office."
    )
    description = models.TextField(blank=True, default="")
    is_private_person = models.BooleanField(
        default=False, help_text="A private person, a victim or a minor: no page of their own."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name_folded", "pk")
        constraints = (
            closed_set("speaker_kind_known", "kind", SpeakerKind),
            models.CheckConstraint(
                condition=~Q(name=""), name="speaker_named", violation_error_message="A speaker has a name."
            ),
            models.UniqueConstraint(
                fields=("name_folded", "disambiguation"),
                name="speaker_name_unique",
                violation_error_message="There is a speaker of that name already. Say what tells them apart.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.disambiguation})" if self.disambiguation else self.name


class SpeakerAlias(models.Model):
    """Another name or spelling of a speaker."""

    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=300)
    name_folded = models.CharField(max_length=300, editable=False, db_index=True)

    class Meta:
        ordering = ("name_folded",)
        verbose_name_plural = "speaker aliases"
        constraints = (
            models.UniqueConstraint(
                fields=("speaker", "name_folded"),
                name="speaker_alias_unique",
                violation_error_message="This speaker has that alias already.",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Role(PublicModel):
    """What a speaker was, where, from when to when."""

    speaker = models.ForeignKey(Speaker, on_delete=models.PROTECT, related_name="roles")
    title = models.CharField(max_length=300)
    organisation = models.CharField(max_length=300, blank=True, default="")
    place = models.CharField(max_length=200, blank=True, default="")
    held_edtf = models.CharField(
        max_length=60,
        blank=True,
        default="",
        verbose_name="held (EDTF)",
        help_text="From when to when, such as 2012-11/2016-01, 2015/.. or 2018.",
    )
    held_earliest_on = models.DateField(null=True, blank=True, editable=False)
    held_latest_on = models.DateField(null=True, blank=True, editable=False)
    held_printed = models.CharField(max_length=200, blank=True, default="", verbose_name="dates as printed")

    class Meta:
        ordering = ("speaker", "held_earliest_on", "pk")
        constraints = (
            ordered_days("role_held_ordered", "held_earliest_on", "held_latest_on"),
            models.CheckConstraint(
                condition=~Q(title=""), name="role_titled", violation_error_message="A role has a title."
            ),
        )

    def __str__(self) -> str:
        return ", ".join(part for part in (self.title, self.organisation) if part)
