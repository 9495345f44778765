"""Making two spellings of the same words comparable, with a map back to where each character stood.

Only what a typesetter changes is levelled: quotation marks, dashes, spaces, ligatures, soft hyphens, the ellipsis,
and composed against decomposed letters (NFC). Digits, letters, accents, case and all other signs stay as they are:
NFKC would read "10²" as "102".
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

_SAME: dict[str, str] = {
    **dict.fromkeys("‘’‚‛′ʼ`´‹›", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−⁃﹣－", "-"),
    "…": "...",
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
    "ﬅ": "st",
    "ﬆ": "st",
    **dict.fromkeys("\u00ad\u200b\u200e\u200f\u2060\ufeff", ""),
}
_SPACE = r"[\s\u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]"
_SPECIAL = re.compile(
    f"(?P<space>{_SPACE}+)|(?P<dashes>-{{2,3}})|(?P<same>[{''.join(re.escape(char) for char in _SAME)}])"
)


@dataclass(frozen=True)
class Levelled:
    """A levelled text and, as sorted runs, where each of its characters stood in the original.

    A run is ``(at, length, source, source_length)``; equal lengths mean that the run was taken over as it stood.
    """

    text: str
    runs: tuple[tuple[int, int, int, int], ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of the levelled span ``[start, end)``, which is not empty."""
        return self._source(start, False), self._source(end - 1, True)

    def _source(self, at: int, after: bool) -> int:
        index = bisect_right(self.runs, at, key=lambda run: run[0]) - 1
        begin, length, source, source_length = self.runs[index]
        if length == source_length:
            return source + (at - begin) + (1 if after else 0)
        return source + (source_length if after else 0)


def level(text: str) -> Levelled:
    """Level ``text``; its ends are not stripped."""
    out = _Out()
    for piece, source, source_length in _compose(text):
        if len(piece) != source_length:
            out.add(piece, source, source_length)
            continue
        done = 0
        for match in _SPECIAL.finditer(piece):
            out.add(piece[done : match.start()], source + done, match.start() - done)
            new = _levelled(match)
            if new != " " or not out.ends_with_space:
                out.add(new, source + match.start(), match.end() - match.start())
            done = match.end()
        out.add(piece[done:], source + done, len(piece) - done)
    return Levelled("".join(out.parts), tuple(out.runs))


class _Out:
    """The levelled text while it grows."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.runs: list[tuple[int, int, int, int]] = []
        self.length = 0

    @property
    def ends_with_space(self) -> bool:
        return bool(self.parts) and self.parts[-1].endswith(" ")

    def add(self, new: str, source: int, source_length: int) -> None:
        if new:
            self.parts.append(new)
            self.runs.append((self.length, len(new), source, source_length))
            self.length += len(new)


def _levelled(match: re.Match[str]) -> str:
    if match.group("space"):
        return " "
    if match.group("dashes"):
        return "-"
    return _SAME[match.group("same")]


def _compose(text: str) -> list[tuple[str, int, int]]:
    """Pieces of NFC text with their place and length in ``text``; one piece where the text is NFC already."""
    if unicodedata.is_normalized("NFC", text):
        return [(text, 0, len(text))]
    pieces: list[tuple[str, int, int]] = []
    plain_from = at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and not _stands_alone(text[end]):
            end += 1
        cluster = text[at:end]
        composed = unicodedata.normalize("NFC", cluster)
        if composed != cluster:
            if plain_from < at:
                pieces.append((text[plain_from:at], plain_from, at - plain_from))
            pieces.append((composed, at, end - at))
            plain_from = end
        at = end
    if plain_from < len(text):
        pieces.append((text[plain_from:], plain_from, len(text) - plain_from))
    return pieces


def _stands_alone(char: str) -> bool:
    """Whether ``char`` can never join what stands before it (it is no mark and no medial or final jamo)."""
    return char < "\u0300" or not (unicodedata.category(char).startswith("M") or "\u1160" <= char <= "\u11ff")
