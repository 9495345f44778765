"""Where an archived page is looked at, and what stands there (DESIGN 5.11).

A page is shown under an address that is signed and good for some minutes, so that the host which shows it needs no
session and no cookie. That host is ``REPLAY_URL`` where one is configured, else our own. Who may have such an address
is decided by who hands it out: the desk gives it to its members, the public site where the rights of a source say so.
"""

import base64
import binascii
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sources.archive.inside import Inside, pieces_in
from sources.domain.errors import DeskError, Gone, NotFound
from sources.models import Artefact, ArtefactRole, Capture, CaptureMethod
from sources.web.copies import archived_image, archived_style, artefact_view, inert_page

SALT = "sources.replay"
SECONDS = 900
"""How long an address is good for."""


def replay_address(capture: Capture, artefact: Artefact | None = None) -> str:
    """Where ``capture`` can be looked at for some minutes: its page, or one of its files."""
    shown = [str(capture.public_id), str(artefact.public_id) if artefact else ""]
    token = signing.dumps(shown, salt=SALT, compress=False)
    return f"{settings.REPLAY_URL}{reverse('replay', args=[token])}"


View = Callable[..., HttpResponseBase]


def plainly(view: View) -> View:
    """Refusals as plain text: the host of archived pages has no pages of its own."""

    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except DeskError as error:
            return HttpResponse(error.sentence, content_type="text/plain; charset=utf-8", status=error.status)

    return answer


def nothing_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What any other address of that host answers."""
    return HttpResponse("There is nothing here.", content_type="text/plain; charset=utf-8", status=404)


@require_safe
@never_cache
@plainly
def replay(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page, or the file, that ``token`` names."""
    capture, artefact = _named(request, token)
    if artefact is not None and not _is_the_page(capture, artefact):
        return artefact_view(artefact)
    files = request.build_absolute_uri(f"{request.path}file/")
    images_from = "'self'" if settings.REPLAY_URL else files
    if capture.method == CaptureMethod.HTTP or not capture.warc_sha256:
        return inert_page(capture, images_from=images_from)
    pieces = _pieces(capture)
    addresses = {each.url: files + _packed(each.url) + "/" for each in pieces if each.is_image}
    styles = {each.url: each for each in pieces if not each.is_image}

    def style_of(url: str) -> str:
        return archived_style(capture, styles[url]) if url in styles else ""

    return inert_page(capture, addresses=addresses, style_of=style_of, images_from=images_from)


@require_safe
@never_cache
@plainly
def replay_file(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """A picture that came along with the page that ``token`` names."""
    capture, _ = _named(request, token)
    url = _unpacked(name)
    inside = next((one for one in _pieces(capture) if one.url == url and one.is_image), None)
    if inside is None:
        raise NotFound("not_in_archive", "The archive has no such picture.")
    return archived_image(capture, inside)


def _named(request: HttpRequest, token: str) -> tuple[Capture, Artefact | None]:
    if settings.REPLAY_URL and request.build_absolute_uri("/").rstrip("/") != settings.REPLAY_URL:
        raise NotFound("replay_elsewhere", "Archived pages are shown on a host of their own.")
    try:
        capture_id, artefact_id = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.SignatureExpired:
        raise Gone("replay_expired", "This address was good for some minutes only. Open the copy again.") from None
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound("replay_unknown", "There is no archived page at this address.") from None
    capture = Capture.objects.select_related("source").filter(public_id=capture_id).first()
    artefact = Artefact.objects.filter(public_id=artefact_id).first() if artefact_id else None
    if capture is None or (artefact_id and (artefact is None or artefact.capture_id != capture.pk)):
        raise NotFound("replay_unknown", "There is no archived page at this address.")
    return capture, artefact


def _is_the_page(capture: Capture, artefact: Artefact) -> bool:
    """Whether the file is the rendered page itself, which is shown with what came along with it."""
    return artefact.role == ArtefactRole.DOM and artefact.sha256 == capture.body_sha256


def _pieces(capture: Capture) -> tuple[Inside, ...]:
    try:
        return pieces_in(capture.warc_sha256)
    except FileNotFoundError:
        return ()


def _packed(url: str) -> str:
    return base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


def _unpacked(name: str) -> str:
    try:
        return base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
    except (ValueError, binascii.Error):
        return ""
