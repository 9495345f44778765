"""What changed between two archived copies of one source, as far as its rights allow it to be told.

The whole texts are compared here, in the house; what is shown of either is at most what that copy's own page shows:
the passages quoted with what stands around them, where only these may be shown. A passage found altered counts as
found, since what became of it is the point; of one that is gone, nothing of the newer copy is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from claims.presenters.archived_copy import ocr_words
from claims.presenters.excerpts import windows
from claims.presenters.wording import term
from claims.presenters.works import RIGHTS, CaptureLine, Known, capture_lines, marks_in, public_captures
from sources.domain.word_diff import BETWEEN, MOST_CHARACTERS, Piece, compare
from sources.models import Capture, Source

FOUND = ("intact", "moved", "altered")
AROUND_A_CHANGE = 1
"""Paragraphs without a change that are shown before and after one with a change."""

SAME = gettext_noop("Both texts read the same, word for word.")
SAME_PASSAGES = gettext_noop("The passages quoted, and what stands around them, read the same in both.")
NOTHING_QUOTED = gettext_noop("No published claim quotes a passage of these copies, so no more can be shown of them.")
SAME_DIGEST = gettext_noop("Both texts have the same digest: nothing changed. Their words may not be shown.")
OTHER_DIGEST = gettext_noop("The texts differ. What changed may not be shown.")
LEFT_OUT = gettext_noop("Words left out")
UNCHANGED_LEFT_OUT = gettext_noop("Words left out that did not change")
NO_TEXT = gettext_noop("There is no readable text of one of these copies, so they cannot be compared.")


@dataclass(frozen=True)
class Run:
    """Characters of a paragraph; ``kind`` is ``same``, ``gone`` or ``new``."""

    kind: str
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph as it reads in either copy. ``is_after_gap`` says that words were left out before it."""

    runs: tuple[Run, ...]
    is_after_gap: bool


@dataclass(frozen=True)
class Reading:
    """One of the two copies: its capture, and its text or ``None``."""

    capture: Capture
    digest: str
    text: str | None


@dataclass(frozen=True)
class ComparedCopies:
    """The page's content. ``paragraphs`` is empty where ``sentence`` says all there is to say."""

    title: str
    source_path: str
    language: str
    older: CaptureLine
    newer: CaptureLine
    lead: str
    paragraphs: tuple[Paragraph, ...]
    sentence: str
    is_cut: bool
    gap: str
    rights: str
    captures: tuple[CaptureLine, ...]
    is_demonstration: bool
    by_ocr: str


def compared(source: Source, known: Known, older: Reading, newer: Reading) -> ComparedCopies:
    """The comparison of two public captures of ``source``."""
    paragraphs, sentence = _shown(source.rights, known, older, newer)
    lines = capture_lines(source, (older.capture, newer.capture))
    return ComparedCopies(
        title=known.source.title or known.source.url,
        source_path=f"/sources/{source.public_id}/",
        language=known.source.language,
        older=lines[0],
        newer=lines[1],
        lead=_("From the copy of {older} to that of {newer}.").format(older=lines[0].day, newer=lines[1].day),
        paragraphs=paragraphs,
        sentence=term(sentence),
        is_cut=any(len(one.text or "") > MOST_CHARACTERS for one in (older, newer)),
        gap=term(UNCHANGED_LEFT_OUT if source.rights == "full" else LEFT_OUT),
        rights=term(RIGHTS[source.rights]),
        captures=capture_lines(source, public_captures(source, known), newer.capture),
        is_demonstration=known.source.is_demonstration or any(row.is_demonstration for row in known.rows),
        by_ocr=_by_ocr(older, newer),
    )


def _by_ocr(*readings: Reading) -> str:
    """A warning where either text was read from pictures: what differs may be a misread letter."""
    if not any(ocr_words(one.capture, one.digest) for one in readings):
        return ""
    return _("At least one of these texts was read by OCR from a picture: what differs may be a misread letter.")


def _shown(rights: str, known: Known, older: Reading, newer: Reading) -> tuple[tuple[Paragraph, ...], str]:
    is_same = older.digest == newer.digest
    if older.digest and newer.digest and rights == "digest":
        return (), SAME_DIGEST if is_same else OTHER_DIGEST
    if older.text is None or newer.text is None:
        return (), NO_TEXT
    if is_same:
        return (), SAME
    pieces = compare(older.text, newer.text)
    if rights == "full":
        return _paragraphs(pieces), SAME
    allowed = [
        windows(one.text, marks_in(one.capture, known, one.digest, FOUND)) if one.text else []
        for one in (older, newer)
    ]
    if not any(allowed):
        return (), NOTHING_QUOTED
    return _paragraphs(only_within(pieces, *allowed)), SAME_PASSAGES


def only_within(
    pieces: Iterable[Piece], old: Sequence[tuple[int, int]], new: Sequence[tuple[int, int]]
) -> list[Piece | None]:
    """What of ``pieces`` lies in the windows of the text it is taken from; ``None`` where something was left out.

    What is the same in both may be shown where either text's windows allow it.
    """
    shown: list[Piece | None] = []
    for piece in pieces:
        spans = []
        if piece.kind != "new":
            spans += _cut(old, piece.old, len(piece.text))
        if piece.kind != "gone":
            spans += _cut(new, piece.new, len(piece.text))
        at = 0
        for start, end in _merged(spans):
            if start > at:
                shown.append(None)
            shown.append(Piece(piece.kind, piece.text[start:end], piece.old + start, piece.new + start))
            at = end
        if at < len(piece.text):
            shown.append(None)
    return shown


def _cut(spans: Sequence[tuple[int, int]], start: int, length: int) -> list[tuple[int, int]]:
    """Where ``spans`` meet ``length`` characters from ``start`` on, counted from there."""
    return [
        (max(left, start) - start, min(right, start + length) - start)
        for left, right in spans
        if left < start + length and right > start
    ]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _paragraphs(pieces: Iterable[Piece | None]) -> tuple[Paragraph, ...]:
    """The paragraphs in which something changed, with a neighbour on either side."""
    lines = _lines(pieces)
    changed = {at for at, (runs, _is_gap) in enumerate(lines) if any(run.kind != "same" for run in runs)}
    kept = sorted(
        {
            near
            for at in changed
            for near in range(at - AROUND_A_CHANGE, at + AROUND_A_CHANGE + 1)
            if 0 <= near < len(lines) and lines[near][0]
        }
    )
    previous = -1
    shown = []
    for at in kept:
        is_gap = at != previous + 1 or lines[at][1]
        shown.append(Paragraph(lines[at][0], is_gap))
        previous = at
    return tuple(shown)


def _lines(pieces: Iterable[Piece | None]) -> list[tuple[tuple[Run, ...], bool]]:
    """Paragraphs as runs, and whether something was left out before each."""
    lines: list[tuple[tuple[Run, ...], bool]] = []
    runs: list[Run] = []
    is_gap = False

    def close() -> None:
        nonlocal runs, is_gap
        if any(run.text.strip() for run in runs):
            lines.append((_one_each(runs), is_gap))
            is_gap = False
        runs = []

    for piece in pieces:
        if piece is None:
            close()
            is_gap = True
            continue
        for at, part in enumerate(piece.text.split(BETWEEN)):
            if at:
                close()
            if part:
                runs.append(Run(piece.kind, part))
    close()
    return lines


def _one_each(runs: list[Run]) -> tuple[Run, ...]:
    return tuple(Run(kind, "".join(run.text for run in same)) for kind, same in groupby(runs, lambda run: run.kind))
