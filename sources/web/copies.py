"""Archived bytes as HTTP answers in which nothing hostile can run (DESIGN 5.11).

Every answer is sandboxed by its Content-Security-Policy, is never sniffed, names no referrer, and cannot be framed.
A download is always an attachment under a name of ours. Markup is shown at most as an inert page: no script, no form,
no frame, no request to anywhere. The functions raise what ``sources.services.originals`` raises; whether somebody may
have a copy (rights, protection, publication) is decided before they are called.
"""

import codecs
import hashlib
from collections.abc import Mapping
from typing import TypeVar

from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from sources.archive.inside import SVG, Inside
from sources.domain.errors import NotFound
from sources.domain.media_types import HEAD_BYTES, is_html, sniff
from sources.domain.pointing import StyleOf, no_styles, show_page
from sources.models import Artefact, ArtefactRole, Capture
from sources.services.originals import open_warc, read_artefact, read_beside, read_original
from sources.services.packaging import package

Answer = TypeVar("Answer", HttpResponse, FileResponse, StreamingHttpResponse)

INERT = (
    "sandbox; default-src 'none'; img-src {images}; style-src 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""``{images}`` is where pictures may come from: the archive, and no other place."""

DRAWING = INERT.format(images="data:")
NOTHING = "sandbox; default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

_KNOWN = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/avif": "avif",
    "text/plain": "txt",
}
"""Types that are named as they are; all others are downloaded as octets."""

_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})

_ENDINGS = {"warc": "warc.gz", "timestamp": "tsr", "manifest": "json", "dom": "html", "text": "txt"}
_NAMED_ONLY = {"text/html": "html", "application/xhtml+xml": "xhtml", "text/xml": "xml", "image/svg+xml": "svg"}


def warc_download(capture: Capture) -> FileResponse:
    """The capture's WARC file, as an attachment."""
    response = FileResponse(open_warc(capture), content_type="application/warc")
    response["Content-Length"] = str(capture.artefacts.get(role="warc", sha256=capture.warc_sha256).bytes)
    return _guarded(response, NOTHING, f"{capture.public_id}.warc.gz", capture.warc_sha256)


def wacz_download(capture: Capture) -> StreamingHttpResponse:
    """The capture as a WACZ, as an attachment that is made while it is sent."""
    made = package(capture)
    response = StreamingHttpResponse(made.pieces, content_type="application/wacz")
    response["Content-Length"] = str(made.size)
    return _guarded(response, NOTHING, f"{capture.public_id}.wacz", made.sha256)


def original_download(capture: Capture) -> HttpResponse:
    """The body as it came, content codings undone, as an attachment."""
    original = read_original(capture)
    ending = _KNOWN.get(original.media_type) or _NAMED_ONLY.get(original.media_type) or "bin"
    media_type = original.media_type if original.media_type in _KNOWN else "application/octet-stream"
    response = HttpResponse(original.body, content_type=media_type)
    return _guarded(response, NOTHING, f"{capture.public_id}.{ending}", capture.body_sha256)


def inert_page(
    capture: Capture,
    *,
    addresses: Mapping[str, str] | None = None,
    style_of: StyleOf = no_styles,
    images_from: str = "'self'",
) -> HttpResponse:
    """An archived page or picture to look at: markup and its own styles, and nothing that runs or reaches out.

    ``addresses`` maps the URLs of pictures that the archive has to where it shows them, ``images_from`` is the source
    expression (Content Security Policy) of that place; ``style_of`` gives the style sheets that it has. Without
    ``addresses`` the markup is shown as it came. What is neither a page nor a picture is an attachment.
    """
    original = read_original(capture)
    body = original.body
    if is_html(original.media_type):
        charset = original.charset or "utf-8"
        if addresses is not None:
            text = body.decode(_codec(charset), "replace")
            shown = show_page(text, page_url=capture.final_url, addresses=addresses, style_of=style_of)
            body = shown.encode("utf-8", "replace")
            charset = "utf-8"
        response = HttpResponse(body, content_type=f"text/html; charset={charset}")
    elif original.media_type == SVG or original.media_type in _PICTURES:
        response = HttpResponse(body, content_type=original.media_type)
    else:
        return original_download(capture)
    return _guarded(response, INERT.format(images=f"{images_from} data:"), "", hashlib.sha256(body).hexdigest())


def archived_image(capture: Capture, inside: Inside) -> HttpResponse:
    """A picture that came along with a page; only what its bytes say is one, or a drawing that says that it is.

    The page that shows it is sandboxed and therefore of no origin: to it, every host is another one.
    """
    body = read_beside(capture, inside.offset)
    media_type = SVG if inside.media_type == SVG else sniff("", body[:HEAD_BYTES])
    if media_type not in _PICTURES and media_type != SVG:
        raise NotFound("not_in_archive", "The archive has no such picture.")
    response = HttpResponse(body, content_type=media_type)
    policy = DRAWING if media_type == SVG else NOTHING
    answer = _guarded(response, policy, "", hashlib.sha256(body).hexdigest())
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def archived_style(capture: Capture, inside: Inside) -> str:
    """The characters of a style sheet that came along with a page."""
    return read_beside(capture, inside.offset).decode(_codec(inside.charset or "utf-8"), "replace")


def artefact_download(artefact: Artefact) -> HttpResponse:
    """One file of a capture, as an attachment named by its digest."""
    raw = read_artefact(artefact)
    media_type = artefact.media_type.partition(";")[0]
    ending = _KNOWN.get(media_type) or _ENDINGS.get(artefact.role, "bin")
    response = HttpResponse(raw, content_type=media_type if media_type in _KNOWN else "application/octet-stream")
    return _guarded(response, NOTHING, f"{artefact.role}-{artefact.sha256[:16]}.{ending}", artefact.sha256)


def artefact_view(artefact: Artefact) -> HttpResponse:
    """One file of a capture to look at: a picture or a rendered page, inert; anything else is an attachment."""
    if artefact.role == ArtefactRole.DOM:
        response = HttpResponse(read_artefact(artefact), content_type="text/html; charset=utf-8")
    elif artefact.media_type in _PICTURES:
        response = HttpResponse(read_artefact(artefact), content_type=artefact.media_type)
    else:
        return artefact_download(artefact)
    return _guarded(response, INERT.format(images="data:"), "", artefact.sha256)


def _codec(charset: str) -> str:
    try:
        return codecs.lookup(charset).name
    except LookupError:
        return "utf-8"


def _guarded(response: Answer, policy: str, name: str, sha256: str) -> Answer:
    response["Content-Security-Policy"] = policy
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Frame-Options"] = "DENY"
    response["X-DNS-Prefetch-Control"] = "off"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cross-Origin-Opener-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    response["ETag"] = f'"{sha256}"'
    if name:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
