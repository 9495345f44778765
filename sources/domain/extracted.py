"""What an extractor makes of a body: the text that passages are anchored in, and what the page claims of itself.

The text is made of *blocks* (paragraphs, headings, table rows, list items) separated by exactly one blank line;
within a block white space is collapsed to single spaces. All offsets count Unicode code points of that text.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

BLOCK_GAP = "\n\n"
_HEADING = 500


@dataclass(frozen=True)
class Extracted:
    """The outcome of one extraction; ``is_ok`` says whether there is a text, else ``code`` and ``sentence`` do.

    ``pages`` holds the offset at which each page of a paged document begins, ``headings`` pairs of offset and
    level (1 to 6). ``signals`` are facts of the page's markup for :mod:`sources.domain.usability`.
    """

    producer: str
    version: str
    is_ok: bool = True
    text: str = ""
    code: str = ""
    sentence: str = ""
    title: str = ""
    author: str = ""
    published: str = ""
    site_name: str = ""
    language: str = ""
    charset: str = ""
    pages: tuple[int, ...] = ()
    headings: tuple[tuple[int, int], ...] = ()
    signals: tuple[str, ...] = ()
    seconds: float = 0.0

    def claimed(self) -> dict[str, Any]:
        """Everything but text, outcome and timing, as JSON values: the derivation's metadata."""
        values = asdict(self)
        for name in ("producer", "version", "is_ok", "text", "code", "sentence", "seconds"):
            del values[name]
        return {name: value for name, value in values.items() if value not in ("", ())}

    def first_headings(self) -> tuple[str, ...]:
        """What the page is headed with: its first three headings of level 1, or else its first heading."""
        chosen = [offset for offset, level in self.headings if level == 1][:3]
        chosen = chosen or [offset for offset, _ in self.headings[:1]]
        return tuple(self.text[offset : offset + _HEADING].split(BLOCK_GAP, 1)[0] for offset in chosen)

    def to_json(self) -> bytes:
        """As one JSON object in UTF-8, for the pipe from the child process."""
        return json.dumps(asdict(self), ensure_ascii=False).encode("utf-8", "replace")


def from_json(raw: bytes) -> Extracted:
    """The reverse of :meth:`Extracted.to_json`. Raises ValueError or TypeError for anything else."""
    values = json.loads(raw)
    values["pages"] = tuple(int(offset) for offset in values["pages"])
    values["headings"] = tuple((int(offset), int(level)) for offset, level in values["headings"])
    values["signals"] = tuple(str(signal) for signal in values["signals"])
    return Extracted(**values)


def failed(
    producer: str, version: str, code: str, sentence: str, *, seconds: float = 0.0, charset: str = ""
) -> Extracted:
    """An extraction that gave no text, and why."""
    return Extracted(
        producer=producer,
        version=version,
        is_ok=False,
        code=code,
        sentence=sentence,
        seconds=seconds,
        charset=charset,
    )
