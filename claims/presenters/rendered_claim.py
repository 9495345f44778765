"""A claim's page as the text that goes out: made for nobody in particular, so that everybody may have it.

It is drawn with a bare request: nothing of a reader's own, and nobody's session, can get into a page that is kept.
What it says changes with rows that are watched (``claims.models.watches``) and with the *variant* alone, never with
the clock.
"""

import hashlib
from functools import cache
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation

from claims.models import PublicClaim, Revision
from claims.presenters.claim_page import page_of

CODE = ("claims", "sources", "templates", "factcheck")
KINDS = {".py", ".html", ".txt", ".yaml", ".css", ".js", ".svg", ".mo"}
SETTINGS = ("SITE_URL", "DESK_NAME", "DESK_CONTACT_URL", "DEMO", "TIME_ZONE", "STATIC_URL")
SECRETS = {"SECRET_KEY", "DEMO_PASSWORD", "DATABASE_URL", "REDIS_URL", "STORAGE_URL", "EMAIL_URL"}


def variant_of(language: str) -> str:
    """The key of pages rendered by this code, with these templates and settings, in ``language``."""
    return _digest(language, *(str(getattr(settings, name)) for name in SETTINGS))


def languages() -> tuple[str, ...]:
    """The languages of the interface."""
    return tuple(code for code, _ in settings.LANGUAGES)


def html_of(row: PublicClaim, revisions: list[Revision], *, language: str) -> str:
    """The page of ``row`` in ``language``."""
    with translation.override(language):
        page = page_of(row, site_url=settings.SITE_URL, desk_name=settings.DESK_NAME, revisions=revisions)
        context = {
            "section": "claims",
            "page": page,
            "demonstration": page.is_demonstration,
            "record_path": f"{page.path}record.json",
            "claimreview_path": f"{page.path}claimreview.json",
            "correction_path": f"{page.path}request-correction/",
            "api_path": f"/api/v1/claims/{row.claim.public_id}/",
            "image_url": f"{page.url}card.png?v={page.record_sha256[:12]}-{page.state}",
            "oembed_url": f"{settings.SITE_URL}/oembed?{urlencode({'url': page.url})}",
        }
        request = HttpRequest()
        request.method, request.path, request.path_info = "GET", page.path, page.path
        return render_to_string("claims/claim.html", context, request)


@cache
def _digest(*of: str) -> str:
    return hashlib.sha256("\0".join([_code(), *of]).encode()).hexdigest()


@cache
def _code() -> str:
    """The digest of whatever the page is made by, and of the settings it was started with."""
    digest = hashlib.sha256()
    for folder in CODE:
        for path in sorted((settings.ROOT / folder).rglob("*")):
            if path.suffix in KINDS and path.is_file():
                digest.update(str(path.relative_to(settings.ROOT)).encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    for name, value in sorted(settings.ENV.items()):
        if name not in SECRETS:
            digest.update(f"{name}={value}\0".encode())
    return digest.hexdigest()
