"""The page on which somebody gives the password of an encrypted PDF."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sources.admin.acting import acting
from sources.admin.service_forms import spread
from sources.domain.errors import DeskError
from sources.models import Capture
from sources.permissions import may
from sources.services.unlocking import is_locked, unlock


class PasswordForm(forms.Form):
    """A password, never shown again."""

    password = forms.CharField(
        required=False,
        strip=False,
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="It opens the document once, to read its text, and is kept nowhere.",
    )


def may_unlock(user: User | AnonymousUser, capture: Capture) -> bool:
    """Whether ``capture`` waits for a password that ``user`` may give."""
    return may(user, "sources.change_capture") and is_locked(capture)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the password of an encrypted PDF and make its text."""
    if not may(request.user, "sources.change_capture"):
        raise PermissionDenied("Only an editor gives the password of a copy.")
    found = Capture.objects.select_related("source").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such capture.")
    form = PasswordForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            unlock(by=acting(request), capture=found, password=form.cleaned_data["password"])
        except DeskError as error:
            status = error.status
            spread([error], form, [])
        else:
            messages.success(request, "The PDF was opened and its text is kept. The password is not.")
            return HttpResponseRedirect(reverse("admin:sources_capture_change", args=[found.pk]))
    context = {
        **admin.site.each_context(request),
        "opts": Capture._meta,
        "original": found,
        "title": "Give the password of a PDF",
        "subtitle": str(found),
        "form": form,
        "is_locked": is_locked(found),
    }
    return TemplateResponse(request, "admin/sources/password.html", context, status=status)
