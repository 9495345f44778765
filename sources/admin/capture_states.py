"""Where the captures of some sources stand, as lines for the panel on a source's or a claim's page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser, User

from sources.models import Source, SourceKind
from sources.services.looks import Look, Roads, looks_at

MOST_EARLIER = 50


@dataclass(frozen=True)
class CaptureLine:
    """One source: its newest capture, the others as a timeline (``earlier``), and what may be done."""

    source: Source
    label: str
    newest: Look | None
    nothing: str
    earlier: tuple[Look, ...]
    roads: Roads

    @property
    def tone(self) -> str:
        """good, warn, danger or off: beside the words, never alone."""
        return self.newest.tone if self.newest else "off"

    @property
    def wants_another_road(self) -> bool:
        """Whether the last thing tried ended without a usable copy."""
        return self.newest is not None and not self.newest.is_open and not self.newest.is_usable


@dataclass(frozen=True)
class CapturePanel:
    """All lines, and whether any of them will still change by itself."""

    lines: tuple[CaptureLine, ...]
    is_moving: bool
    near: str = ""


def capture_lines(
    sources: Iterable[Source], user: User | AnonymousUser, *, is_whole: bool = False, near: date | None = None
) -> CapturePanel:
    """The panel for ``sources``, in their order, each once. Of earlier looks all if ``is_whole``, else open ones.

    ``near`` is the day up to which web archives are asked for their copies.
    """
    lines, is_moving = [], False
    for each in looks_at(sources, user):
        earlier = [look for look in each.looks[1:] if is_whole or look.is_open]
        is_web = each.source.kind == SourceKind.WEB.value
        lines.append(
            CaptureLine(
                source=each.source,
                label=each.source.title or each.source.url,
                newest=each.newest,
                nothing="not asked for yet" if is_web else "not on the web",
                earlier=tuple(earlier[:MOST_EARLIER]),
                roads=each.roads,
            )
        )
        is_moving = is_moving or each.is_moving
    return CapturePanel(tuple(lines), is_moving, f"?near={near.isoformat()}" if near else "")
