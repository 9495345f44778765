"""A reader's claim to check."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from claims.presenters.wording import term
from claims.public.forms import SuggestionForm, opened_now
from claims.public.guard import GuardedForm, given_out_again
from claims.services.suggesting import suggest_claim
from sources.domain.errors import BadInput, WrongState


@csrf_exempt  # As with corrections: it acts for nobody who is logged in, and readers get no cookie.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, SuggestionForm(initial={"opened": opened_now()}), 200)
    form = SuggestionForm(request.POST, request=request)
    if not form.is_valid():
        return _page(request, given_out_again(form), 400)
    typed = form.cleaned_data
    try:
        suggest_claim(**{name: typed[name] for name in ("text", "said_by", "seen_at", "note", "email")})
    except (BadInput, WrongState) as refusal:
        form.add_error(refusal.field or None, term(refusal.sentence))
        return _page(request, given_out_again(form), refusal.status)
    return _page(request, None, 200)


def _page(request: HttpRequest, form: GuardedForm | None, status: int) -> HttpResponse:
    context = {"form": form, "is_received": form is None}
    return render(request, "claims/suggest.html", context, status=status)
