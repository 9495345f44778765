"""What is known of a capture, as plain values: for programs that asked for it."""

from dataclasses import dataclass

from sources.archive import store
from sources.models import Capture, CaptureState
from sources.services.texts import the_text


@dataclass(frozen=True)
class CaptureReport:
    """One capture. ``seconds`` from the request to its end; ``warc`` and ``body_sha256`` are SHA-256 digests."""

    url: str
    capture: str = ""
    state: str = ""
    code: str = ""
    sentence: str = ""
    usability: str = ""
    reason: str = ""
    http_status: int | None = None
    final_url: str = ""
    hops: int = 0
    media_type: str = ""
    charset: str = ""
    body_sha256: str = ""
    body_bytes: int = 0
    text_chars: int = 0
    truncated: bool = False
    custody: str = ""
    warc: str = ""
    attempts: int = 0
    seconds: float = 0.0
    text: str | None = None

    @property
    def is_stored(self) -> bool:
        return self.state == CaptureState.STORED


def report(capture: Capture, *, url: str, with_text: bool = False) -> CaptureReport:
    """Tell of ``capture``, which was asked for as ``url``. An open one tells why it waits, if it does."""
    text = _text_of(capture)
    usability = capture.usabilities.first()
    held = getattr(capture, "lease", None) if capture.state == CaptureState.OPEN else None
    end = capture.closed_at or capture.requested_at
    return CaptureReport(
        url=url,
        capture=str(capture.public_id),
        state=capture.state,
        code=held.last_code if held else capture.failure_code,
        sentence=held.last_sentence if held else capture.failure_sentence,
        usability=usability.verdict if usability else "",
        reason=usability.reason if usability else "",
        http_status=capture.http_status,
        final_url=capture.final_url,
        hops=max(0, capture.exchanges.exclude(kind="robots").count() - 1),
        media_type=capture.media_type,
        charset=capture.charset,
        body_sha256=capture.body_sha256,
        body_bytes=capture.body_bytes,
        text_chars=len(text),
        truncated=capture.is_truncated,
        custody=capture.custody,
        warc=capture.warc_sha256,
        attempts=held.attempt if held else capture.attempts,
        seconds=round((end - capture.requested_at).total_seconds(), 3),
        text=text if with_text else None,
    )


def _text_of(capture: Capture) -> str:
    artefact = the_text(capture.artefacts.all())
    if artefact is None:
        return ""
    try:
        return store.read(artefact.sha256).decode()
    except FileNotFoundError:
        return ""
