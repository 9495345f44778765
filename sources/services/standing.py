"""What vouches for a stored capture: custody, manifest, place in the log, timestamps, the last look at its files."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sources.domain.custody import Custody, custody_of
from sources.models import Capture, Fixity, LogKind, Timestamp, TimestampState

NOT_TIMESTAMPED = "not timestamped"


@dataclass(frozen=True)
class Stamped:
    """One authority’s word on the time. ``at`` is ``None`` while it is waited for, or was given up."""

    authority: str
    at: datetime | None
    words: str


@dataclass(frozen=True)
class Standing:
    """What vouches for a capture. Digests are SHA-256 in hexadecimal, "" where there is none yet."""

    custody: Custody
    manifest_sha256: str
    log_position: int | None
    log_sha256: str
    stamps: tuple[Stamped, ...]
    fixity: str
    checked_at: datetime | None

    @property
    def time_words(self) -> str:
        """The timestamps in words: “not timestamped” where no authority has given one."""
        given = [f"{stamp.at:%Y-%m-%d %H:%M:%S} UTC by {stamp.authority}" for stamp in self.stamps if stamp.at]
        return "; ".join(given) or NOT_TIMESTAMPED

    @property
    def log_words(self) -> str:
        """The place in the log in words."""
        return f"entry {self.log_position}" if self.log_position else "not in the log yet"


def standing_of(capture: Capture) -> Standing:
    """What vouches for ``capture`` today."""
    entries = capture.log_entries.exclude(kind=LogKind.REMOVAL).select_related("manifest").order_by("position")
    first = entries.first()
    stamps = Timestamp.objects.filter(entry__capture=capture).order_by("stamped_at", "pk")
    looks = Fixity.objects.filter(artefact__capture=capture).order_by("-checked_at", "-pk")
    worst = looks.exclude(outcome="intact").first()
    last = looks.first()
    shown = worst if worst is not None and last is not None and worst.checked_at >= last.checked_at else last
    return Standing(
        custody=custody_of(capture.method),
        manifest_sha256=first.manifest.sha256 if first and first.manifest else "",
        log_position=first.position if first else None,
        log_sha256=first.sha256 if first else "",
        stamps=tuple(_told(stamp) for stamp in stamps),
        fixity=str(shown.get_outcome_display()) if shown else "",
        checked_at=shown.checked_at if shown else None,
    )


def _told(stamp: Timestamp) -> Stamped:
    words = stamp.checked if stamp.state == TimestampState.DONE else stamp.last_sentence or "It is being asked."
    return Stamped(urlsplit(stamp.authority).hostname or stamp.authority, stamp.stamped_at, words)
