"""Sources and publishers in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html

from sources.admin import source_views
from sources.admin.acting import acting
from sources.admin.capture_states import capture_lines
from sources.admin.service_admin import Rows, ServiceAdmin, ServiceInline
from sources.admin.service_forms import ServiceForm, ServiceRow
from sources.domain.folding import fold
from sources.models import Capture, Publisher, PublisherDomain, Source, SourceKind
from sources.permissions import may
from sources.services.describing import SourceDraft, add_offline_source, check_source, describe_source
from sources.services.finding import sources_with
from sources.services.publishers import PublisherDraft, check_publisher, save_publisher
from sources.services.taking_over import claimed_of

_DESCRIPTION = (
    "title",
    "author",
    "published_edtf",
    "published_printed",
    "language",
    "description",
    "publisher",
    "rights",
    "is_protected",
    "protected_reason",
)


@admin.register(Source)
class SourceAdmin(ServiceAdmin):
    """What the desk says of a source, its captures, and what can be done to get one."""

    list_display = ("named", "kind", "publisher", "newest_capture", "rights", "is_protected")
    list_filter = ("kind", "rights", "is_protected", "is_demonstration")
    list_select_related = ("publisher",)
    search_fields = ("title_folded", "url_key")
    search_help_text = "Words of the title, a piece of the address, or words of an archived copy."
    autocomplete_fields = ("publisher",)
    change_form_template = "admin/sources/source/change_form.html"
    readonly_fields = ("kind", "address", "is_demonstration", "created_by", "created_at")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        what: tuple[str, ...] = ("kind", "address", "title", "author", "language", "description", "publisher")
        if obj is None:
            what = ("title", "author", "language", "description", "publisher")
        shown: list[Any] = [
            (None, {"fields": what}),
            ("When it was published", {"fields": (("published_edtf", "published_printed"),)}),
            ("What readers get of it", {"fields": ("rights", "is_protected", "protected_reason")}),
        ]
        if obj is not None:
            made = ("created_by", "created_at", "is_demonstration")
            shown.append(("How it came here", {"fields": made, "classes": ("collapse",)}))
        return shown

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        newest = Capture.objects.select_related("lease").order_by("-requested_at", "-pk")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("captures", queryset=newest, to_attr="captures_newest_first"))
        )

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Source], search_term: str) -> Any:
        """By title and address; in the list, by the words of archived copies, too."""
        found, has_doubles = super().get_search_results(request, queryset, fold(search_term))
        is_list = (
            request.resolver_match is not None and request.resolver_match.url_name == "sources_source_changelist"
        )
        if is_list and search_term and (keys := sources_with(search_term)):
            found = queryset.filter(Q(pk__in=keys) | Q(pk__in=found.values("pk")))
        return found, has_doubles

    @admin.display(description="source", ordering="title_folded")
    def named(self, obj: Source) -> str:
        return obj.title or obj.url

    @admin.display(description="address")
    def address(self, obj: Source) -> str:
        if not obj.url:
            return "none: it is not on the web"
        return format_html('<a href="{}" rel="noreferrer nofollow">{}</a>', obj.url, obj.url)

    @admin.display(description="newest capture")
    def newest_capture(self, obj: Any) -> str:
        if not obj.captures_newest_first:
            return "none" if obj.kind == SourceKind.WEB.value else "–"
        return str(obj.captures_newest_first[0].get_state_display())

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/captures/", wrap(source_views.captures), name="sources_source_captures"),
            path("<int:pk>/capture-again/", wrap(source_views.capture_again), name="sources_source_capture_again"),
            path("<int:pk>/render/", wrap(source_views.render_it), name="sources_source_render"),
            path("<int:pk>/search-archives/", wrap(source_views.search_archives), name="sources_source_search"),
            path("<int:pk>/archives/", wrap(source_views.ask_archives), name="sources_source_archives"),
            path("<int:pk>/claimed/", wrap(source_views.claimed), name="sources_source_claimed"),
            path("<int:pk>/upload/", wrap(source_views.upload), name="sources_source_upload"),
        ]
        return [*own, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        found = Source.objects.filter(pk=object_id).first() if str(object_id).isdecimal() else None
        context = {
            **(extra_context or {}),
            "panel": capture_lines([found] if found else [], request.user, is_whole=True),
            "claimed": found and may(request.user, "sources.change_source") and claimed_of(found),
        }
        return super().change_view(request, object_id, form_url, context)

    def look_at(self, request: HttpRequest, form: ServiceForm, rows: Rows) -> SourceDraft:
        typed = form.cleaned_data
        draft = SourceDraft(**{name: typed[name] for name in _DESCRIPTION if name in typed})
        kind = form.instance.kind if form.instance.pk else SourceKind.OFFLINE.value
        check_source(by=acting(request), draft=draft, kind=kind)
        return draft

    def hand_over(self, request: HttpRequest, form: ServiceForm) -> Source:
        if form.instance.pk:
            return describe_source(by=acting(request), source=form.instance, draft=form.draft)
        return add_offline_source(by=acting(request), draft=form.draft)


class DomainRow(ServiceRow):
    """A domain as typed."""


class DomainInline(ServiceInline):
    """The domains under which a publisher puts sources out."""

    model = PublisherDomain
    form = DomainRow
    fields = ("domain", "row")
    extra = 1
    parent_permission = "sources.change_publisher"
    verbose_name = "domain"


@admin.register(Publisher)
class PublisherAdmin(ServiceAdmin):
    """Who puts sources out."""

    list_display = ("name", "owner", "sources_kept")
    search_fields = ("name_folded", "domains__domain")
    search_help_text = "Words of the name, or a domain."
    inlines = (DomainInline,)
    fields = ("name", "owner", "reliability_note")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publisher]:
        publishers: QuerySet[Publisher] = super().get_queryset(request).annotate(kept=Count("sources", distinct=True))
        return publishers

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Publisher], search_term: str) -> Any:
        return super().get_search_results(request, queryset, fold(search_term))

    @admin.display(description="sources", ordering="kept")
    def sources_kept(self, obj: Any) -> int:
        return int(obj.kept)

    def look_at(self, request: HttpRequest, form: ServiceForm, rows: Rows) -> PublisherDraft:
        typed = form.cleaned_data
        draft = PublisherDraft(
            name=typed.get("name", ""),
            owner=typed.get("owner", ""),
            reliability_note=typed.get("reliability_note", ""),
            domains=tuple(row.typed.get("domain", "") for row in rows["domains"].live()),
        )
        known = form.instance if form.instance.pk else None
        check_publisher(by=acting(request), draft=draft, publisher=known)
        return draft

    def hand_over(self, request: HttpRequest, form: ServiceForm) -> Publisher:
        known = form.instance if form.instance.pk else None
        return save_publisher(by=acting(request), draft=form.draft, publisher=known)
