"""Which archived copy of a source a round freezes."""

from dataclasses import dataclass

from sources.models import Artefact, Capture, CaptureState, Source, Usability, UsabilityVerdict
from sources.models.artefacts import READ
from sources.services.texts import the_text


@dataclass(frozen=True)
class Copy:
    """A stored, usable capture with the text that reviewers read and passages point at."""

    capture: Capture
    usability: Usability
    text: Artefact


def copies_of(source: Source) -> list[Copy]:
    """The usable copies of ``source`` that have a text, newest first; the newest judgement of each counts."""
    captures = (
        source.captures.filter(state=CaptureState.STORED)
        .prefetch_related("usabilities", "artefacts")
        .order_by("-captured_at", "-pk")
    )
    found: list[Copy] = []
    for capture in captures:
        judged = max(capture.usabilities.all(), key=lambda row: (row.created_at, row.pk), default=None)
        text = the_text(capture.artefacts.all())
        if judged is not None and judged.verdict == UsabilityVerdict.USABLE and text is not None:
            found.append(Copy(capture, judged, text))
    return found


def copy_holding(source: Source, digests: set[str]) -> Copy | None:
    """The newest copy with the text that all passages (by ``digests``) stand in; without passages the newest.

    ``None`` where there is no usable copy at all, or the passages stand in no single one of them.
    """
    copies = copies_of(source)
    if not digests:
        return copies[0] if copies else None
    for copy in copies:
        texts = {row.sha256: row for row in copy.capture.artefacts.all() if row.role in READ}
        if digests <= texts.keys():
            return Copy(copy.capture, copy.usability, texts[next(iter(digests))]) if len(digests) == 1 else None
    return None


def is_under_way(source: Source) -> bool:
    """Whether a capture of ``source`` is open."""
    return source.captures.filter(state=CaptureState.OPEN).exists()


def last_trouble_with(source: Source) -> str:
    """What the newest closed capture came to, in a sentence; ``""`` where there never was one."""
    capture = source.captures.exclude(state=CaptureState.OPEN).order_by("-closed_at", "-pk").first()
    if capture is None:
        return ""
    if capture.state != CaptureState.STORED:
        return capture.failure_sentence
    judged = capture.usabilities.order_by("-created_at", "-pk").first()
    if judged is None or judged.verdict == UsabilityVerdict.USABLE:
        return "The copy has no text that could be read."
    return f"The copy {judged.get_verdict_display()}: {judged.reason}"
