"""Disposable rows that public lists, search and counts read; ``rebuild_public`` remakes them from records."""

from django.db import models
from django.db.models import Q

from claims.models.publication import Revision
from claims.models.speakers import Speaker
from claims.models.statements import Claim, Topic
from sources.models import Capture, Publisher, Source
from sources.models.constraints import closed_set

PART = 10_000
"""How many keys of claims, and of sources, go into one part of the sitemap. Rows have the number of theirs, so that
another size needs a migration."""


class PublicClaim(models.Model):
    """One published claim as lists show it, from its latest record.

    Keys grow in the order of first publication, which is the order of lists: the greatest key is the newest.
    """

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="public")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    slug = models.SlugField(max_length=120, unique=True)
    state = models.CharField(max_length=12, help_text="up, suspended or retracted")
    language = models.CharField(max_length=35, db_index=True)
    headline = models.CharField(max_length=200)
    statement = models.TextField()
    attributed_name = models.CharField(max_length=300, blank=True, default="")
    attribution = models.CharField(max_length=30, blank=True, default="")
    support = models.CharField(max_length=30, blank=True, default="")
    confidence = models.CharField(max_length=10, blank=True, default="")
    outcome = models.CharField(max_length=30, blank=True, default="")
    is_demonstration = models.BooleanField(default=False)
    summary = models.TextField(blank=True, default="")
    quote = models.TextField(blank=True, default="")
    first_published_at = models.DateTimeField(db_index=True)
    revised_at = models.DateTimeField(db_index=True)
    part = models.PositiveBigIntegerField(
        null=True, help_text="The part of the sitemap that names it; none for what no sitemap names."
    )

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=("part", "-revised_at"), name="public_claim_part_newest"),
            models.Index(
                fields=("is_demonstration",), condition=Q(is_demonstration=True), name="public_claim_demonstration"
            ),
        )

    def __str__(self) -> str:
        return self.headline


class PublicWords(models.Model):
    """What a published claim is found by: stemmed words field by field, and facets, as ``claims.search`` has them.

    PostgreSQL has a column ``vector`` beside these with their index, SQLite a table ``claims_search`` over them; both
    are the search engine's alone (migration ``search_words``).
    """

    public_claim = models.OneToOneField(PublicClaim, on_delete=models.CASCADE, primary_key=True, related_name="words")
    headline_words = models.TextField(blank=True, default="")
    quote_words = models.TextField(blank=True, default="")
    summary_words = models.TextField(blank=True, default="")
    title_words = models.TextField(blank=True, default="")
    facets = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return str(self.public_claim_id)


class PublicSpeaker(models.Model):
    """A speaker in a published chain; ``is_established`` only where the attribution is *said it* and stands."""

    public_claim = models.ForeignKey(PublicClaim, on_delete=models.CASCADE, related_name="speakers")
    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="public_rows")
    name = models.CharField(max_length=300, help_text="As the record has it.")
    name_folded = models.CharField(max_length=300)
    is_attributed = models.BooleanField()
    is_established = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("public_claim", "speaker", "is_attributed"), name="public_speaker_unique"
            ),
        )
        indexes = (models.Index(fields=("speaker", "is_attributed", "public_claim"), name="public_speaker_newest"),)

    def __str__(self) -> str:
        return str(self.speaker_id)


class PublicTopic(models.Model):
    """A topic of a published claim."""

    public_claim = models.ForeignKey(PublicClaim, on_delete=models.CASCADE, related_name="topics")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="public_rows")
    name = models.CharField(max_length=120, help_text="As the record has it.")
    slug = models.SlugField(max_length=120, db_index=False)
    revised_at = models.DateTimeField(help_text="That of its claim.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("public_claim", "topic"), name="public_topic_unique"),)
        indexes = (
            models.Index(fields=("topic", "public_claim"), name="public_topic_newest"),
            models.Index(fields=("slug", "-revised_at", "-public_claim"), name="public_topic_changed"),
        )

    def __str__(self) -> str:
        return str(self.topic_id)


class PublicSource(models.Model):
    """A source, and the capture that the record lists, of a published claim. Protected sources have no row."""

    public_claim = models.ForeignKey(PublicClaim, on_delete=models.CASCADE, related_name="sources")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="public_rows")
    capture = models.ForeignKey(Capture, on_delete=models.CASCADE, related_name="public_rows", null=True)
    title = models.CharField(max_length=500, blank=True, default="", help_text="As the record has it.")
    title_folded = models.CharField(max_length=500, blank=True, default="")
    publisher = models.ForeignKey(Publisher, on_delete=models.CASCADE, related_name="public_rows", null=True)
    publisher_name = models.CharField(max_length=300, blank=True, default="", help_text="As the record has it.")
    is_appearance = models.BooleanField(default=False)
    revised_at = models.DateTimeField(help_text="That of its claim.")
    part = models.PositiveBigIntegerField(
        null=True, help_text="The part of the sitemap for its article; none where no sitemap names its claim."
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("public_claim", "source", "is_appearance", "capture"), name="public_source_unique"
            ),
        )
        indexes = (
            models.Index(fields=("source", "is_appearance", "-revised_at"), name="public_source_changed"),
            models.Index(
                fields=("part", "-revised_at"), condition=Q(is_appearance=True), name="public_article_part_newest"
            ),
            models.Index(fields=("source", "public_claim"), name="public_source_newest"),
            models.Index(fields=("publisher", "is_appearance", "public_claim"), name="public_outlet_newest"),
        )

    def __str__(self) -> str:
        return str(self.source_id)


class PublicCorrection(models.Model):
    """One line of the corrections log: a revision, other than the first, of a published claim."""

    public_claim = models.ForeignKey(PublicClaim, on_delete=models.CASCADE, related_name="corrections")
    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="public_correction")
    kind = models.CharField(max_length=20)
    published_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("published_at", "revision"), name="public_correction_newest"),)

    def __str__(self) -> str:
        return str(self.revision_id)


class NameKind(models.TextChoices):
    """What lists of names and facets name."""

    SPEAKER = "speaker", "speaker"
    SOURCE = "source", "source"
    TOPIC = "topic", "topic"
    OUTLET = "outlet", "outlet"


class PublicName(models.Model):
    """One line of a list of names: something that at least one published claim names, as its newest record does.

    ``key`` is the slug of a topic, and the ``public_id`` of anything else in 32 hexadecimal digits. An outlet is the
    publisher of a source that a claim appeared in. Who reads this still asks whether a speaker is private by now, or
    a source protected.
    """

    kind = models.CharField(max_length=8, choices=NameKind.choices)
    key = models.CharField(max_length=120)
    name = models.CharField(max_length=500)
    name_folded = models.CharField(max_length=500)

    class Meta:
        constraints = (
            closed_set("public_name_kind_known", "kind", NameKind),
            models.UniqueConstraint(
                fields=("kind", "key"),
                name="public_name_unique",
                violation_error_message="A list has one line for each name.",
            ),
        )
        indexes = (models.Index(fields=("kind", "name_folded", "key"), name="public_name_listed"),)

    def __str__(self) -> str:
        return self.name
