"""What changed between two texts, word by word, in bounded time whatever the texts are.

The greedy algorithm of E. W. Myers, “An O(ND) Difference Algorithm and Its Variations” (Algorithmica 1, 1986), first
over paragraphs, then over the words of those that differ. Its cost grows with the difference, so that two hostile
texts could take for ever; here every comparison spends from one budget of steps, and what the budget does not reach
is told as taken out and put in whole, which is true if coarse.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["same", "gone", "new"]

CHANGES: Final[tuple[Kind, Kind]] = ("gone", "new")
BETWEEN: Final = "\n\n"
MOST_CHARACTERS: Final = 400_000
"""Of each text, code points that are compared; what follows is not looked at."""
MOST_STEPS: Final = 400_000
MOST_DIFFERENCES: Final = 600
"""Insertions and deletions in one run; the memory of the search grows with their square."""

_BLOCK = re.compile(r"\n\n|(?:(?!\n\n).)+", re.DOTALL)
_WORD = re.compile(r"\n\n|\w+(?:[.,'’-]\w+)*|\s|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A run of characters: in both texts, in the old one alone, or in the new one alone.

    ``old`` and ``new`` say where it begins, in code points, in either text.
    """

    kind: Kind
    text: str
    old: int
    new: int


@dataclass
class _Budget:
    steps: int

    def spend(self, steps: int) -> bool:
        self.steps -= steps
        return self.steps >= 0


def compare(old: str, new: str, *, most_steps: int = MOST_STEPS) -> tuple[Piece, ...]:
    """The pieces of which ``old`` and ``new`` are made, in order, up to :data:`MOST_CHARACTERS` of each.

    Put together, *same* and *gone* give the old text, *same* and *new* the new one.
    """
    budget = _Budget(most_steps)
    runs: list[tuple[Kind, str]] = []
    for kind, before, after in _changes(_cut(old, _BLOCK), _cut(new, _BLOCK), budget):
        if kind == "same":
            runs.append(("same", before))
            continue
        for inner, taken, given in _changes(_cut(before, _WORD), _cut(after, _WORD), budget):
            runs += [("same", taken)] if inner == "same" else [("gone", taken), ("new", given)]
    return tuple(_placed(_joined(_tidied(run for run in runs if run[1]))))


def _cut(text: str, by: re.Pattern[str]) -> list[str]:
    return by.findall(text[:MOST_CHARACTERS])


def _changes(old: list[str], new: list[str], budget: _Budget) -> Iterator[tuple[str, str, str]]:
    """Runs that are the same, and runs that differ with both their sides, in order."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    budget.spend(head + tail)
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if head:
        yield "same", "".join(old[:head]), ""
    at_old = at_new = 0
    for i, j, length in _matches(_numbered(middle_old, middle_new), budget):
        if i > at_old or j > at_new:
            yield "changed", "".join(middle_old[at_old:i]), "".join(middle_new[at_new:j])
        yield "same", "".join(middle_old[i : i + length]), ""
        at_old, at_new = i + length, j + length
    if at_old < len(middle_old) or at_new < len(middle_new):
        yield "changed", "".join(middle_old[at_old:]), "".join(middle_new[at_new:])
    if tail:
        yield "same", "".join(old[len(old) - tail :]), ""


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _numbered(old: list[str], new: list[str]) -> tuple[list[int], list[int]]:
    """Both as numbers, one for each distinct string, so that the search compares whole numbers."""
    known: dict[str, int] = {}
    return [known.setdefault(one, len(known)) for one in old], [known.setdefault(one, len(known)) for one in new]


def _matches(texts: tuple[list[int], list[int]], budget: _Budget) -> list[tuple[int, int, int]]:
    """Runs that stand in both as (start in old, start in new, length); none where the budget ends first."""
    old, new = texts
    if not old or not new:
        return []
    trace = _search(old, new, budget)
    return _walked_back(trace, len(old), len(new)) if trace is not None else []


def _search(old: list[int], new: list[int], budget: _Budget) -> list[dict[int, int]] | None:
    """For each number of differences, how far each diagonal reaches; ``None`` where that takes too many steps."""
    reach = {1: 0}
    trace = []
    for differences in range(min(len(old) + len(new), MOST_DIFFERENCES) + 1):
        trace.append({k: reach[k] for k in range(-differences - 1, differences + 2) if k in reach})
        for k in range(-differences, differences + 1, 2):
            down = k == -differences or (k != differences and reach[k - 1] < reach[k + 1])
            x = start = reach[k + 1] if down else reach[k - 1] + 1
            while x < len(old) and x - k < len(new) and old[x] == new[x - k]:
                x += 1
            reach[k] = x
            if not budget.spend(x - start + 1):
                return None
            if x >= len(old) and x - k >= len(new):
                return trace
    return None


def _walked_back(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int, int]]:
    found = []
    for differences in range(len(trace) - 1, -1, -1):
        reach, k = trace[differences], x - y
        down = k == -differences or (k != differences and reach[k - 1] < reach[k + 1])
        from_k = k + 1 if down else k - 1
        start_x = reach[from_k] if differences else 0
        start_y = start_x - from_k if differences else 0
        length = x - (start_x + (0 if down else 1)) if differences else x
        if length > 0:
            found.append((x - length, y - length, length))
        x, y = start_x, start_y
    return found[::-1]


def _tidied(runs: Iterator[tuple[Kind, str]]) -> list[tuple[Kind, str]]:
    """Spaces and signs alone between two changes go with them: “from 2011 to” reads better than a word at a time."""
    tidy = list(runs)
    kept: list[tuple[Kind, str]] = []
    for at, (kind, text) in enumerate(tidy):
        is_between = 0 < at < len(tidy) - 1 and tidy[at - 1][0] != "same" and tidy[at + 1][0] != "same"
        if kind == "same" and is_between and BETWEEN not in text and not re.search(r"\w", text):
            kept += [("gone", text), ("new", text)]
        else:
            kept.append((kind, text))
    return kept


def _joined(runs: list[tuple[Kind, str]]) -> Iterator[tuple[Kind, str]]:
    """Neighbours of one kind as one; of a change what is gone stands first."""
    waiting: dict[Kind, list[str]] = {"gone": [], "new": [], "same": []}
    for kind, text in [*runs, ("same", "")]:
        if kind == "same":
            for one in CHANGES:
                if waiting[one]:
                    yield one, "".join(waiting[one])
                waiting[one] = []
            waiting["same"].append(text)
        else:
            if waiting["same"]:
                yield "same", "".join(waiting["same"])
                waiting["same"] = []
            waiting[kind].append(text)
    if "".join(waiting["same"]):
        yield "same", "".join(waiting["same"])


def _placed(runs: Iterator[tuple[Kind, str]]) -> Iterator[Piece]:
    old = new = 0
    for kind, text in runs:
        if not text:
            continue
        yield Piece(kind, text, old, new)
        old += len(text) if kind != "new" else 0
        new += len(text) if kind != "gone" else 0
