"""Source: a citable work, whether it stands on the web, was handed to us, or was heard in a room."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from sources.models.constraints import PublicModel, closed_set, ordered_days, sha256_or_blank
from sources.models.publishers import Publisher


class SourceKind(models.TextChoices):
    """How a source can be reached at all."""

    WEB = "web", "web page or file"
    DOCUMENT = "document", "uploaded document"
    OFFLINE = "offline", "offline (a hearing, a speech, a book)"


class Rights(models.TextChoices):
    """What the public gets of our copies of a source."""

    QUOTED = "quoted", "quoted passages only"
    FULL = "full", "full copy"
    DIGEST = "digest", "digest only"


class Source(PublicModel):
    """A citable work.

    ``url`` is what was typed first and is what is fetched; ``url_key`` only finds duplicates and names the
    version of the rule that made it. A *protected* source leaves the house by nothing, not even its title.
    """

    kind = models.CharField(max_length=10, choices=SourceKind.choices, default=SourceKind.WEB)
    publisher = models.ForeignKey(Publisher, on_delete=models.PROTECT, related_name="sources", null=True, blank=True)
    url = models.TextField(blank=True, default="")
    url_key = models.TextField(blank=True, default="", editable=False)
    url_key_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    url_key_version = models.PositiveSmallIntegerField(default=0, editable=False)
    title = models.CharField(max_length=500, blank=True, default="")
    title_folded = models.CharField(max_length=500, blank=True, default="", editable=False)
    author = models.CharField(max_length=300, blank=True, default="", help_text="As printed.")
    published_edtf = models.CharField(max_length=60, blank=True, default="", verbose_name="published (EDTF)")
    published_earliest_on = models.DateField(null=True, blank=True, editable=False)
    published_latest_on = models.DateField(null=True, blank=True, editable=False)
    published_printed = models.CharField(max_length=200, blank=True, default="", verbose_name="date as printed")
    language = models.CharField(max_length=35, blank=True, default="", help_text="BCP 47, such as “es” or “pt-BR”.")
    description = models.TextField(blank=True, default="", help_text="What it is, where it can be consulted.")
    rights = models.CharField(max_length=10, choices=Rights.choices, default=Rights.QUOTED)
    is_protected = models.BooleanField(default=False)
    protected_reason = models.TextField(blank=True, default="", help_text="Printed: why we cannot name it.")
    is_demonstration = models.BooleanField(default=False, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        indexes = (models.Index(fields=("title_folded",), name="source_title_folded"),)
        constraints = (
            closed_set("source_kind_known", "kind", SourceKind),
            closed_set("source_rights_known", "rights", Rights),
            ordered_days("source_published_ordered", "published_earliest_on", "published_latest_on"),
            sha256_or_blank("source_url_key_sha256_shape", "url_key_sha256"),
            models.CheckConstraint(
                condition=(Q(kind="web") & ~Q(url="") & ~Q(url_key_sha256=""))
                | (~Q(kind="web") & Q(url="") & Q(url_key_sha256="")),
                name="source_web_has_url",
                violation_error_message="A web source has an address; a document or an offline source has none.",
            ),
            models.CheckConstraint(
                condition=Q(kind="web") | ~Q(title=""),
                name="source_named",
                violation_error_message="A document or an offline source needs a title.",
            ),
            models.CheckConstraint(
                condition=Q(is_protected=False) | ~Q(protected_reason=""),
                name="source_protection_reasoned",
                violation_error_message="Say in a sentence for readers why the source cannot be named.",
            ),
            models.UniqueConstraint(
                fields=("url_key_sha256",),
                condition=Q(kind="web"),
                name="source_url_unique",
                violation_error_message="There is a source with this address already.",
            ),
        )

    def __str__(self) -> str:
        return self.title or self.url
