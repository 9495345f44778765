"""What a browser made of a page, kept as artefacts beside its WARC; and whether there is a browser at all."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from sources.archive import store
from sources.domain.results import Rendered, Spooled
from sources.fetchers import BrowserSettings, find_program
from sources.models import Artefact, ArtefactRole, Capture

PRODUCER = "Chromium"


@dataclass(frozen=True)
class Kept:
    """A file that is in the store and has no row yet."""

    role: str
    media_type: str
    sha256: str
    bytes: int


def browser_settings() -> BrowserSettings:
    """The browser that is to be used, from the settings."""
    return BrowserSettings(
        program=settings.CAPTURE_BROWSER,
        is_sandboxed=settings.CAPTURE_BROWSER_SANDBOX,
        seconds=settings.CAPTURE_BROWSER_SECONDS,
        memory_bytes=settings.CAPTURE_BROWSER_MEMORY_MB * 2**20,
    )


def can_render() -> bool:
    """Whether pages can be rendered: a browser is installed here, or named as being where the workers are."""
    program = settings.CAPTURE_BROWSER
    return program != "off" and (program != "auto" or find_program(program) is not None)


def keep_renditions(rendered: Rendered | None) -> list[Kept]:
    """Keep the markup and the files made of a rendered page in the store. Raises ``StorageFailed``."""
    if rendered is None:
        return []
    kept = [_keep(ArtefactRole.DOM, "text/html; charset=utf-8", rendered.dom)]
    return kept + [_keep(each.role, each.media_type, each.data) for each in rendered.renditions]


def write_renditions(capture: Capture, kept: list[Kept], *, at: datetime) -> None:
    """Write their rows. Call it inside the transaction that closes the capture, at ``at``."""
    Artefact.objects.bulk_create(
        Artefact(
            capture=capture,
            role=each.role,
            sha256=each.sha256,
            bytes=each.bytes,
            media_type=each.media_type,
            producer=PRODUCER,
            created_at=at,
        )
        for each in kept
    )


def _keep(role: str, media_type: str, data: Spooled) -> Kept:
    return Kept(role, media_type, store.keep_bytes(b"".join(data.chunks())), len(data))
