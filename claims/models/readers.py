"""What readers send in, and what the desk tells them about itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from claims.models.statements import Claim
from sources.models.constraints import PublicModel, closed_set


class SuggestionState(models.TextChoices):
    """What became of a claim that a reader asked us to check."""

    OPEN = "open", "not looked at yet"
    ACCEPTED = "accepted", "accepted: a claim was entered"
    DECLINED = "declined", "declined"


class Suggestion(PublicModel):
    """A claim that a reader asks the desk to check. Their words stay inside; the address goes once it is answered."""

    text = models.TextField(help_text="What was said, as the reader wrote it.")
    said_by = models.CharField(max_length=300, blank=True, default="")
    seen_at = models.TextField(blank=True, default="", help_text="Where they saw it: an address, or words.")
    note = models.TextField(blank=True, default="", help_text="Why it should be checked.")
    email = models.EmailField(blank=True, default="")
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SuggestionState.choices, default=SuggestionState.OPEN)
    claim = models.OneToOneField(
        Claim, on_delete=models.PROTECT, related_name="suggestion", null=True, blank=True, editable=False
    )
    reason = models.TextField(blank=True, default="", help_text="Why it is not taken up.")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("-received_at", "-pk")
        indexes = (models.Index(fields=("state", "-received_at"), name="suggestion_by_state"),)
        constraints = (
            closed_set("suggestion_state_known", "state", SuggestionState),
            models.CheckConstraint(
                condition=(Q(state="open") & Q(answered_at__isnull=True) & Q(claim__isnull=True))
                | (Q(state="accepted") & Q(answered_at__isnull=False) & Q(claim__isnull=False) & Q(email=""))
                | (
                    Q(state="declined")
                    & Q(answered_at__isnull=False)
                    & Q(claim__isnull=True)
                    & ~Q(reason="")
                    & Q(email="")
                ),
                name="suggestion_answered_whole",
                violation_error_message="A suggestion is taken up as a claim, or declined with a reason.",
            ),
        )

    def __str__(self) -> str:
        return self.text[:80]


class DeskPageKind(models.TextChoices):
    """What a desk tells readers about itself. The order is that of the pages."""

    ABOUT = "about", "about us"
    OWNERSHIP = "ownership", "who owns it"
    FUNDING = "funding", "who pays for it"
    STAFF = "staff", "who works here"
    CONTACT = "contact", "how to reach us"
    COMPLAINTS = "complaints", "how to complain"
    PRIVACY = "privacy", "privacy"


class DeskPage(PublicModel):
    """The desk's own words on one of these, in one language. No product can know them."""

    kind = models.CharField(max_length=12, choices=DeskPageKind.choices)
    language = models.CharField(max_length=35, default="en", help_text="The language it is written in: en, es …")
    text = models.TextField(
        blank=True,
        default="",
        help_text="Paragraphs stand apart by an empty line. Blank: the page says that you have not said.",
    )
    changed_at = models.DateTimeField(editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        ordering = ("kind", "language")
        constraints = (
            closed_set("desk_page_kind_known", "kind", DeskPageKind),
            models.UniqueConstraint(
                fields=("kind", "language"),
                name="desk_page_once",
                violation_error_message="There is such a text in this language already: change that one.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.language})"
