"""The article of a page without what stands around it, and what the page claims of itself: for reading, never for
anchoring, since a reader's extraction leaves words out. trafilatura does it, with htmldate for the date.
"""

import importlib
from importlib.metadata import version

from sources.domain.extracted import BLOCK_GAP, Extracted, failed
from sources.domain.media_types import is_html
from sources.extractors.charset import clean, decode_html
from sources.extractors.protocol import Hints

LIBRARY = "trafilatura"
_LONGEST_CLAIM = 500
_NO_ARTICLE = "No article was found on the page."


class ReadingExtractor:
    """Producer ``trafilatura``; the version names the library's own and htmldate's."""

    producer = LIBRARY
    version = f"1 {version(LIBRARY)} {version('htmldate')}"

    def takes(self, media_type: str) -> bool:
        return is_html(media_type)

    def extract(self, body: bytes, hints: Hints) -> Extracted:
        from trafilatura import bare_extraction  # noqa: PLC0415  (a large library, loaded where it is used)

        markup, charset = decode_html(body, hints.declared)
        document = bare_extraction(markup, with_metadata=True, include_comments=False)
        if document is None or isinstance(document, dict) or not document.raw_text:
            return failed(self.producer, self.version, "no_article", _NO_ARTICLE, charset=charset)
        blocks = [_tidy(line) for line in document.raw_text.splitlines()]
        return Extracted(
            producer=self.producer,
            version=self.version,
            text=BLOCK_GAP.join(block for block in blocks if block),
            charset=charset,
            title=_claim(document.title),
            author=_claim(document.author),
            published=_claim(document.date),
            site_name=_claim(document.sitename),
        )


def load() -> None:
    """Load the library before a document's limits begin: its own start is not the document's to pay."""
    importlib.import_module(LIBRARY)


def _claim(value: str | None) -> str:
    return _tidy(value or "")[:_LONGEST_CLAIM].strip()


def _tidy(text: str) -> str:
    return " ".join(clean(text).split())
