"""Rounds and revisions, to look at. What reviewers rate, pin or declare has no page here, before or after."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from claims.models import Revision, Round
from sources.admin.service_admin import ReadOnlyAdmin


@admin.register(Round)
class RoundAdmin(ReadOnlyAdmin):
    """Where the review of a version stands."""

    list_display = ("claim", "number", "claim_version", "state", "opened_by", "opened_at", "closed_at")
    list_filter = ("state",)
    list_select_related = ("claim", "opened_by")
    search_fields = ("claim__statement_folded",)
    date_hierarchy = "opened_at"
    fields = (
        "claim",
        ("number", "claim_version"),
        ("state", "quorum", "rubric_version"),
        ("opened_by", "opened_at"),
        ("closed_at", "closed_reason"),
        "dossier_digest",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "dossier_digest"]

    @admin.display(description="dossier, SHA-256")
    def dossier_digest(self, obj: Round) -> str:
        return obj.dossier.sha256


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    """What was published, as it was."""

    list_display = ("claim", "number", "kind", "written_by", "approved_by", "published_at")
    list_filter = ("kind",)
    list_select_related = ("claim", "written_by", "approved_by")
    search_fields = ("claim__statement_folded", "record_sha256")
    date_hierarchy = "published_at"
    fields = (
        "claim",
        ("number", "kind", "published_at"),
        ("written_by", "approved_by"),
        ("schema", "record_sha256"),
        "previous_sha256",
        "record",
    )
