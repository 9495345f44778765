"""Who puts sources out."""

from django.db import models

from sources.models.constraints import PublicModel


class Publisher(PublicModel):
    """An outlet, agency, court, ministry or archive that puts sources out."""

    name = models.CharField(max_length=300)
    name_folded = models.CharField(max_length=300, editable=False, db_index=True)
    owner = models.CharField(max_length=300, blank=True, default="", help_text="Who owns or funds it, if known.")
    reliability_note = models.TextField(
        blank=True, default="", help_text="The desk’s own note on its reliability. It stays inside the house."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name_folded", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("name_folded",),
                name="publisher_name_unique",
                violation_error_message="There is a publisher of that name already.",
            ),
        )

    def __str__(self) -> str:
        return self.name


class PublisherDomain(models.Model):
    """A host name under which a publisher puts sources out, lower case, without a leading ``www.``."""

    publisher = models.ForeignKey(Publisher, on_delete=models.PROTECT, related_name="domains")
    domain = models.CharField(max_length=253)

    class Meta:
        ordering = ("domain",)
        constraints = (
            models.UniqueConstraint(
                fields=("domain",),
                name="publisher_domain_unique",
                violation_error_message="That domain belongs to a publisher already.",
            ),
        )

    def __str__(self) -> str:
        return self.domain
