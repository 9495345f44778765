"""System checks: what an operator should know before people do."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

from claims.models import Claim

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


def _is_loopback() -> bool:
    return bool(settings.IS_LOOPBACK) and all(host in LOOPBACK for host in settings.ALLOWED_HOSTS)
