"""What a claim's verdict rests on: citations, the editor's passages, and the speaker's reply."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from claims.models.statements import Claim, Part
from sources.models import Passage, Source
from sources.models.constraints import PublicModel, closed_set


class Bearing(models.TextChoices):
    """Which of the two questions a citation bears on."""

    WHO_SAID_IT = "who_said_it", "who said it"
    WHETHER_IT_IS_SO = "whether_it_is_so", "whether it is so"
    BOTH = "both", "both"


class CitationKind(models.TextChoices):
    """How near the source stands to what it reports."""

    PRIMARY_RECORD = "primary_record", "primary record"
    FIRST_HAND = "first_hand", "first-hand"
    SECOND_HAND = "second_hand", "second-hand"
    COMMENTARY = "commentary", "commentary"
    DEMONSTRATION_DOCUMENT = "demonstration_document", "demonstration document"


class Citation(PublicModel):
    """A claim's use of a source. The address typed is kept as it was typed."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="citations")
    position = models.PositiveSmallIntegerField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations")
    url_typed = models.TextField(blank=True, default="")
    bears_on = models.CharField(max_length=16, choices=Bearing.choices, default=Bearing.WHETHER_IT_IS_SO)
    kind = models.CharField(max_length=24, choices=CitationKind.choices, default=CitationKind.SECOND_HAND)
    is_repetition = models.BooleanField(
        default=False, help_text="It only repeats the speaker or an earlier link of the chain."
    )
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="citations", null=True, blank=True)
    origin = models.CharField(
        max_length=200,
        blank=True,
        default="",
        help_text="Where its information comes from; two citations of one origin are not independent.",
    )
    note = models.TextField(blank=True, default="", help_text="The editor’s note to reviewers.")
    unobtainable_reason = models.TextField(
        blank=True, default="", help_text="Printed: why no readable copy can be obtained."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("claim", "position")
        constraints = (
            closed_set("citation_bearing_known", "bears_on", Bearing),
            closed_set("citation_kind_known", "kind", CitationKind),
            models.UniqueConstraint(
                fields=("claim", "position"),
                name="citation_position_unique",
                violation_error_message="Two citations of a claim cannot stand at one position.",
            ),
            models.UniqueConstraint(
                fields=("claim", "source"),
                condition=Q(part__isnull=True),
                name="citation_source_unique",
                violation_error_message="This source is cited for the claim already.",
            ),
            models.UniqueConstraint(
                fields=("claim", "source", "part"),
                name="citation_source_part_unique",
                violation_error_message="This source is cited for that part already.",
            ),
            models.CheckConstraint(
                condition=Q(is_repetition=False) | Q(bears_on="who_said_it"),
                name="citation_repetition_bearing",
                violation_error_message="A source that only repeats shows who said it, never whether it is so.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.source}"


class CitedPassage(models.Model):
    """A passage that the editor points at, frozen with the dossier."""

    citation = models.ForeignKey(Citation, on_delete=models.PROTECT, related_name="cited_passages")
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("citation", "passage")
        constraints = (
            models.UniqueConstraint(
                fields=("citation", "passage"),
                name="cited_passage_unique",
                violation_error_message="This passage is chosen already.",
            ),
        )

    def __str__(self) -> str:
        return str(self.passage)


class ReplyState(models.TextChoices):
    """Whether the speaker, or the outlet, was asked for their evidence."""

    ASKED = "asked", "asked"
    NOT_ASKED = "not_asked", "not asked"
    NO_ONE_TO_ASK = "no_one_to_ask", "no one to ask"


class Reply(PublicModel):
    """That the speaker or the outlet was asked for evidence, and what came back."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="replies")
    state = models.CharField(max_length=14, choices=ReplyState.choices)
    addressee = models.CharField(max_length=300, blank=True, default="")
    reason = models.TextField(blank=True, default="", help_text="Printed: why nobody was asked.")
    letter = models.TextField(blank=True, default="", help_text="What was asked, by what road.")
    asked_at = models.DateTimeField(null=True, blank=True)
    deadline_at = models.DateTimeField(null=True, blank=True)
    text = models.TextField(blank=True, default="", help_text="What came back, in their words.")
    received_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("claim", "-recorded_at", "-pk")
        verbose_name_plural = "replies"
        constraints = (
            closed_set("reply_state_known", "state", ReplyState),
            models.CheckConstraint(
                condition=~Q(state="asked")
                | (Q(asked_at__isnull=False) & Q(deadline_at__isnull=False) & ~Q(addressee="")),
                name="reply_asked_dated",
                violation_error_message="Say who was asked, when, and until when they have time.",
            ),
            models.CheckConstraint(
                condition=~Q(state="not_asked") | ~Q(reason=""),
                name="reply_not_asked_reasoned",
                violation_error_message="Say for readers why nobody was asked.",
            ),
            models.CheckConstraint(
                condition=(Q(text="") & Q(received_at__isnull=True)) | (~Q(text="") & Q(received_at__isnull=False)),
                name="reply_received_dated",
                violation_error_message="A reply has its words and the time it came.",
            ),
        )

    def __str__(self) -> str:
        return self.state
