"""Plain text, and what is read as it stands (CSV, JSON, Markdown): blank lines part the blocks."""

import re

from sources.domain.extracted import BLOCK_GAP, Extracted
from sources.domain.media_types import is_plain
from sources.extractors.charset import decode_plain
from sources.extractors.protocol import Hints

_BLANK = re.compile(r"\n[^\S\n]*\n\s*|\f")


class PlainExtractor:
    """Producer ``plain``."""

    producer = "plain"
    version = "2"

    def takes(self, media_type: str) -> bool:
        return is_plain(media_type)

    def extract(self, body: bytes, hints: Hints) -> Extracted:
        text, charset = decode_plain(body, hints.declared)
        unified = text.replace("\r\n", "\n").replace("\r", "\n")
        blocks = (" ".join(block.split()) for block in _BLANK.split(unified))
        return Extracted(
            producer=self.producer, version=self.version, charset=charset, text=BLOCK_GAP.join(filter(None, blocks))
        )
