"""A reader's request for a correction."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from claims.models import PublicClaim
from claims.presenters.cards import card_of
from claims.presenters.wording import term
from claims.public.forms import CorrectionRequestForm, opened_now
from claims.public.guard import GuardedForm, given_out_again
from claims.services.requesting_corrections import request_correction
from sources.domain.errors import BadInput, NotFound, WrongState


@csrf_exempt  # The form acts for nobody who is logged in; its guard is the signed time, and readers get no cookie.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_a_correction(request: HttpRequest, slug: str) -> HttpResponse:
    row = PublicClaim.objects.filter(slug=slug).first()
    if row is None:
        raise NotFound("not_published", "There is no published claim at this address.")
    if request.method != "POST":
        return _page(request, row, CorrectionRequestForm(initial={"opened": opened_now()}), 200)
    form = CorrectionRequestForm(request.POST, request=request)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            request_correction(
                slug=slug,
                text=typed["text"],
                name=typed["name"],
                email=typed["email"],
                may_be_named=typed["may_be_named"],
            )
        except (BadInput, WrongState) as refusal:
            form.add_error(refusal.field or None, term(refusal.sentence))
            return _page(request, row, given_out_again(form), refusal.status)
        return _page(request, row, None, 200)
    return _page(request, row, given_out_again(form), 400)


def _page(request: HttpRequest, row: PublicClaim, form: GuardedForm | None, status: int) -> HttpResponse:
    card = card_of(row)
    context = {
        "card": card,
        "form": form,
        "is_received": form is None,
        "form_path": f"/claims/{row.slug}/request-correction/",
        "demonstration": card.is_demonstration,
    }
    return render(request, "claims/request_correction.html", context, status=status)
