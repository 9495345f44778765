"""Accounts: made, regrouped, deactivated and taken up again by an administrator; never deleted."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from claims.permissions import GROUPS
from claims.services.accounts import Account, create_account, one_time_link, put_in_groups, set_active
from sources.admin.acting import acting
from sources.admin.service_admin import Rows, ServiceAdmin
from sources.admin.service_forms import ServiceForm

for _stock in (User, Group):
    if admin.site.is_registered(_stock):
        admin.site.unregister(_stock)


class PersonForm(ServiceForm):
    """An account as an administrator types it in."""

    hats = forms.MultipleChoiceField(
        choices=[(name, name) for name in GROUPS],
        required=False,
        label="Groups",
        widget=forms.CheckboxSelectMultiple,
        help_text="An editor and a publisher also work in this admin; reviewers work on the desk.",
    )
    time_zone = forms.CharField(max_length=64, required=False, initial="UTC")
    language = forms.CharField(max_length=35, required=False, initial="en")
    beat = forms.CharField(max_length=200, required=False)

    class Meta:
        model = User
        fields = ("username", "email", "first_name", "last_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["hats"] = list(self.instance.groups.values_list("name", flat=True))


@admin.register(User)
class PersonAdmin(ServiceAdmin):
    """People of the desk."""

    form = PersonForm
    list_display = ("username", "in_groups", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("username", "email", "first_name", "last_name")
    ordering = ("username",)
    change_form_template = "admin/auth/user/change_form.html"
    readonly_fields = ("is_active", "last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [
                (None, {"fields": ("username", "hats")}),
                ("About them", {"fields": ("email", ("first_name", "last_name"), ("time_zone", "language"), "beat")}),
            ]
        return [(None, {"fields": ("username", "hats", ("is_active", "last_login", "date_joined"))})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj is None else ("username", *self.readonly_fields)

    def _is_administrator(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_administrator(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_administrator(request)

    @admin.display(description="groups")
    def in_groups(self, obj: User) -> str:
        return ", ".join(sorted(group.name for group in obj.groups.all())) or "none"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/link/", wrap(make_link), name="auth_user_link"),
            path("<int:pk>/active/", wrap(switch), name="auth_user_active"),
        ]
        return [*own, *super().get_urls()]

    def look_at(self, request: HttpRequest, form: ServiceForm, rows: Rows) -> Any:
        typed = form.cleaned_data
        hats = tuple(typed.get("hats") or ())
        if form.instance.pk:
            return hats
        return Account(
            username=typed.get("username", ""),
            groups=hats,
            email=typed.get("email", ""),
            first_name=typed.get("first_name", ""),
            last_name=typed.get("last_name", ""),
            may_use_admin=bool({"Editor", "Publisher"} & set(hats)),
            time_zone=typed.get("time_zone") or "UTC",
            language=typed.get("language") or "en",
            beat=typed.get("beat", ""),
        )

    def hand_over(self, request: HttpRequest, form: ServiceForm) -> User:
        if form.instance.pk:
            return put_in_groups(by=acting(request), user=form.instance, groups=form.draft)
        return create_account(by=acting(request), account=form.draft)

    def event_subjects(self, obj: Any) -> list[Any]:
        member = getattr(obj, "member", None)
        return [member.public_id] if member is not None else []


def _person(request: HttpRequest, pk: int) -> User:
    if not getattr(request.user, "is_superuser", False):
        raise PermissionDenied
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise Http404("There is no such account.")
    return person


@require_POST
def make_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Show, once, the address at which a person chooses a password."""
    person = _person(request, pk)
    address = request.build_absolute_uri(one_time_link(by=acting(request), user=person))
    context = {
        **admin.site.each_context(request),
        "opts": User._meta,
        "original": person,
        "title": "One-time link",
        "subtitle": str(person),
        "address": address,
    }
    response = TemplateResponse(request, "admin/auth/user/link.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate an account, or take it up again."""
    person = _person(request, pk)
    set_active(
        by=acting(request), user=person, is_active=not person.is_active, reason=request.POST.get("reason", "")[:500]
    )
    messages.success(request, "The account is deactivated." if person.is_active else "The account is active again.")
    return HttpResponseRedirect(reverse("admin:auth_user_change", args=[person.pk]))
