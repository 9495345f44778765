"""Looking for words in everything that the desk has archived."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from claims.desk.entrance import desk_view, show, user_of
from claims.permissions import EDITOR, PUBLISHER, groups_of
from sources.domain.errors import BadInput
from sources.services.finding import find_copies


@desk_view
@require_http_methods(["GET"])
def archive(request: HttpRequest) -> HttpResponse:
    """The copies that hold the words typed, the newest first, page by page.

    Copies of sources that are protected are shown to editors and publishers, who know of them; to nobody else.
    """
    typed = request.GET.get("q", "").replace("\x00", "").encode("utf-8", "ignore").decode().strip()
    is_trusted = bool({EDITOR, PUBLISHER} & groups_of(user_of(request)))
    found = find_copies(typed, shows_protected=is_trusted, before=_before(request.GET.get("before", "")))
    return show(request, "desk/archive.html", {"typed": typed, "found": found, "section": "archive"})


def _before(typed: str) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        raise BadInput("no_such_place", "The list does not go on from there. Search again.", field="before") from None
