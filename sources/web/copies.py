"""Archived bytes as HTTP answers in which nothing hostile can run (DESIGN 5.11).

Every answer is sandboxed by its Content-Security-Policy, is never sniffed, names no referrer, and cannot be framed.
A download is always an attachment under a name of ours. Markup is shown at most as an inert page: no script, no form,
no frame, no request to anywhere. The functions raise what ``sources.services.originals`` raises; whether somebody may
have a copy (rights, protection, publication) is decided before they are called.
"""

from typing import TypeVar

from django.http import FileResponse, HttpResponse

from sources.domain.media_types import is_html
from sources.models import Capture
from sources.services.originals import open_warc, read_original

Answer = TypeVar("Answer", HttpResponse, FileResponse)

INERT = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
NOTHING = "sandbox; default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

_KNOWN = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "text/plain": "txt",
}
"""Types that are named as they are; all others are downloaded as octets."""

_NAMED_ONLY = {"text/html": "html", "application/xhtml+xml": "xhtml", "text/xml": "xml", "image/svg+xml": "svg"}


def warc_download(capture: Capture) -> FileResponse:
    """The capture's WARC file, as an attachment."""
    response = FileResponse(open_warc(capture), content_type="application/warc")
    response["Content-Length"] = str(capture.artefacts.get(role="warc", sha256=capture.warc_sha256).bytes)
    return _guarded(response, NOTHING, f"{capture.public_id}.warc.gz", capture.warc_sha256)


def original_download(capture: Capture) -> HttpResponse:
    """The body as it came, content codings undone, as an attachment."""
    original = read_original(capture)
    ending = _KNOWN.get(original.media_type) or _NAMED_ONLY.get(original.media_type) or "bin"
    media_type = original.media_type if original.media_type in _KNOWN else "application/octet-stream"
    response = HttpResponse(original.body, content_type=media_type)
    return _guarded(response, NOTHING, f"{capture.public_id}.{ending}", capture.body_sha256)


def inert_page(capture: Capture) -> HttpResponse:
    """An archived page to look at: its markup and its own styles, and nothing that runs or reaches out.

    Anything but a page is an attachment.
    """
    original = read_original(capture)
    if not is_html(original.media_type):
        return original_download(capture)
    charset = original.charset or "utf-8"
    response = HttpResponse(original.body, content_type=f"text/html; charset={charset}")
    return _guarded(response, INERT, "", capture.body_sha256)


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
