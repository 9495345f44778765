"""An archived copy as the desk reads it: its text, its record, its files, and its page as it looked."""

from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from claims.desk.entrance import desk_view, show, user_of
from claims.permissions import EDITOR, PUBLISHER, groups_of
from sources.domain.errors import DeskError, Gone, NotFound
from sources.domain.media_types import is_html, is_image
from sources.domain.text_blocks import Mark, blocks_with_marks
from sources.models import Artefact, ArtefactRole, Capture, CaptureState
from sources.models.artefacts import READ
from sources.permissions import may
from sources.services.finding import spans_to_mark
from sources.services.ocr_notes import ocr_standing, words_of_note
from sources.services.originals import told_of_the_run
from sources.services.quote import reading_text
from sources.services.reading import ReadingView, reading_view
from sources.services.standing import standing_of
from sources.services.texts import the_text
from sources.services.unlocking import is_locked
from sources.web.copies import artefact_download, original_download, wacz_download, warc_download
from sources.web.replay import replay_address

LOOKED_AT = (ArtefactRole.SCREENSHOT, ArtefactRole.DOM)
"""Files that are opened to look at; the others are downloaded."""


@desk_view
@require_http_methods(["GET"])
def copy(request: HttpRequest, source_id: UUID, capture_id: UUID) -> HttpResponse:
    """Its record, its text, its files, and the other looks at the same source. No passages are marked.

    ``?view=reading`` shows the article alone, and what the page claims of itself; ``?q=`` marks words looked for.
    """
    found = copy_named(source_id, capture_id)
    is_reading = is_html(found.media_type) and request.GET.get("view") == "reading"
    view = _view_of(found, is_reading=is_reading)
    others = found.source.captures.filter(state=CaptureState.STORED).exclude(pk=found.pk).order_by("-captured_at")
    context = {
        "capture": found,
        "source": found.source,
        "facts": _facts(found),
        "told": told_of_the_run(found),
        "files": found.artefacts.exclude(role__in=READ).order_by("role", "created_at", "pk"),
        "can_look": is_html(found.media_type) or is_image(found.media_type),
        "can_read": is_html(found.media_type),
        "is_reading": is_reading,
        "view": view,
        "claimed": _claimed(view),
        "blocks": blocks_with_marks(view.text, _marks(view.text, request.GET.get("q", ""))) if view.text else (),
        "by_ocr": "" if is_reading else words_of_note(the_text(found.artefacts.select_related("capture"))),
        "ocr": ocr_standing(found, user_of(request)),
        "wants_password": may(user_of(request), "sources.change_capture") and is_locked(found),
        "may_step": bool({EDITOR, PUBLISHER} & groups_of(user_of(request))),
        "others": others[:50],
    }
    return show(request, "desk/copy.html", context)


@desk_view
@require_http_methods(["GET"])
def page(request: HttpRequest, source_id: UUID, capture_id: UUID) -> HttpResponse:
    """On to where the archived page is looked at, inert, for some minutes."""
    return HttpResponseRedirect(replay_address(copy_named(source_id, capture_id)))


@desk_view  # type: ignore[arg-type]
@require_http_methods(["GET"])
def original(request: HttpRequest, source_id: UUID, capture_id: UUID) -> HttpResponseBase:
    """The body as it came, as a file."""
    return original_download(copy_named(source_id, capture_id))


@desk_view  # type: ignore[arg-type]
@require_http_methods(["GET"])
def wacz(request: HttpRequest, source_id: UUID, capture_id: UUID) -> HttpResponseBase:
    """The copy as one file for replay programs."""
    return wacz_download(copy_named(source_id, capture_id))


@desk_view  # type: ignore[arg-type]
@require_http_methods(["GET"])
def file(request: HttpRequest, source_id: UUID, capture_id: UUID, artefact_id: UUID) -> HttpResponseBase:
    """One stored file: a picture is looked at, any other is downloaded."""
    found = copy_named(source_id, capture_id)
    artefact = Artefact.objects.select_related("capture").filter(capture=found, public_id=artefact_id).first()
    if artefact is None:
        raise NotFound("no_such_file", "There is no such file.")
    if artefact.role == ArtefactRole.WARC:
        return warc_download(found)
    if artefact.role in LOOKED_AT:
        return HttpResponseRedirect(replay_address(found, artefact))
    return artefact_download(artefact)


def copy_named(source_id: UUID, capture_id: UUID) -> Capture:
    """The stored capture of that source. Raises ``NotFound`` (``no_such_copy``)."""
    found = (
        Capture.objects.select_related("source")
        .filter(public_id=capture_id, source__public_id=source_id, state=CaptureState.STORED)
        .first()
    )
    if found is None:
        raise NotFound("no_such_copy", "There is no such copy.")
    return found


def _view_of(found: Capture, *, is_reading: bool) -> ReadingView:
    """The reading view, or the whole text with no claims of the page; a sentence where there is none."""
    try:
        return reading_view(found) if is_reading else ReadingView(reading_text(found))
    except Gone:
        raise
    except DeskError as error:
        return ReadingView(sentence=error.sentence)


def _marks(text: str, typed: str) -> tuple[Mark, ...]:
    return tuple(Mark(start, end, str(at)) for at, (start, end) in enumerate(spans_to_mark(text, typed)))


def _claimed(view: ReadingView) -> list[tuple[str, str]]:
    claimed = [
        ("Title", view.title),
        ("Author", view.author),
        ("Date", view.published),
        ("Site", view.site_name),
    ]
    return [(name, text) for name, text in claimed if text]


def _facts(found: Capture) -> list[tuple[str, str]]:
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
        ("Kept elsewhere, too", _kept_elsewhere(found)),
        ("Files last checked", f"{standing.checked_at:%Y-%m-%d}: {standing.fixity}" if standing.checked_at else ""),
    ]
    return [(name, text) for name, text in facts if text]


def _kept_elsewhere(found: Capture) -> str:
    """What became of the requests to web archives to keep a copy; "" where none was asked."""
    told = [
        f"{urlsplit(row.service).hostname}: {row.kept_url or row.last_sentence or row.get_state_display()}"
        for row in found.keep_requests.order_by("pk")
    ]
    return "; ".join(told)
