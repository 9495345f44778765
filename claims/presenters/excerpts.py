"""An archived text with passages marked: in full, or only the passages with what stands around them.

Positions count code points of the text artefact, as passages do; blocks stand apart by one empty line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

BETWEEN = "\n\n"
AROUND = 320
"""Code points of the surroundings shown on either side of a passage whose block is longer."""


@dataclass(frozen=True)
class Mark:
    """A passage by its position; ``end`` is exclusive."""

    start: int
    end: int

    @property
    def anchor(self) -> str:
        """The fragment under which the page shows it."""
        return f"p-{self.start}-{self.end}"


@dataclass(frozen=True)
class Run:
    """Characters of a block; marked where ``is_marked``, with the ``anchors`` of the marks that begin there."""

    text: str
    is_marked: bool
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, row or item. ``is_after_gap`` says that words were left out before it."""

    runs: tuple[Run, ...]
    is_after_gap: bool


@dataclass(frozen=True)
class Excerpt:
    """What is shown of a text. ``is_cut_at_end`` says that words follow the last block."""

    blocks: tuple[Block, ...]
    is_cut_at_end: bool


def whole(text: str, marks: Iterable[Mark]) -> Excerpt:
    """All of ``text`` with ``marks``."""
    sound = _sound(text, marks)
    return Excerpt(tuple(Block(_runs(text, start, end, sound), False) for start, end in _blocks(text)), False)


def windows(text: str, marks: Iterable[Mark]) -> list[tuple[int, int]]:
    """What may be shown of ``text`` where only passages and their surroundings may: starts and ends, in order."""
    sound = _sound(text, marks)
    kept: list[tuple[int, int]] = []
    for start, end in _blocks(text):
        for mark in sound:
            if mark.start < end and mark.end > start:
                window = (_from(text, start, mark.start), _until(text, end, mark.end))
                if kept and window[0] <= kept[-1][1]:
                    kept[-1] = (kept[-1][0], max(kept[-1][1], window[1]))
                else:
                    kept.append(window)
    return kept


def surroundings(text: str, marks: Iterable[Mark]) -> Excerpt:
    """Only the blocks in which ``marks`` stand, long ones cut to :data:`AROUND` on either side."""
    sound = _sound(text, marks)
    blocks = []
    shown_until = 0
    for start, end in windows(text, sound):
        is_gap = start - shown_until > (len(BETWEEN) if shown_until else 0)
        blocks.append(Block(_runs(text, start, end, sound), is_gap))
        shown_until = end
    return Excerpt(tuple(blocks), bool(blocks) and shown_until < len(text.rstrip()))


def quoted(passages: Iterable[tuple[str, str, str]]) -> Excerpt:
    """Passages as a record keeps them (before, exact, after), for where the text itself cannot be read."""
    blocks = []
    for before, exact, after in dict.fromkeys(passages):
        runs = (Run(before, False), Run(exact, True), Run(after, False))
        blocks.append(Block(tuple(run for run in runs if run.text), is_after_gap=True))
    return Excerpt(tuple(blocks), is_cut_at_end=bool(blocks))


def _sound(text: str, marks: Iterable[Mark]) -> list[Mark]:
    inside = {mark for mark in marks if 0 <= mark.start < mark.end <= len(text)}
    return sorted(inside, key=lambda mark: (mark.start, mark.end))


def _blocks(text: str) -> list[tuple[int, int]]:
    blocks, at = [], 0
    for block in text.split(BETWEEN):
        if block.strip():
            blocks.append((at, at + len(block)))
        at += len(block) + len(BETWEEN)
    return blocks


def _from(text: str, start: int, mark_start: int) -> int:
    if mark_start - start <= AROUND:
        return start
    space = text.find(" ", mark_start - AROUND, mark_start)
    return space + 1 if space >= 0 else mark_start - AROUND


def _until(text: str, end: int, mark_end: int) -> int:
    if end - mark_end <= AROUND:
        return end
    space = text.rfind(" ", mark_end, mark_end + AROUND)
    return space if space > mark_end else mark_end + AROUND


def _runs(text: str, start: int, end: int, marks: list[Mark]) -> tuple[Run, ...]:
    """The runs of ``text[start:end]``; overlapping marks are cut where one of them begins or ends."""
    cuts = {start, end}
    for mark in marks:
        cuts.update(at for at in (mark.start, mark.end) if start < at < end)
    edges = sorted(cuts)
    runs = []
    for left, right in pairwise(edges):
        covering = [mark for mark in marks if mark.start <= left and mark.end >= right]
        begun = tuple(mark.anchor for mark in covering if mark.start == left)
        runs.append(Run(text[left:right], bool(covering), begun))
    return tuple(runs)
