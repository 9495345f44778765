"""Speakers in the admin, with their other names and the roles that they held."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from claims.models import Role, Speaker, SpeakerAlias
from claims.services.speakers import RoleDraft, SpeakerDraft, check_speaker, save_speaker
from sources.admin.acting import acting
from sources.admin.service_admin import ReadOnlyAdmin, Rows, ServiceAdmin, ServiceInline
from sources.admin.service_forms import ServiceForm
from sources.domain.folding import fold


class AliasInline(ServiceInline):
    """Other names and spellings."""

    model = SpeakerAlias
    fields = ("name", "row")
    parent_permission = "claims.change_speaker"
    verbose_name = "other name"
    verbose_name_plural = "other names and spellings"


class RoleInline(ServiceInline):
    """What the speaker was, where, from when to when."""

    model = Role
    fields = (("title", "organisation"), ("place", "held_edtf", "held_printed"), "row")
    extra = 1
    parent_permission = "claims.change_speaker"


@admin.register(Speaker)
class SpeakerAdmin(ServiceAdmin):
    """A named person or organisation to whom words are attributed."""

    ordering = ("name_folded", "pk")
    list_display = ("name", "disambiguation", "kind", "is_private_person", "attributed")
    list_filter = ("kind", "is_private_person")
    search_fields = ("name_folded", "aliases__name_folded")
    search_help_text = "Any name or spelling."
    inlines = (RoleInline, AliasInline)
    fields = ("kind", "name", "disambiguation", "description", "is_private_person")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Speaker]:
        links = Count("links__claim", filter=Q(links__is_attributed=True), distinct=True)
        speakers: QuerySet[Speaker] = super().get_queryset(request).annotate(claims_attributed=links)
        return speakers

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Speaker], search_term: str) -> Any:
        return super().get_search_results(request, queryset, fold(search_term))

    @admin.display(description="claims")
    def attributed(self, obj: Any) -> int:
        return int(obj.claims_attributed)

    def look_at(self, request: HttpRequest, form: ServiceForm, rows: Rows) -> SpeakerDraft:
        typed = form.cleaned_data
        names = ("title", "organisation", "place", "held_edtf", "held_printed")
        draft = SpeakerDraft(
            kind=typed.get("kind", ""),
            name=typed.get("name", ""),
            disambiguation=typed.get("disambiguation", ""),
            description=typed.get("description", ""),
            is_private_person=typed.get("is_private_person", False),
            aliases=tuple(row.typed.get("name", "") for row in rows["aliases"].live()),
            roles=tuple(
                RoleDraft(**{name: row.typed.get(name, "") for name in names}, public_id=row.row_id)
                for row in rows["roles"].live()
            ),
        )
        known = form.instance if form.instance.pk else None
        check_speaker(by=acting(request), draft=draft, speaker=known)
        return draft

    def hand_over(self, request: HttpRequest, form: ServiceForm) -> Speaker:
        known = form.instance if form.instance.pk else None
        return save_speaker(by=acting(request), draft=form.draft, speaker=known)


@admin.register(Role)
class RoleAdmin(ReadOnlyAdmin):
    """Roles have no page of their own in the index: they are found from a link, and changed with their speaker."""

    search_fields = ("speaker__name_folded", "title", "organisation")
    list_display = ("title", "organisation", "speaker", "held_edtf")
    list_select_related = ("speaker",)

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("claims.view_speaker")

    def found_as(self, obj: Role) -> str:
        """Whose it was and when: two ministers of one title are told apart."""
        when = obj.held_printed or obj.held_edtf
        return f"{obj.speaker.name}: {obj}" + (f" ({when})" if when else "")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Role]:
        return super().get_queryset(request).select_related("speaker")
