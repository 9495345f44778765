"""The queue, and an archived copy as the desk reads it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from claims.desk.entrance import desk_view, show, user_of
from claims.desk.queue import filters_from, languages, queue_of, topics
from sources.domain.errors import NotFound
from sources.domain.text_blocks import blocks_with_marks
from sources.models import Capture
from sources.services.quote import reading_text
from sources.services.standing import standing_of


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
    context = {"queue": found, "topics": topics(), "languages": languages()}
    return show(request, "desk/queue.html", context, section="queue")


@desk_view
@require_http_methods(["GET"])
def copy(request: HttpRequest, source_id: UUID, capture_id: UUID) -> HttpResponse:
    """One archived copy: its record, its text, and the other looks at the same source. No passages are marked."""
    found = (
        Capture.objects.select_related("source")
        .filter(public_id=capture_id, source__public_id=source_id, state="stored")
        .first()
    )
    if found is None:
        raise NotFound("no_such_copy", "There is no such copy.")
    standing = standing_of(found)
    facts = [
        ("Asked for", found.url_requested),
        ("Final address", found.final_url),
        ("Answer", f"HTTP {found.http_status}" if found.http_status else ""),
        ("Custody", standing.custody.words),
        ("Where it comes from", found.provenance),
        ("Kind of file", found.media_type),
        ("Body, SHA-256", found.body_sha256),
        ("WARC, SHA-256", found.warc_sha256),
        ("Manifest, SHA-256", standing.manifest_sha256),
        (f"Log, {standing.log_words}, SHA-256", standing.log_sha256),
        ("Time vouched for", standing.time_words),
        ("Files last checked", f"{standing.checked_at:%Y-%m-%d}: {standing.fixity}" if standing.checked_at else ""),
    ]
    others = found.source.captures.filter(state="stored").exclude(pk=found.pk).order_by("-captured_at")[:50]
    context = {
        "capture": found,
        "source": found.source,
        "facts": [(name, text) for name, text in facts if text],
        "blocks": blocks_with_marks(reading_text(found), ()),
        "others": others,
    }
    return show(request, "desk/copy.html", context)
