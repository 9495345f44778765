"""Claim: one assertion in the desk's words, its parts, topics, slugs and relations."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from claims.domain.lifecycle import PublicationState
from sources.models.constraints import PublicModel, closed_set


class Sensitivity(models.TextChoices):
    """Whether a claim concerns somebody who needs protection."""

    NONE = "none", "nobody in need of protection"
    PRIVATE_PERSON = "private_person", "a private person"
    VICTIM = "victim", "a victim"
    MINOR = "minor", "a minor"


class Topic(PublicModel):
    """A subject that claims are filed under."""

    name = models.CharField(max_length=120)
    name_folded = models.CharField(max_length=120, editable=False)
    slug = models.SlugField(max_length=120)

    class Meta:
        ordering = ("name_folded",)
        constraints = (
            models.UniqueConstraint(
                fields=("name_folded",),
                name="topic_name_unique",
                violation_error_message="There is a topic of that name already.",
            ),
            models.UniqueConstraint(
                fields=("slug",),
                name="topic_slug_unique",
                violation_error_message="Another topic has this address.",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Claim(PublicModel):
    """One assertion in the desk's words, with the speaker's own words beside it.

    Who it is attributed to is its one attributed Link and stands nowhere else. ``version`` grows with every edit of
    what a dossier freezes; an edit names the version it was made on, so that two editors cannot both win.
    """

    statement = models.TextField(help_text="The assertion, in one sentence, in the desk’s words.")
    statement_folded = models.TextField(editable=False, default="")
    language = models.CharField(max_length=35, default="en", help_text="BCP 47, such as “en” or “es”.")
    quote = models.TextField(blank=True, default="", help_text="The speaker’s words in the original language.")
    quote_language = models.CharField(max_length=35, blank=True, default="")
    translation = models.TextField(blank=True, default="")
    translator = models.CharField(max_length=200, blank=True, default="")
    context = models.TextField(blank=True, default="", help_text="What a reader has to know to understand it.")
    why_chosen = models.TextField(blank=True, default="", help_text="Printed: why the desk looks at this claim.")
    sensitivity = models.CharField(max_length=16, choices=Sensitivity.choices, default=Sensitivity.NONE)
    topics = models.ManyToManyField(Topic, blank=True, related_name="claims")
    is_demonstration = models.BooleanField(default=False)
    quorum = models.PositiveSmallIntegerField(default=2, help_text="How many reviewers rate it blind.")
    single_origin_reason = models.TextField(
        blank=True, default="", help_text="Printed, where there is one source or one origin only: why that is enough."
    )
    responsible_editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims_answered_for", null=True, blank=True
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    publication_state = models.CharField(
        max_length=12,
        default=PublicationState.NEVER.value,
        editable=False,
        choices=[(state.value, state.value) for state in PublicationState],
    )
    publish_at = models.DateTimeField(null=True, blank=True, editable=False)
    hold_reason = models.TextField(blank=True, default="", editable=False)
    hold_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    hold_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims_entered", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            closed_set("claim_sensitivity_known", "sensitivity", Sensitivity),
            models.CheckConstraint(
                condition=Q(publication_state__in=[state.value for state in PublicationState]),
                name="claim_publication_state_known",
                violation_error_message="That is no state of publication.",
            ),
            models.CheckConstraint(
                condition=~Q(statement=""),
                name="claim_stated",
                violation_error_message="A claim needs its statement.",
            ),
            models.CheckConstraint(
                condition=Q(quorum__gte=1) & Q(quorum__lte=9),
                name="claim_quorum_sound",
                violation_error_message="A claim is rated by one to nine reviewers.",
            ),
            models.CheckConstraint(
                condition=Q(translation="") | ~Q(quote=""),
                name="claim_translation_of_quote",
                violation_error_message="A translation needs the words that it translates.",
            ),
            models.CheckConstraint(
                condition=(Q(publication_state="scheduled") & Q(publish_at__isnull=False))
                | (~Q(publication_state="scheduled") & Q(publish_at__isnull=True)),
                name="claim_schedule_dated",
                violation_error_message="A scheduled claim has a time, and no other has one.",
            ),
            models.CheckConstraint(
                condition=(Q(hold_reason="") & Q(hold_by__isnull=True) & Q(hold_until__isnull=True))
                | (~Q(hold_reason="") & Q(hold_by__isnull=False)),
                name="claim_hold_reasoned",
                violation_error_message="A hold says why and who.",
            ),
        )

    def __str__(self) -> str:
        return self.statement[:120]


class Part(models.Model):
    """One lettered assertion of a claim that makes several."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="parts")
    letter = models.CharField(max_length=1)
    text = models.TextField()

    class Meta:
        ordering = ("claim", "letter")
        constraints = (
            models.UniqueConstraint(
                fields=("claim", "letter"),
                name="part_letter_unique",
                violation_error_message="Two parts of a claim cannot have one letter.",
            ),
            models.CheckConstraint(
                condition=Q(letter__regex=r"^[a-z]$"),
                name="part_letter_shape",
                violation_error_message="A part is named by a letter from a to z.",
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="part_stated", violation_error_message="A part needs its text."
            ),
        )

    def __str__(self) -> str:
        return f"({self.letter}) {self.text[:60]}"


class Slug(models.Model):
    """The address of a claim's page: fixed at first publication; a later one redirects to it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="slugs")
    slug = models.SlugField(max_length=120)
    is_canonical = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("claim", "-is_canonical", "slug")
        constraints = (
            models.UniqueConstraint(
                fields=("slug",), name="slug_unique", violation_error_message="Another page has this address."
            ),
            models.UniqueConstraint(
                fields=("claim",),
                condition=Q(is_canonical=True),
                name="slug_one_canonical",
                violation_error_message="A claim has one canonical address.",
            ),
        )

    def __str__(self) -> str:
        return self.slug


class RelationKind(models.TextChoices):
    """What one claim is to another."""

    REPEATS = "repeats", "repeats"
    QUALIFIES = "qualifies", "qualifies"
    CONTRADICTS = "contradicts", "contradicts"


class Relation(PublicModel):
    """One claim repeats, qualifies or contradicts another."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="relations")
    kind = models.CharField(max_length=12, choices=RelationKind.choices)
    other = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="related_by")
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("claim", "pk")
        constraints = (
            closed_set("relation_kind_known", "kind", RelationKind),
            models.UniqueConstraint(
                fields=("claim", "kind", "other"),
                name="relation_unique",
                violation_error_message="These two claims are related in this way already.",
            ),
            models.CheckConstraint(
                condition=~Q(claim=F("other")),
                name="relation_of_two",
                violation_error_message="A claim cannot be related to itself.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.claim_id} {self.kind} {self.other_id}"
