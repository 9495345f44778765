"""Where a claim appeared, and the chain of who passed the words on."""

from django.db import models
from django.db.models import Q

from claims.models.speakers import Role, Speaker
from claims.models.statements import Claim
from sources.models import Source
from sources.models.constraints import PublicModel, ordered_days


class Appearance(PublicModel):
    """One source in which the claim was printed or made, with the wording used there."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="appearances")
    position = models.PositiveSmallIntegerField(default=1)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="appearances")
    wording = models.TextField(
        blank=True, default="", help_text="How it is put there; leave out what may not be quoted."
    )
    locator = models.CharField(max_length=200, blank=True, default="", help_text="Page, paragraph or minute.")
    no_capture_reason = models.TextField(
        blank=True, default="", help_text="Printed: why there is no archived copy of it."
    )

    class Meta:
        ordering = ("claim", "position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("claim", "source"),
                name="appearance_unique",
                violation_error_message="This source is on the list of appearances already.",
            ),
        )

    def __str__(self) -> str:
        return f"in {self.source}"


class Link(PublicModel):
    """One step of the chain “A, quoted by B, reported by C”.

    Who: a speaker (with the role held when it was said), or a source in its own voice, or words for someone
    unnamed; exactly one of the three. Exactly one link of a claim is *attributed*.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="links")
    position = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=60, default="said", help_text="said, wrote, told journalists, cited …")
    speaker = models.ForeignKey(Speaker, on_delete=models.PROTECT, related_name="links", null=True, blank=True)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="links", null=True, blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="links", null=True, blank=True)
    unnamed = models.CharField(
        max_length=200, blank=True, default="", help_text="Words for someone unnamed, such as “official statistics”."
    )
    date_edtf = models.CharField(max_length=60, blank=True, default="", verbose_name="date (EDTF)")
    date_earliest_on = models.DateField(null=True, blank=True, editable=False)
    date_latest_on = models.DateField(null=True, blank=True, editable=False)
    date_printed = models.CharField(max_length=200, blank=True, default="", verbose_name="date as printed")
    place = models.CharField(max_length=300, blank=True, default="", help_text="Venue and town.")
    is_attributed = models.BooleanField(default=False)

    class Meta:
        ordering = ("claim", "position")
        constraints = (
            models.UniqueConstraint(
                fields=("claim", "position"),
                name="link_position_unique",
                violation_error_message="Two links of a chain cannot stand at one position.",
            ),
            models.UniqueConstraint(
                fields=("claim",),
                condition=Q(is_attributed=True),
                name="link_one_attributed",
                violation_error_message="Exactly one link of a claim is the attributed one.",
            ),
            models.CheckConstraint(
                condition=(Q(speaker__isnull=False) & Q(source__isnull=True) & Q(unnamed=""))
                | (Q(speaker__isnull=True) & Q(source__isnull=False) & Q(unnamed=""))
                | (Q(speaker__isnull=True) & Q(source__isnull=True) & ~Q(unnamed="")),
                name="link_exactly_one_who",
                violation_error_message="A link names a speaker, a source in its own voice, or someone unnamed.",
            ),
            models.CheckConstraint(
                condition=Q(role__isnull=True) | Q(speaker__isnull=False),
                name="link_role_of_speaker",
                violation_error_message="Only a speaker has a role.",
            ),
            ordered_days("link_date_ordered", "date_earliest_on", "date_latest_on"),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.speaker or self.source or self.unnamed}"
