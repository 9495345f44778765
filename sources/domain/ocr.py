"""Text that was read by a program from pictures of pages: what of a page came back, and how pages become one text.

The text has the form of every other (:mod:`sources.domain.extracted`): blocks parted by one blank line. It may be
wrong in any word, and says so wherever it is shown.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from sources.domain.extracted import BLOCK_GAP

PRODUCER = "tesseract"
RULES = "1"
"""The version of what this module does with the words that come; whoever changes the text changes it."""

MOST_PAGES = 200
MOST_LANGUAGES = 3
USABLE_REASON = "Its text was read by OCR from the picture and may be wrong"
"""How the reason of a judgement begins that stands on such a text; records keep it."""

_WORD = "5"
_COLUMNS = 12
_PARTED = re.compile(r"(?<=[^\W\d_])-$")
_NO_SPACE = re.compile("(?<=[\u3040-\u30ff\u3400-\u9fff]) (?=[\u3040-\u30ff\u3400-\u9fff])")
_CODE = re.compile(r"[A-Za-z][A-Za-z_]{1,15}(?:/[A-Za-z_]{1,15})?")
_UNREAD = {
    "too_slow": "took longer than is allowed",
    "too_large": "is larger than is allowed",
    "too_much": "gave more words than are taken",
    "unreadable": "could not be drawn or read",
    "crashed_reader": "brought its reader down, or took more memory than is allowed",
}


@dataclass(frozen=True)
class PageRead:
    """One page, from 0: its blocks, its words and their mean confidence in per cent; or why it was not read."""

    number: int
    blocks: tuple[str, ...] = ()
    words: int = 0
    confidence: float = 0.0
    code: str = ""

    @property
    def sentence(self) -> str:
        """Why it was not read; ``""`` for a page that was."""
        return f"Page {self.number + 1} {_UNREAD.get(self.code, _UNREAD['unreadable'])}." if self.code else ""


def page_from_tsv(number: int, tsv: str) -> PageRead:
    """A page of what ``tesseract … tsv`` prints: a row a word, with its block, paragraph, line and confidence.

    A paragraph is a block. A word parted at a line's end is joined by a soft hyphen; scripts without spaces get none.
    What is no row is passed over.
    """
    words = [row for row in (_word(line) for line in tsv.splitlines()) if row is not None]
    blocks = []
    for _, paragraph in groupby(words, key=lambda word: word.paragraph):
        lines = [" ".join(word.text for word in line) for _, line in groupby(paragraph, key=lambda word: word.line)]
        block = _joined(lines)
        if block:
            blocks.append(block)
    sure = sum(word.confidence for word in words) / len(words) if words else 0.0
    return PageRead(number, tuple(blocks), len(words), round(sure, 1))


@dataclass(frozen=True)
class _Word:
    paragraph: tuple[str, str]
    line: str
    text: str
    confidence: float


def _word(line: str) -> _Word | None:
    columns = line.split("\t", _COLUMNS - 1)
    if len(columns) != _COLUMNS or columns[0] != _WORD:
        return None
    text = " ".join(columns[11].split())
    try:
        confidence = float(columns[10])
    except ValueError:
        return None
    if not text or not 0.0 <= confidence <= 100.0:
        return None
    return _Word((columns[2], columns[3]), columns[4], text, confidence)


def _joined(lines: Sequence[str]) -> str:
    text = ""
    for line in lines:
        if _PARTED.search(text) and line[:1].islower():
            text = f"{text[:-1]}\u00ad{line}"
        else:
            text = f"{text} {line}" if text else line
    return _NO_SPACE.sub("", text)


def to_json(pages: Iterable[PageRead]) -> str:
    """Pages as they are kept between two turns of a worker."""
    return json.dumps([asdict(page) for page in pages], ensure_ascii=False)


def from_json(text: str) -> tuple[PageRead, ...]:
    """The reverse of :func:`to_json`; ``""`` is no page. Raises ValueError, TypeError or KeyError for the rest."""
    return tuple(page_of(values) for values in json.loads(text or "[]"))


def page_of(values: dict[str, Any]) -> PageRead:
    """One page of its JSON values. Raises KeyError, TypeError or ValueError."""
    return PageRead(
        number=int(values["number"]),
        blocks=tuple(str(block) for block in values["blocks"]),
        words=int(values["words"]),
        confidence=float(values["confidence"]),
        code=str(values["code"]),
    )


@dataclass(frozen=True)
class Whole:
    """All pages as one text. ``pages`` are the offsets at which each begins, in code points."""

    text: str
    pages: tuple[int, ...]
    unread: tuple[int, ...]
    """The numbers (from 1) of pages that were not read."""
    confidence: int
    """Of all words, the mean, in per cent."""
    words: int


def whole(pages: Sequence[PageRead]) -> Whole:
    """Put the pages of a document together, in their order."""
    blocks: list[str] = []
    starts: list[int] = []
    at = 0
    for page in pages:
        starts.append(at)
        blocks.extend(page.blocks)
        at += sum(len(block) + len(BLOCK_GAP) for block in page.blocks)
    text, words = BLOCK_GAP.join(blocks), sum(page.words for page in pages)
    sure = sum(page.confidence * page.words for page in pages) / words if words else 0.0
    unread = tuple(page.number + 1 for page in pages if page.code)
    return Whole(text, tuple(min(start, len(text)) for start in starts), unread, round(sure), words)


def version_of(engine: str, languages: Sequence[str]) -> str:
    """What keys a derivation beside the input: the engine's version, the languages in their order, and our rules."""
    return f"{engine} {'+'.join(languages)} {RULES}"[:60]


def parts_of(version: str) -> tuple[str, tuple[str, ...]]:
    """The engine's version and the languages' codes, of what :func:`version_of` made."""
    engine, _, rest = version.partition(" ")
    return engine, tuple(code for code in rest.partition(" ")[0].split("+") if code)


def is_language(code: str) -> bool:
    """Whether ``code`` has the shape of a language's name for the engine; no path and no option has it."""
    return _CODE.fullmatch(code) is not None
