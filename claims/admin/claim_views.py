"""What can be done with a claim beside editing it: open review, hold, release, and its captures as they arrive."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from claims.admin.claim_standing import panel_of, standing_of
from claims.models import Claim
from claims.services.holding import hold as put_on_hold
from claims.services.holding import release as take_off_hold
from claims.services.opening import Declaration, missing_for_round, open_round
from claims.services.reaching import shortfalls_of
from sources.admin.acting import acting
from sources.admin.service_forms import spread
from sources.domain.errors import DeskError, Several


class HoldForm(forms.Form):
    """Why, and until when if that is known."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False, label="Why")
    until = forms.DateTimeField(
        required=False,
        label="Until",
        help_text="Leave it blank if nobody knows yet.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class ReleaseForm(forms.Form):
    """Why it goes on."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False, label="Why it can go on")


def _claim(request: HttpRequest, pk: int) -> Claim:
    if not request.user.has_perm("claims.view_claim"):
        raise PermissionDenied
    claim = Claim.objects.filter(pk=pk).first()
    if claim is None:
        raise Http404("There is no such claim.")
    return claim


def _back(claim: Claim) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:claims_claim_change", args=[claim.pk]))


def _context(request: HttpRequest, claim: Claim, title: str, **more: Any) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "opts": Claim._meta,
        "original": claim,
        "title": title,
        "subtitle": str(claim),
        "standing": standing_of(claim),
        **more,
    }


@require_GET
def captures(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of captures: by itself for the script, as a page of its own without one."""
    claim = _claim(request, pk)
    context = {"panel": panel_of(claim, request.user), "panel_url": request.path}
    if request.headers.get("HX-Request"):
        return TemplateResponse(request, "admin/sources/_captures.html", context)
    return TemplateResponse(request, "admin/sources/captures.html", _context(request, claim, "Captures", **context))


@require_http_methods(["GET", "POST"])
def open_review(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing before review can open, as sentences; or the button that opens it."""
    claim = _claim(request, pk)
    refused: list[DeskError] = []
    status = 200
    typed = Declaration(request.POST.get("is_declared", ""), request.POST.get("words", "").replace("\r\n", "\n"))
    if request.method == "POST":
        try:
            opened = open_round(by=acting(request), claim=claim, declaration=typed)
        except Several as several:
            refused, status = several.errors, several.status
        except DeskError as error:
            refused, status = [error], error.status
        else:
            messages.success(request, f"Review is open: round {opened.number} of version {opened.claim_version}.")
            for shortfall in shortfalls_of(claim):
                messages.warning(request, shortfall.sentence)
            return _back(claim)
    missing = missing_for_round(claim)
    context = _context(
        request,
        claim,
        "Open review",
        missing=refused if refused and not _is_about_interests(refused) else missing,
        was_refused=bool(refused),
        interest_errors=refused if _is_about_interests(refused) else [],
        typed=typed,
        shortfalls=shortfalls_of(claim),
    )
    return TemplateResponse(request, "admin/claims/claim/open_review.html", context, status=status)


def _is_about_interests(refused: list[DeskError]) -> bool:
    return bool(refused) and all(error.field in ("is_declared", "words") for error in refused)


@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a claim on hold."""
    claim = _claim(request, pk)
    form = HoldForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            put_on_hold(by=acting(request), claim=claim, reason=typed["reason"], until=typed["until"])
        except DeskError as error:
            status = error.status
            spread(error.errors if isinstance(error, Several) else [error], form, [])
        else:
            messages.success(request, "The claim is on hold.")
            return _back(claim)
    context = _context(request, claim, "Hold", form=form, button="Put it on hold")
    return TemplateResponse(request, "admin/claims/claim/ask.html", context, status=status)


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a claim off hold."""
    claim = _claim(request, pk)
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            take_off_hold(by=acting(request), claim=claim, reason=form.cleaned_data["reason"])
        except DeskError as error:
            status = error.status
            spread([error], form, [])
        else:
            messages.success(request, "The claim is off hold.")
            return _back(claim)
    context = _context(request, claim, "Release", form=form, button="Take it off hold")
    return TemplateResponse(request, "admin/claims/claim/ask.html", context, status=status)
