"""The queue as a page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from claims.desk.entrance import desk_view, show, user_of
from claims.desk.queue import filters_from, languages, queue_of, topics
from claims.permissions import EDITOR, PUBLISHER, groups_of


@desk_view
@require_http_methods(["GET"])
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for this person: every section, or one of them page by page, narrowed by what the address says."""
    page = request.GET.get("page", "")
    found = queue_of(
        user_of(request),
        filters_from(request.GET),
        section=request.GET.get("section", ""),
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )
    may_assign = bool({EDITOR, PUBLISHER} & groups_of(user_of(request)))
    context = {"queue": found, "topics": topics(), "languages": languages(), "may_assign": may_assign}
    return show(request, "desk/queue.html", context, section="queue")
