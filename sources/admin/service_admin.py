"""An admin page over services: one form, one draft, one call; the page itself writes nothing.

``look_at`` builds the draft from what was typed and lets the service check it; ``hand_over`` saves it. A refusal
that comes later (somebody else was faster, the state has moved on) rolls back and shows the typed form again with the
sentence. The history is the Events; the admin's own log is not kept.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse

from sources.admin.generics import ModelAdmin, StackedInline
from sources.admin.histories import history_response
from sources.admin.service_forms import ServiceForm, ServiceRow, ServiceRows
from sources.domain.errors import DeskError
from sources.permissions import may

Rows = Mapping[str, ServiceRows]


class GroupPermissions:
    """View by Django's permissions, so that a superuser sees everything; writing by the groups alone."""

    opts: Any

    def _carries(self, request: HttpRequest, verb: str) -> bool:
        return may(request.user, f"{self.opts.app_label}.{verb}_{self.opts.model_name}")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._carries(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._carries(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EventLog(ModelAdmin):
    """Instead of the admin's log: nothing. The history page reads the Events."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """An Event was written by the service."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """An Event was written by the service."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return history_response(self, request, object_id)

    def event_subjects(self, obj: Any) -> Sequence[Any]:
        """The ``public_id`` of everything whose Events the history page of ``obj`` tells."""
        return [obj.public_id]


class ServiceAdmin(GroupPermissions, EventLog):
    """Base of the pages on which something can be changed."""

    form = ServiceForm
    actions = None
    formfield_overrides = {
        models.DateTimeField: {
            "form_class": forms.DateTimeField,
            "widget": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }
    }
    list_per_page = 50
    show_full_result_count = False
    save_on_top = False
    delete_confirmation_template = None

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ServiceForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"request": request, "checker": self})

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        request.typed_rows = formsets  # type: ignore[attr-defined]
        return formsets, inlines

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """As the stock one; what a service refuses while saving is shown above the typed form."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DeskError as refusal:
            if request.method != "POST" or hasattr(request, "refusal"):
                raise
            request.refusal = refusal  # type: ignore[attr-defined]
            self.on_refusal(request, object_id, refusal)
            response = super().changeform_view(request, object_id, form_url, extra_context)
            response.status_code = refusal.status
            return response

    def on_refusal(self, request: HttpRequest, object_id: str | None, refusal: DeskError) -> None:
        """A chance to prepare the form that is shown again."""

    def look_at(self, request: HttpRequest, form: ServiceForm, rows: Rows) -> Any:
        """Return the draft that was typed. Raises what the service's own check raises."""
        raise TypeError(f"{type(self).__name__} has to say what its form means.")

    def hand_over(self, request: HttpRequest, form: ServiceForm) -> models.Model:
        """Hand ``form.draft`` to the service and return the row."""
        raise TypeError(f"{type(self).__name__} has to name its service.")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Nothing: see ``save_related``."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        """Nothing: see ``save_related``."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        saved = self.hand_over(request, form)
        form.instance.pk = saved.pk
        form.instance.refresh_from_db()

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        return ""


def _leave_to_service(row: Any) -> None:
    """In the place of the stock check of what a deletion would drag along."""


class ServiceInline(StackedInline):
    """Rows of a :class:`ServiceAdmin`; who may change the page may change, add and take out rows."""

    form = ServiceRow
    formset = ServiceRows
    template = "admin/edit_inline/rows.html"
    extra = 0
    parent_permission = ""

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Blank rows to begin with; later ones are added by script, or by ``?rows=1`` where none runs."""
        return 1 if "rows" in request.GET else (self.extra if obj is None else 0)

    def _may(self, request: HttpRequest) -> bool:
        return may(request.user, self.parent_permission)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Without the stock check of what a deletion would drag along: the service knows better."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form = type(formset.form.__name__, (formset.form,), {"hand_clean_DELETE": _leave_to_service})
        return formset


class ReadOnlyAdmin(EventLog):
    """Rows that nobody changes here: they can be looked at by whom Django's permissions let."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    labels: Mapping[str, str] = {}
    """Names of fields for people, where the model's would be read as a program's."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **{"labels": self.labels, **kwargs})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.readonly_fields, *[field.name for field in self.opts.fields if field.editable]]
