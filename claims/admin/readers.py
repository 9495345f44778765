"""What readers suggest, and what the desk tells them about itself."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from claims.models import DeskPage, Suggestion, SuggestionState
from claims.services.suggesting import accept_suggestion, decline_suggestion
from claims.services.writing_desk_pages import check_desk_page, write_desk_page
from sources.admin.acting import acting
from sources.admin.service_admin import Rows, ServiceAdmin
from sources.admin.service_forms import ServiceForm
from sources.domain.errors import BadInput

ACCEPT, DECLINE = SuggestionState.ACCEPTED.value, SuggestionState.DECLINED.value


class SuggestionForm(ServiceForm):
    """Take it up as a claim in the desk's words, or say why not."""

    answer = forms.ChoiceField(
        choices=((ACCEPT, "Take it up: enter a claim"), (DECLINE, "Decline it")),
        widget=forms.RadioSelect,
        required=False,
    )
    statement = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="One assertion, in the desk’s words. Everything else is entered on the claim’s own page.",
    )
    language = forms.CharField(max_length=35, required=False, initial="en")
    attributed = forms.CharField(
        max_length=300,
        required=False,
        label="Who said it",
        help_text="In your words, for the claim’s first link; a speaker is chosen on the claim’s own page.",
    )
    why_not = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False, label="Why it is declined")

    class Meta:
        model = Suggestion
        fields = ()


@admin.register(Suggestion)
class SuggestionAdmin(ServiceAdmin):
    """Suggestions wait here until an editor answers them; then the reader’s address is deleted."""

    form = SuggestionForm
    list_display = ("text", "said_by", "state", "received_at", "answered_by")
    list_filter = ("state",)
    list_select_related = ("answered_by",)
    search_fields = ("text", "said_by")
    search_help_text = "Words that the reader wrote."
    date_hierarchy = "received_at"
    _told = ("text", "said_by", "seen_at", "note", "email", "received_at", "state")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self._told, "reason", "entered", "answered_by", "answered_at")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        told = ("What the reader wrote", {"fields": self._told})
        if obj is not None and obj.state != SuggestionState.OPEN:
            return [told, ("Answer", {"fields": ("reason", "entered", "answered_by", "answered_at")})]
        return [told, ("Your answer", {"fields": ("answer", "statement", "language", "attributed", "why_not")})]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_answered = obj is not None and obj.state != SuggestionState.OPEN
        return super().has_change_permission(request, obj) and not is_answered

    @admin.display(description="claim")
    def entered(self, obj: Suggestion) -> str:
        if obj.claim is None:
            return "none"
        url = reverse("admin:claims_claim_change", args=[obj.claim.pk])
        return format_html('<a href="{}">{}</a>', url, obj.claim)

    def look_at(self, request: HttpRequest, form: ServiceForm, rows: Rows) -> Any:
        if form.cleaned_data.get("answer") not in (ACCEPT, DECLINE):
            raise BadInput("answer_missing", "Take it up, or decline it.", field="answer")
        return form.cleaned_data

    def hand_over(self, request: HttpRequest, form: ServiceForm) -> models.Model:
        typed, suggestion = form.draft, Suggestion.objects.get(pk=form.instance.pk)
        if typed["answer"] == DECLINE:
            return decline_suggestion(by=acting(request), suggestion=suggestion, reason=typed["why_not"])
        accept_suggestion(
            by=acting(request),
            suggestion=suggestion,
            statement=typed["statement"],
            language=typed["language"],
            said_by=typed["attributed"],
        )
        return Suggestion.objects.get(pk=suggestion.pk)


@admin.register(DeskPage)
class DeskPageAdmin(ServiceAdmin):
    """The desk’s own words on who it is, who owns and pays it, who works there, how to reach it and complain."""

    list_display = ("kind", "language", "changed_at", "changed_by")
    list_filter = ("kind", "language")
    list_select_related = ("changed_by",)
    fields = ("kind", "language", "text")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("kind", "language") if obj is not None else ()

    def look_at(self, request: HttpRequest, form: ServiceForm, rows: Rows) -> Any:
        typed = {
            "kind": form.cleaned_data.get("kind") or form.instance.kind,
            "language": form.cleaned_data.get("language") or form.instance.language,
            "text": form.cleaned_data.get("text", ""),
        }
        check_desk_page(by=acting(request), **typed)
        if (
            form.instance.pk is None
            and DeskPage.objects.filter(kind=typed["kind"], language=typed["language"]).exists()
        ):
            sentence = "There is such a text in this language already: change that one."
            raise BadInput("desk_page_exists", sentence, field="language")
        return typed

    def hand_over(self, request: HttpRequest, form: ServiceForm) -> models.Model:
        return write_desk_page(by=acting(request), **form.draft)
