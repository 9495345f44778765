"""Whether somebody wants to be reminded by mail."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from claims.desk.asking import ask
from claims.desk.entrance import desk_view, user_of
from claims.models import Member
from claims.services.accounts import choose_mail
from sources.domain.errors import BadInput


@desk_view
@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """One's own address, and whether mail goes there."""
    by = user_of(request)

    def act(post: QueryDict) -> tuple[str, str]:
        answer = post.get("wants_mail", "")
        if answer not in ("yes", "no"):
            raise BadInput("wish_missing", "Choose one of the two.", field="wants_mail")
        choose_mail(by=by, wants_mail=answer == "yes")
        return reverse("desk:mail"), "Written down."

    member = Member.objects.filter(user=by).first()
    wants = member is None or member.wants_mail
    return ask(request, "desk/mail.html", {"address": by.email, "wants": wants}, act, section="mail")
