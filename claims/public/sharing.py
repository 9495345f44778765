"""What other people's pages show of ours: the picture of a verdict, oEmbed, and the card in a frame."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from claims.exports import oembed as oembeds
from claims.exports.picture import draw, shapes
from claims.models import PublicClaim
from claims.presenters.cards import ClaimCard, card_of
from claims.presenters.rendered_claim import variant_of
from claims.public.conditional import public_page
from claims.public.kept import answer_kept
from claims.public.parameters import typed_in
from claims.public.removed import removal_page
from claims.querysets import revisions_at
from claims.services.finding_pages import find_page
from claims.services.rendering import keep_nothing, keep_page
from sources.domain.errors import BadInput, NotFound

NOT_PUBLISHED = "There is no published claim at this address."
FRAME_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *"
)
"""Anybody may frame the card; nothing in it runs, sends or loads from elsewhere."""
MOST_DIGITS = 5
_CLAIM = re.compile(r"/claims/([-\w]+)/?")
FORMATS = {"json": (oembeds.as_json, oembeds.JSON), "xml": (oembeds.as_xml, oembeds.XML)}


@require_safe
def picture(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The picture, kept like a page: drawn anew after any change, and answered with one query till then."""
    variant = variant_of("picture")
    found = find_page(slug=slug, variant=variant, known=request.META.get("HTTP_IF_NONE_MATCH", ""))
    if found is not None and found.is_true and found.last is not None:
        return answer_kept(request, found.last, content_type="image/png")
    published = revisions_at(slug)
    if published is None or found is None:
        raise NotFound("not_published", NOT_PUBLISHED)
    row, _, is_removed = published
    if is_removed:
        keep_nothing(found=found)
        return removal_page(request, row.claim.public_id) or HttpResponse(status=410)
    with translation.override(settings.LANGUAGE_CODE):
        host = urlsplit(settings.SITE_URL).netloc
        content = draw(card_of(row), desk_name=settings.DESK_NAME, host=host)
    return answer_kept(request, keep_page(found=found, variant=variant, content=content), content_type="image/png")


@xframe_options_exempt
@public_page
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The card for a frame on anybody's page."""
    row = _row_at(slug)
    removed = removal_page(request, row.claim.public_id)
    if removed is not None:
        return removed
    card = card_of(row)
    shape = mark_safe(shapes().get(card.label.shape, ""))  # noqa: S308 - a drawing of ours, by its name
    context = {"card": card, "shape": shape, "url": f"{settings.SITE_URL}/claims/{row.slug}/"}
    response = render(request, "claims/embed.html", context)
    response["Content-Security-Policy"] = FRAME_POLICY
    return response


@public_page
def oembed(request: HttpRequest) -> HttpResponse:
    """The answer for ``url``, as JSON or XML; 404 for what is no published claim of ours, 501 for other formats."""
    typed = typed_in(request.GET)
    form = typed("format") or "json"
    if form not in FORMATS:
        return HttpResponse("The formats are json and xml.", status=501, content_type="text/plain; charset=utf-8")
    data = oembeds.answer(
        _asked_for(request, typed("url")),
        site_url=settings.SITE_URL,
        desk_name=settings.DESK_NAME,
        most_width=_pixels(typed("maxwidth"), "maxwidth"),
        most_height=_pixels(typed("maxheight"), "maxheight"),
    )
    write, content_type = FORMATS[form]
    return HttpResponse(write(data), content_type=content_type)


def _asked_for(request: HttpRequest, url: str) -> ClaimCard:
    if not url:
        raise BadInput("url_missing", "Name the address of a claim’s page.", field="url")
    here = settings.SITE_URL
    path = url[len(here) :].split("?", 1)[0].split("#", 1)[0] if url.startswith(f"{here}/") else ""
    named = _CLAIM.fullmatch(path)
    if named is None:
        raise NotFound("not_published", NOT_PUBLISHED)
    row = _row_at(named[1])
    if removal_page(request, row.claim.public_id) is not None:
        raise NotFound("not_published", NOT_PUBLISHED)
    return card_of(row)


def _row_at(slug: str) -> PublicClaim:
    row = PublicClaim.objects.select_related("claim").filter(slug=slug).first()
    if row is None:
        raise NotFound("not_published", NOT_PUBLISHED)
    return row


def _pixels(text: str, name: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS or int(text) == 0:
        raise BadInput("pixels_unreadable", f"Give {name} as a number of pixels.", field=name)
    return int(text)
