"""The admin in our own dress: who comes in, what its first page tells, and how a row is named when searched."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from claims.permissions import is_editor, is_publisher


class DeskAutocomplete(AutocompleteJsonView):
    """As the stock one; a page may say with ``found_as`` how its rows are told apart in a list of finds."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        result: dict[str, str] = super().serialize_result(obj, to_field_name)
        found_as = getattr(self.model_admin, "found_as", None)
        if found_as is not None:
            result["text"] = found_as(obj)
        return result


class DeskAdminSite(admin.AdminSite):
    """The stock site for editors, publishers and administrators. Reviewers work on the desk."""

    index_title = "What to do next"
    enable_nav_sidebar = False
    site_url = "/"
    what_to_do: Callable[[User | AnonymousUser], list[Any]] | None = None

    @property
    def site_header(self) -> str:  # type: ignore[override]
        return f"{settings.DESK_NAME}: admin"

    @property
    def site_title(self) -> str:  # type: ignore[override]
        return str(settings.DESK_NAME)

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        if not (user.is_active and getattr(user, "is_staff", False)):
            return False
        return bool(getattr(user, "is_superuser", False)) or is_editor(user) or is_publisher(user)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        todo = self.what_to_do(request.user) if self.what_to_do is not None else []
        return super().index(request, {**(extra_context or {}), "todo": todo})

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:  # type: ignore[override]
        return DeskAutocomplete.as_view(admin_site=self)(request)
