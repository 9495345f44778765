"""The methods page of the desk."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from claims.desk.entrance import desk_view, show
from claims.desk.methods_page import methods_page


@desk_view
@require_http_methods(["GET"])
def methods(request: HttpRequest) -> HttpResponse:
    """Agreement, turnaround and outcomes over all rounds that count; demonstration records only when asked, apart."""
    page = methods_page(is_demonstration=request.GET.get("records") == "demonstration")
    return show(request, "desk/methods.html", {"page": page}, section="methods")
