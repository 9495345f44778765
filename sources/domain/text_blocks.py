"""The text of an archived copy, cut into blocks and marked segments, for any page that shows highlights.

Pure: the templates of desk and public site only loop over what comes out. Passages may overlap and may span
blocks; every character of the text comes out once, in order.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_GAP = re.compile(r"\n\n+")


@dataclass(frozen=True)
class Mark:
    """A passage to highlight: ``[start, end)`` in code points, and the id that the page knows it by."""

    start: int
    end: int
    id: str


@dataclass(frozen=True)
class Segment:
    """A run of characters under the same passages. ``begins`` are those that start here: the places to link to."""

    text: str
    passage_ids: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """One block: where it stands, its heading level (0 for ordinary text), the page it opens, and its segments."""

    start: int
    end: int
    segments: tuple[Segment, ...]
    heading: int = 0
    page: int = 0

    @property
    def kind(self) -> str:
        """``heading`` or ``text``."""
        return "heading" if self.heading else "text"


def blocks_with_marks(
    text: str,
    passages: Sequence[Mark],
    *,
    headings: Sequence[tuple[int, int]] = (),
    pages: Sequence[int] = (),
) -> list[Block]:
    """Cut ``text`` into its blocks, each into segments by ``passages``.

    ``headings`` and ``pages`` are as in :class:`sources.domain.extracted.Extracted`; a block's ``page`` is the
    number (from 1) of the page that begins with it, else 0. A mark outside the text is passed over.
    """
    levels = dict(headings)
    marks = sorted((mark for mark in passages if 0 <= mark.start < mark.end), key=lambda mark: (mark.start, mark.end))
    page_starts = sorted(pages)
    blocks: list[Block] = []
    for start, end in _spans(text):
        page = _page_opened(page_starts, blocks[-1].start if blocks else -1, start)
        blocks.append(Block(start, end, _segments(text, start, end, marks), levels.get(start, 0), page))
    return blocks


def page_of(pages: Sequence[int], start: int) -> int:
    """The number (from 1) of the page on which offset ``start`` stands; 0 for a text without pages."""
    return bisect_right(list(pages), start) if pages else 0


def _spans(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    at = 0
    for gap in _GAP.finditer(text):
        if gap.start() > at:
            spans.append((at, gap.start()))
        at = gap.end()
    if at < len(text):
        spans.append((at, len(text)))
    return spans


def _page_opened(page_starts: list[int], previous: int, start: int) -> int:
    """The last page that begins after the ``previous`` block's start and not after ``start``; 0 if none does."""
    first, last = bisect_right(page_starts, previous), bisect_right(page_starts, start)
    return last if last > first else 0


def _segments(text: str, start: int, end: int, marks: list[Mark]) -> tuple[Segment, ...]:
    inside = [mark for mark in marks[: bisect_left(marks, end, key=lambda mark: mark.start)] if mark.end > start]
    if not inside:
        return (Segment(text[start:end]),)
    edges = {start, end}
    for mark in inside:
        edges.update((max(mark.start, start), min(mark.end, end)))
    cuts = sorted(edges)
    segments: list[Segment] = []
    for left, right in pairwise(cuts):
        covering = [mark for mark in inside if mark.start <= left and mark.end >= right]
        segments.append(
            Segment(
                text[left:right],
                tuple(mark.id for mark in covering),
                tuple(mark.id for mark in covering if left == _first_shown(text, mark)),
            )
        )
    return tuple(segments)


def _first_shown(text: str, mark: Mark) -> int:
    """Where the passage is first seen: a passage may start in the gap between two blocks."""
    at = mark.start
    while at < mark.end and at < len(text) and text[at] == "\n":
        at += 1
    return at
