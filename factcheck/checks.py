"""System checks: what an operator should know before people do."""

import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.db import DatabaseError

from claims.models import Claim
from sources.extractors.network import how_children_are_cut
from sources.extractors.tesseract import find_engine
from sources.services.rendering import can_render

STRONG_KEY_LENGTH = 50
STRONG_KEY_VARIETY = 5
"""Both are Django's own measure of a key (security.W009)."""

LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}


@register(Tags.security)
def private_hosts(app_configs: object, **_: Any) -> Sequence[CheckMessage]:
    """factcheck.W001: private hosts may be fetched."""
    if not settings.CAPTURE_ALLOW_PRIVATE:
        return []
    hosts = ", ".join(f"{host}:{port}" for host, port in sorted(settings.CAPTURE_ALLOW_PRIVATE))
    return [Warning(f"CAPTURE_ALLOW_PRIVATE lets workers fetch from {hosts}.", id="factcheck.W001")]


@register(Tags.security)
def outbound_proxy(app_configs: object, **_: Any) -> Sequence[CheckMessage]:
    """factcheck.W006: with a proxy, names are judged and the addresses that they lead to are not."""
    if not settings.CAPTURE_PROXY:
        return []
    return [
        Warning(
            "CAPTURE_PROXY resolves the names of what is captured: where they lead cannot be checked here.",
            hint="Have the proxy itself refuse private networks. Names and literal addresses are judged as ever.",
            id="factcheck.W006",
        )
    ]


@register(Tags.security)
def debug_elsewhere(app_configs: object, **_: Any) -> Sequence[CheckMessage]:
    """factcheck.E002: debug pages on a host that others reach."""
    if settings.DEBUG and not _is_loopback():
        return [Error("DEBUG is on and the site is not on loopback.", id="factcheck.E002")]
    return []


@register(Tags.security)
def weak_secret_key(app_configs: object, **_: Any) -> Sequence[CheckMessage]:
    """factcheck.E003: a secret key that could be guessed, on a host that others reach."""
    key = str(settings.SECRET_KEY)
    if _is_loopback() or (len(key) >= STRONG_KEY_LENGTH and len(set(key)) >= STRONG_KEY_VARIETY):
        return []
    return [
        Error(
            "SECRET_KEY could be guessed.",
            hint=f"Use at least {STRONG_KEY_LENGTH} random characters, or leave it out: one is made and kept.",
            id="factcheck.E003",
        )
    ]


@register(Tags.security)
def browser_without_sandbox(app_configs: object, **_: Any) -> Sequence[CheckMessage]:
    """factcheck.W010: pages are rendered in a browser that is not locked in."""
    if settings.CAPTURE_BROWSER_SANDBOX or not can_render():
        return []
    rest = " Workers of root start it as nobody, without its sandbox." if os.geteuid() == 0 else ""
    return [
        Warning(
            f"CAPTURE_BROWSER_SANDBOX=0: a page that breaks out of the browser is in the worker.{rest}",
            hint="Allow user namespaces to the render worker instead, or set CAPTURE_BROWSER=off.",
            id="factcheck.W010",
        )
    ]


@register(Tags.security)
def replay_at_home(app_configs: object, **_: Any) -> Sequence[CheckMessage]:
    """factcheck.W011: the host of archived pages is the site's own."""
    if not settings.REPLAY_URL or urlsplit(settings.REPLAY_URL).hostname != urlsplit(settings.SITE_URL).hostname:
        return []
    return [
        Warning("REPLAY_URL is on the host of SITE_URL, whose cookies go to every port of it.", id="factcheck.W011")
    ]


@register(Tags.security)
def timestamps_unchecked(app_configs: object, **_: Any) -> Sequence[CheckMessage]:
    """factcheck.W012: authorities are asked for timestamps whose signatures cannot be checked."""
    if not settings.TIMESTAMP_AUTHORITIES or os.access(settings.TIMESTAMP_ROOTS, os.R_OK):
        return []
    return [
        Warning(
            "Timestamps are asked for and their signatures cannot be checked.",
            hint="Name a readable file of the authorities' root certificates in TIMESTAMP_ROOTS.",
            id="factcheck.W012",
        )
    ]


@register(Tags.database)
def demonstration_elsewhere(
    app_configs: object, databases: Sequence[str] | None = None, **_: Any
) -> Sequence[CheckMessage]:
    """factcheck.E001: demonstration records on a host other than loopback (DESIGN 5.15)."""
    if not databases or _is_loopback():
        return []
    try:
        stands = Claim.objects.filter(is_demonstration=True).exists()
    except DatabaseError:
        return []
    if not stands:
        return []
    return [
        Error(
            "This database holds demonstration records and the site is not on loopback.",
            hint="Start with an empty database: demonstration records are never served to the public.",
            id="factcheck.E001",
        )
    ]


@register(Tags.security, deploy=True)
def readers_on_the_network(app_configs: object, **_: Any) -> Sequence[CheckMessage]:
    """factcheck.W013: hostile documents are read in processes that could reach the network."""
    if how_children_are_cut() != "open":
        return []
    return [
        Warning(
            "Documents are read in processes that can reach the network: this kernel lets nobody cut them off.",
            hint="Allow unprivileged user namespaces or seccomp filters, or keep these workers behind a firewall.",
            id="factcheck.W013",
        )
    ]


@register(Tags.security, deploy=True)
def scans_unread(app_configs: object, **_: Any) -> Sequence[CheckMessage]:
    """factcheck.W014: the Tesseract that is named does not read; factcheck.I001: none is installed."""
    program = settings.CAPTURE_OCR
    if program == "off" or find_engine(program) is not None:
        return []
    if program == "auto":
        return [
            Info(
                "Scans are not read by OCR: no Tesseract is installed here.",
                hint="Install tesseract-ocr where the queue “derive” is worked, or set CAPTURE_OCR=off.",
                id="factcheck.I001",
            )
        ]
    return [
        Warning(
            f"CAPTURE_OCR names {program}, which is no Tesseract with a language, here at least.",
            hint="It has to be one where the queue “derive” is worked.",
            id="factcheck.W014",
        )
    ]


def _is_loopback() -> bool:
    return bool(settings.IS_LOOPBACK) and all(host in LOOPBACK for host in settings.ALLOWED_HOSTS)
