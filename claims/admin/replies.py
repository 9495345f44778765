"""Whether the speaker or the outlet was asked for evidence, and what came back."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from claims.models import Reply
from claims.services.replying import ReplyDraft, check_answer, check_reply, record_answer, record_reply
from sources.admin.acting import acting
from sources.admin.service_admin import Rows, ServiceAdmin
from sources.admin.service_forms import ServiceForm
from sources.domain.errors import BadInput, Several

_ASKED = ("claim", "state", "addressee", "letter", "asked_at", "deadline_at", "reason")


@admin.register(Reply)
class ReplyAdmin(ServiceAdmin):
    """A question once written down stays as it is; only its answer is added."""

    list_display = ("claim", "state", "addressee", "asked_at", "deadline_at", "received_at", "recorded_by")
    list_filter = ("state",)
    list_select_related = ("claim", "recorded_by")
    search_fields = ("addressee", "claim__statement_folded")
    search_help_text = "Whom you asked, or words of the claim."
    date_hierarchy = "recorded_at"
    autocomplete_fields = ("claim",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = (None, {"fields": ("claim", "state")})
        question = ("If somebody was asked", {"fields": ("addressee", "letter", ("asked_at", "deadline_at"))})
        why = ("If nobody was asked", {"fields": ("reason",)})
        if obj is None:
            return [asked, question, why]
        return [asked, question, why, ("What came back", {"fields": ("text", "received_at", "recorded_by")})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        answered = ("text", "received_at") if obj.text or obj.state != "asked" else ()
        return (*_ASKED, *answered, "recorded_by")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"state": "asked", **super().get_changeform_initial_data(request)}

    def look_at(self, request: HttpRequest, form: ServiceForm, rows: Rows) -> Any:
        typed = form.cleaned_data
        if form.instance.pk:
            check_answer(
                by=acting(request),
                reply=form.instance,
                text=typed.get("text", ""),
                received_at=typed.get("received_at"),
            )
            return typed
        draft = ReplyDraft(
            **{name: typed.get(name) or "" for name in ("state", "addressee", "reason", "letter")},
            asked_at=typed.get("asked_at"),
            deadline_at=typed.get("deadline_at"),
        )
        check_reply(by=acting(request), draft=draft)
        if typed.get("claim") is None:
            raise Several([BadInput("claim_missing", "Say which claim it is about.", field="claim")])
        return draft

    def hand_over(self, request: HttpRequest, form: ServiceForm) -> models.Model:
        typed = form.cleaned_data
        if form.instance.pk:
            return record_answer(
                by=acting(request),
                reply=form.instance,
                text=typed["text"],
                received_at=typed["received_at"],
            )
        return record_reply(by=acting(request), claim=typed["claim"], draft=form.draft)

    def event_subjects(self, obj: Any) -> list[Any]:
        return [obj.public_id, obj.claim.public_id]
