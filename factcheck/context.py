"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The desk's name, the public address, and whether this installation is a demonstration."""
    return {"desk_name": settings.DESK_NAME, "site_url": settings.SITE_URL, "is_demo": settings.DEMO}
