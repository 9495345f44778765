"""Memento out (RFC 7089): a TimeGate and a TimeMap for our own public copies of an address.

Only copies that we took ourselves are offered (fetched or rendered by us): of those alone we can say when the address
answered so. What is protected, removed, or in no published record is not there, as everywhere.
"""

from collections.abc import Sequence
from datetime import datetime

import ada_url
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from claims.presenters.works import known_of, public_captures
from sources.domain.errors import BadInput, NotFound
from sources.domain.link_format import Link, read_date, write_date, write_link, write_links
from sources.domain.url_keys import url_key, url_key_sha256
from sources.models import Capture, CaptureMethod, CaptureState, Removal, Source, SourceKind

OWN = (CaptureMethod.HTTP.value, CaptureMethod.BROWSER.value)
LINK_FORMAT = "application/link-format"


@require_safe
def timegate(request: HttpRequest, url: str) -> HttpResponse:
    """On to the copy nearest to ``Accept-Datetime``, or to the newest where none is asked for."""
    typed = _whole(request, url)
    source, captures = _mementos(typed)
    wanted = request.headers.get("Accept-Datetime", "")
    moment = read_date(wanted) if wanted else None
    if wanted and moment is None:
        raise BadInput("datetime_unreadable", "Accept-Datetime is no date of HTTP.")
    if moment is None:
        chosen = captures[-1]
    else:
        chosen = min(captures, key=lambda capture: abs((_at(capture) - moment).total_seconds()))
    response = HttpResponseRedirect(_address(source, chosen))
    response["Link"] = ", ".join(write_link(link) for link in _links(source, captures, chosen=chosen))
    patch_vary_headers(response, ["Accept-Datetime"])
    return response


@require_safe
def timemap(request: HttpRequest, url: str) -> HttpResponse:
    """All our copies of an address, in the link format of RFC 6690."""
    source, captures = _mementos(_whole(request, url))
    own = Link(_own(f"timemap/link/{_original(source)}"), {"rel": "self", "type": LINK_FORMAT})
    listed = [own, *_links(source, captures, has_timemap=False)]
    return HttpResponse(write_links(listed), content_type=f"{LINK_FORMAT}; charset=utf-8")


def mark_memento(response: HttpResponse, source: Source, capture: Capture) -> HttpResponse:
    """Say on the page of a copy of ours which address it is of, and of when."""
    if source.kind == SourceKind.WEB and capture.method in OWN and capture.state == CaptureState.STORED:
        response["Memento-Datetime"] = write_date(_at(capture))
        response["Link"] = ", ".join(write_link(link) for link in _roads(source, has_timemap=True))
    return response


def _mementos(url: str) -> tuple[Source, Sequence[Capture]]:
    """The source of ``url`` and our copies of it, oldest first."""
    try:
        digest = url_key_sha256(url_key(url))
    except ValueError:
        raise NotFound("source_unknown", "No published claim names a source of this address.") from None
    source = Source.objects.filter(kind=SourceKind.WEB, url_key_sha256=digest).first()
    known = known_of(source) if source else None
    if source is None or known is None:
        raise NotFound("source_unknown", "No published claim names a source of this address.")
    found = [one for one in public_captures(source, known) if one.state == CaptureState.STORED and one.method in OWN]
    gone = set(
        Removal.objects.filter(
            subject_id__in=[one.public_id for one in found], field="", done_at__isnull=False
        ).values_list("subject_id", flat=True)
    )
    kept = sorted((one for one in found if one.public_id not in gone), key=_at)
    if not kept:
        raise NotFound("no_memento", "We have no copy of this address that we took ourselves.")
    return source, kept


def _links(
    source: Source, captures: Sequence[Capture], *, chosen: Capture | None = None, has_timemap: bool = True
) -> list[Link]:
    links = _roads(source, has_timemap=has_timemap)
    for capture in captures:
        if chosen is not None and capture not in (chosen, captures[0], captures[-1]):
            continue
        order = [
            *(["first"] if capture == captures[0] else []),
            *(["last"] if capture == captures[-1] else []),
            "memento",
        ]
        links.append(Link(_address(source, capture), {"rel": " ".join(order), "datetime": write_date(_at(capture))}))
    return links


def _roads(source: Source, *, has_timemap: bool) -> list[Link]:
    original = _original(source)
    links = [Link(original, {"rel": "original"}), Link(_own(f"timegate/{original}"), {"rel": "timegate"})]
    if has_timemap:
        links.append(Link(_own(f"timemap/link/{original}"), {"rel": "timemap", "type": LINK_FORMAT}))
    return links


def _original(source: Source) -> str:
    """The address as a link can carry it."""
    text: str = ada_url.URL(source.url).href
    return text.replace('"', "%22").replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")


def _own(path: str) -> str:
    return f"{settings.SITE_URL}/{path}"


def _address(source: Source, capture: Capture) -> str:
    return _own(reverse("capture", args=[source.public_id, capture.public_id]).lstrip("/"))


def _at(capture: Capture) -> datetime:
    at = capture.captured_at or capture.closed_at or capture.requested_at
    return at.replace(microsecond=0)


def _whole(request: HttpRequest, url: str) -> str:
    """The address as it was asked for: its query belongs to it, and two slashes that a proxy made one."""
    query = request.META.get("QUERY_STRING", "")
    whole = f"{url}?{query}" if query else url
    for scheme in ("http:/", "https:/"):
        if whole.startswith(scheme) and not whole.startswith(f"{scheme}/"):
            return f"{scheme}/{whole[len(scheme) :]}"
    return whole
