"""The rows of the archive, to look at: nothing here is ever added, changed or deleted by hand."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from sources.admin import capture_views, ocr_views, password_views
from sources.admin.capture_states import capture_lines
from sources.admin.generics import TabularInline
from sources.admin.histories import tell, tellable
from sources.admin.service_admin import ReadOnlyAdmin
from sources.domain.folding import fold
from sources.domain.robots import Said
from sources.models import Artefact, Capture, CaptureState, Event, Exchange, Usability
from sources.services.ocr_notes import ocr_standing, words_of_note
from sources.services.originals import told_of_the_run
from sources.services.standing import NOT_TIMESTAMPED, standing_of
from sources.services.texts import the_text

_ROBOTS = {
    Said.NO_FILE.value: "there is none: nothing is forbidden",
    Said.ALLOWED.value: "allows it",
    Said.DISALLOWED.value: "asks programs not to fetch it",
    Said.UNREACHABLE.value: "could not be had",
}


class ArchiveInline(TabularInline):
    """Rows of a capture, to look at."""

    extra = 0
    can_delete = False
    template = "admin/edit_inline/kept.html"
    labels: Mapping[str, str] = {}

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, **{"labels": self.labels, **kwargs})

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("sources.view_capture")


class ExchangeInline(ArchiveInline):
    model = Exchange
    fields = ("position", "kind", "url", "status", "address", "started_at", "took")
    readonly_fields = ("took",)
    labels = {"position": "no.", "kind": "for", "url": "address", "status": "HTTP status", "address": "IP address"}
    verbose_name_plural = "what was asked and answered on the way"

    @admin.display(description="took")
    def took(self, obj: Exchange) -> str:
        return f"{obj.seconds:.2f} s"


class ArtefactInline(ArchiveInline):
    model = Artefact
    fields = ("role", "media_type", "size", "sha256", "producer", "version")
    readonly_fields = ("size",)
    labels = {"role": "what it is", "sha256": "SHA-256", "producer": "made by"}
    verbose_name_plural = "files kept"

    @admin.display(description="size")
    def size(self, obj: Artefact) -> str:
        return filesizeformat(obj.bytes)


class UsabilityInline(ArchiveInline):
    model = Usability
    fields = ("verdict", "reason", "producer", "judged_by", "created_at")
    labels = {"producer": "by the program", "judged_by": "by a person", "created_at": "when"}
    verbose_name_plural = "judged"


@admin.register(Capture)
class CaptureAdmin(ReadOnlyAdmin):
    """One dated request for a source; what can be done with it are three buttons on its page."""

    list_display = ("source", "method", "state", "attempts", "why", "requested_by", "requested_at", "closed_at")
    list_filter = ("state", "method")
    list_select_related = ("source", "requested_by")
    search_fields = ("source__title_folded", "source__url_key", "body_sha256", "failure_code")
    search_help_text = "Words of the title, a piece of the address, a digest, or the code of a failure."
    date_hierarchy = "requested_at"
    inlines = (ExchangeInline, ArtefactInline, UsabilityInline)
    change_form_template = "admin/sources/capture/change_form.html"
    fieldsets = (
        (None, {"fields": ("source", ("state", "method", "attempts"), "ended_because")}),
        ("Asked for", {"fields": (("requested_by", "requested_at", "asked_by_kind"), "url_requested", "provenance")}),
        (
            "What came",
            {
                "fields": (
                    ("http_status", "captured_at", "closed_at"),
                    "final_url",
                    ("media_type", "media_type_declared"),
                    ("size", "is_whole", "charset"),
                    "body_sha256",
                    "warc_sha256",
                    ("robots_said", "software"),
                )
            },
        ),
        (
            "What vouches for it",
            {"fields": ("custody_words", "run_words", "manifest", "in_the_log", "stamped", "last_look")},
        ),
    )

    readonly_fields = (
        "custody_words",
        "run_words",
        "manifest",
        "in_the_log",
        "stamped",
        "last_look",
        "ended_because",
        "size",
        "is_whole",
        "robots_said",
    )
    labels = {
        "url_requested": "address asked for",
        "final_url": "address that answered",
        "http_status": "HTTP status",
        "asked_by_kind": "asked by",
        "media_type_declared": "media type declared",
        "body_sha256": "SHA-256 of the body",
        "warc_sha256": "SHA-256 of the WARC",
    }

    @admin.display(description="why it ended so")
    def ended_because(self, obj: Capture) -> str:
        return f"{obj.failure_sentence} ({obj.failure_code})" if obj.failure_code else "–"

    @admin.display(description="size of the body")
    def size(self, obj: Capture) -> str:
        size = str(filesizeformat(obj.body_bytes))
        return size if obj.body_bytes < 1024 else f"{size} ({obj.body_bytes} bytes)"

    @admin.display(description="whole")
    def is_whole(self, obj: Capture) -> str:
        if obj.state != CaptureState.STORED:
            return "–"
        return "no: it was cut off" if obj.is_truncated else "yes"

    @admin.display(description="robots.txt")
    def robots_said(self, obj: Capture) -> str:
        return _ROBOTS.get(obj.robots, obj.robots or "was not asked")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Capture], search_term: str) -> Any:
        return super().get_search_results(request, queryset, fold(search_term))

    @admin.display(description="custody")
    def custody_words(self, obj: Capture) -> str:
        return standing_of(obj).custody.words

    @admin.display(description="what the browser met")
    def run_words(self, obj: Capture) -> str:
        return format_html_join(mark_safe("<br>"), "{}", ((sentence,) for sentence in told_of_the_run(obj))) or "-"

    @admin.display(description="manifest, SHA-256")
    def manifest(self, obj: Capture) -> str:
        return standing_of(obj).manifest_sha256 or "not sealed yet"

    @admin.display(description="log")
    def in_the_log(self, obj: Capture) -> str:
        standing = standing_of(obj)
        return f"{standing.log_words} {standing.log_sha256}".strip()

    @admin.display(description="time vouched for")
    def stamped(self, obj: Capture) -> str:
        stamps = standing_of(obj).stamps
        if not stamps:
            return NOT_TIMESTAMPED
        return format_html_join(mark_safe("<br>"), "{}: {} {}", ((s.authority, s.at or "", s.words) for s in stamps))

    @admin.display(description="files last checked")
    def last_look(self, obj: Capture) -> str:
        standing = standing_of(obj)
        return f"{standing.checked_at:%Y-%m-%d %H:%M} UTC: {standing.fixity}" if standing.checked_at else "not yet"

    @admin.display(description="why")
    def why(self, obj: Capture) -> str:
        return obj.failure_sentence

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/retry/", wrap(capture_views.retry), name="sources_capture_retry"),
            path("<int:pk>/page/", wrap(capture_views.look), name="sources_capture_look"),
            path("<int:pk>/text/", wrap(capture_views.read), name="sources_capture_read"),
            path("<int:pk>/copy.wacz", wrap(capture_views.wacz), name="sources_capture_wacz"),
            path("<int:pk>/cancel/", wrap(capture_views.cancel), name="sources_capture_cancel"),
            path("<int:pk>/ocr/", wrap(ocr_views.ocr), name="sources_capture_ocr"),
            path("<int:pk>/password/", wrap(password_views.password), name="sources_capture_password"),
        ]
        return [*own, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        found = (
            Capture.objects.select_related("source").filter(pk=object_id).first() if object_id.isdecimal() else None
        )
        panel = capture_lines([found.source] if found else [], request.user, is_whole=True)
        wants_password = found is not None and password_views.may_unlock(request.user, found)
        context = {
            **(extra_context or {}),
            "panel": panel,
            "wants_password": wants_password,
            "ocr": ocr_standing(found, request.user) if found is not None else None,
            "by_ocr": words_of_note(the_text(found.artefacts.select_related("capture"))) if found is not None else "",
        }
        return super().change_view(request, object_id, form_url, context)


@admin.register(Artefact)
class ArtefactAdmin(ReadOnlyAdmin):
    """A stored file by its digest."""

    list_display = ("sha256", "role", "media_type", "bytes", "capture", "created_at")
    list_filter = ("role",)
    list_select_related = ("capture__source",)
    search_fields = ("sha256",)
    search_help_text = "A digest, or how it begins."


@admin.register(Exchange)
class ExchangeAdmin(ReadOnlyAdmin):
    """One request and its answer on the way of a capture."""

    list_display = ("url", "kind", "status", "address", "capture", "started_at")
    list_filter = ("kind", "status")
    list_select_related = ("capture__source",)
    search_fields = ("url", "address")

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Found from their captures, not from the first page."""
        return {}

    def event_subjects(self, obj: Any) -> list[Any]:
        return [obj.capture.public_id]


@admin.register(Usability)
class UsabilityAdmin(ReadOnlyAdmin):
    """Whether a capture is the work that was cited."""

    list_display = ("capture", "verdict", "reason", "producer", "judged_by", "created_at")
    list_filter = ("verdict",)
    list_select_related = ("capture__source", "judged_by")
    search_fields = ("reason",)

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Found from their captures, not from the first page."""
        return {}


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Who did what, when, through which door.

    What touches ratings before a reveal is not told here at all, and no row has a page of its own: the gaps in their
    numbers would tell how many rows are left out.
    """

    list_display = ("at", "who", "what", "subject_kind", "door", "details")
    list_display_links = None
    list_filter = ("door", "subject_kind")
    list_select_related = ("by",)
    search_fields = ("action", "reason", "by__username")
    date_hierarchy = "at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return tellable(super().get_queryset(request))

    @admin.display(description="who", ordering="by__username")
    def who(self, obj: Event) -> str:
        return obj.by.get_username() if obj.by else "the program"

    @admin.display(description="what", ordering="action")
    def what(self, obj: Event) -> str:
        return tell(obj).what

    @admin.display(description="why, and what changed")
    def details(self, obj: Event) -> str:
        told = tell(obj)
        changed = ", ".join(change.what for change in told.changes)
        return "; ".join(part for part in (told.reason, changed) if part)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        raise PermissionDenied

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        raise PermissionDenied
