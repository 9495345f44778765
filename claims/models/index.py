"""Disposable rows that public lists, search and counts read; ``rebuild_public`` remakes them from records."""

from django.db import models

from claims.models.publication import Revision
from claims.models.speakers import Speaker
from claims.models.statements import Claim, Topic
from sources.models import Capture, Source


class PublicClaim(models.Model):
    """One published claim as lists show it, from its latest record."""

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="public")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    slug = models.SlugField(max_length=120, unique=True)
    state = models.CharField(max_length=12, help_text="up, suspended or retracted")
    language = models.CharField(max_length=35)
    headline = models.CharField(max_length=200)
    statement = models.TextField()
    attributed_name = models.CharField(max_length=300, blank=True, default="")
    attribution = models.CharField(max_length=30, blank=True, default="")
    support = models.CharField(max_length=30, blank=True, default="")
    confidence = models.CharField(max_length=10, blank=True, default="")
    outcome = models.CharField(max_length=30, blank=True, default="")
    is_demonstration = models.BooleanField(default=False)
    search_text = models.TextField(blank=True, default="", help_text="Folded.")
    first_published_at = models.DateTimeField(db_index=True)
    revised_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-first_published_at", "-pk")

    def __str__(self) -> str:
        return self.headline


class PublicSpeaker(models.Model):
    """A speaker in a published chain; ``is_established`` only where the attribution is *said it* and stands."""

    public_claim = models.ForeignKey(PublicClaim, on_delete=models.CASCADE, related_name="speakers")
    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="public_rows")
    name = models.CharField(max_length=300, help_text="As the record has it.")
    name_folded = models.CharField(max_length=300, db_index=True)
    is_attributed = models.BooleanField()
    is_established = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("public_claim", "speaker", "is_attributed"), name="public_speaker_unique"
            ),
        )

    def __str__(self) -> str:
        return str(self.speaker_id)


class PublicTopic(models.Model):
    """A topic of a published claim."""

    public_claim = models.ForeignKey(PublicClaim, on_delete=models.CASCADE, related_name="topics")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="public_rows")
    name = models.CharField(max_length=120, help_text="As the record has it.")
    slug = models.SlugField(max_length=120)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("public_claim", "topic"), name="public_topic_unique"),)

    def __str__(self) -> str:
        return str(self.topic_id)


class PublicSource(models.Model):
    """A source, and the capture that the record lists, of a published claim. Protected sources have no row."""

    public_claim = models.ForeignKey(PublicClaim, on_delete=models.CASCADE, related_name="sources")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="public_rows")
    capture = models.ForeignKey(Capture, on_delete=models.CASCADE, related_name="public_rows", null=True)
    title = models.CharField(max_length=500, blank=True, default="", help_text="As the record has it.")
    title_folded = models.CharField(max_length=500, blank=True, default="", db_index=True)
    is_appearance = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("public_claim", "source", "is_appearance", "capture"), name="public_source_unique"
            ),
        )

    def __str__(self) -> str:
        return str(self.source_id)
