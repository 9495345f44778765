"""Claims in the admin: one page, one draft, one call."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from claims.admin import claim_views
from claims.admin.claim_forms import (
    AppearanceInline,
    CitationInline,
    ClaimForm,
    LinkInline,
    PartInline,
    RelationInline,
    draft_from,
)
from claims.admin.claim_standing import next_step, panel_of, standing_of
from claims.models import Claim, Link, Round, Topic
from claims.permissions import EDITOR, is_editor, is_publisher
from claims.services.drafting import check_claim, save_claim
from claims.services.drafts import ClaimDraft
from claims.services.filing import check_topic, save_topic
from claims.services.snapshots import last_edit_of
from sources.admin.acting import acting
from sources.admin.service_admin import Rows, ServiceAdmin
from sources.admin.service_forms import ServiceForm
from sources.domain.errors import DeskError
from sources.domain.folding import fold


@admin.register(Claim)
class ClaimAdmin(ServiceAdmin):
    """A claim with its chain, parts, appearances and citations."""

    form = ClaimForm
    list_display = (
        "statement_cut",
        "attributed_to",
        "standing",
        "version",
        "sensitivity",
        "created_by",
        "created_at",
    )
    list_filter = ("publication_state", "sensitivity", "is_demonstration", "topics")
    list_select_related = ("created_by",)
    search_fields = ("statement_folded",)
    search_help_text = "Words of the statement, or the name of a speaker."
    date_hierarchy = "created_at"
    autocomplete_fields = ("topics",)
    change_form_template = "admin/claims/claim/change_form.html"
    inlines = (PartInline, LinkInline, AppearanceInline, CitationInline, RelationInline)
    fieldsets = (
        (None, {"fields": ("statement", ("language", "sensitivity"))}),
        (
            "In the speaker’s own words",
            {"fields": (("quote", "quote_language"), ("translation", "translator"))},
        ),
        ("For readers and reviewers", {"fields": ("context", "why_chosen", "single_origin_reason", "topics")}),
        ("Review", {"fields": (("quorum", "responsible_editor"), "is_demonstration", "seen_version", "seen_edit")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        attributed = Link.objects.filter(is_attributed=True).select_related("speaker", "source")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                Prefetch("links", queryset=attributed, to_attr="attributed_links"),
                Prefetch("rounds", queryset=Round.objects.order_by("-number"), to_attr="rounds_newest_first"),
            )
        )

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Claim], search_term: str) -> Any:
        found, is_doubled = super().get_search_results(request, queryset, fold(search_term))
        if search_term.strip() and "autocomplete" not in request.path:
            named = Link.objects.filter(is_attributed=True)
            for word in fold(search_term).split():
                named = named.filter(speaker__name_folded__contains=word)
            found = found | queryset.filter(pk__in=named.values("claim"))
        return found, is_doubled

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "responsible_editor":
            kwargs["queryset"] = User.objects.filter(is_active=True, groups__name=EDITOR).order_by("username")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="claim", ordering="statement_folded")
    def statement_cut(self, obj: Claim) -> str:
        return obj.statement if len(obj.statement) <= 110 else obj.statement[:109] + "…"

    @admin.display(description="attributed to")
    def attributed_to(self, obj: Any) -> str:
        link = obj.attributed_links[0] if obj.attributed_links else None
        return str(link.speaker or link.source or link.unnamed) if link else "nobody yet"

    @admin.display(description="stands")
    def standing(self, obj: Any) -> str:
        return standing_of(obj)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/captures/", wrap(claim_views.captures), name="claims_claim_captures"),
            path("<int:pk>/open-review/", wrap(claim_views.open_review), name="claims_claim_open_review"),
            path("<int:pk>/hold/", wrap(claim_views.hold), name="claims_claim_hold"),
            path("<int:pk>/release/", wrap(claim_views.release), name="claims_claim_release"),
        ]
        return [*own, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        claim = self.get_object(request, object_id) if str(object_id).isdigit() else None
        context = dict(extra_context or {})
        if claim is not None:
            context |= {
                "panel": panel_of(claim, request.user),
                "standing": standing_of(claim),
                "next_step": next_step(claim),
                "is_under_review": bool(claim.rounds_newest_first)
                and claim.rounds_newest_first[0].state in ("open", "differing", "in_adjudication"),
                "may_edit": is_editor(request.user),
                "may_hold": is_editor(request.user) or is_publisher(request.user),
            }
        return super().change_view(request, object_id, form_url, context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"quorum": settings.QUORUM, **super().get_changeform_initial_data(request)}

    def on_refusal(self, request: HttpRequest, object_id: str | None, refusal: DeskError) -> None:
        """After somebody else's edit, the form that is shown again stands on the newest version."""
        claim = Claim.objects.filter(pk=object_id).first() if object_id else None
        if refusal.code != "edited_by_another" or claim is None:
            return
        last = last_edit_of(claim)
        typed = request.POST.copy()
        typed["seen_version"] = str(claim.version)
        typed["seen_edit"] = str(last.public_id) if last else ""
        for prefix in ("parts", "links", "appearances", "citations", "relations"):
            typed[f"{prefix}-INITIAL_FORMS"] = "0"
        request.POST = typed  # type: ignore[assignment]

    def look_at(self, request: HttpRequest, form: ServiceForm, rows: Rows) -> ClaimDraft:
        draft = draft_from(form, dict(rows))
        known = form.instance if form.instance.pk else None
        check_claim(by=acting(request), draft=draft, claim=known)
        return draft

    def hand_over(self, request: HttpRequest, form: ServiceForm) -> Claim:
        if not form.instance.pk:
            return save_claim(by=acting(request), draft=form.draft)
        return save_claim(
            by=acting(request),
            draft=form.draft,
            claim=form.instance,
            version=form.cleaned_data.get("seen_version"),
            after_edit=form.cleaned_data.get("seen_edit"),
        )

    def event_subjects(self, obj: Any) -> list[Any]:
        return [obj.public_id, *obj.rounds.values_list("public_id", flat=True)]


@admin.register(Topic)
class TopicAdmin(ServiceAdmin):
    """Subjects that claims are filed under."""

    list_display = ("name", "slug")
    search_fields = ("name_folded",)
    fields = ("name",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Topic], search_term: str) -> Any:
        return super().get_search_results(request, queryset, fold(search_term))

    def look_at(self, request: HttpRequest, form: ServiceForm, rows: Rows) -> str:
        name = str(form.cleaned_data.get("name", ""))
        check_topic(name=name, topic=form.instance if form.instance.pk else None)
        return name

    def hand_over(self, request: HttpRequest, form: ServiceForm) -> Topic:
        known = form.instance if form.instance.pk else None
        return save_topic(by=acting(request), name=form.draft, topic=known)
