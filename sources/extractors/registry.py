"""The ordered list of extractors: the first one that takes a type is asked. A new one is a file and a line here."""

from sources.extractors.html import HtmlExtractor
from sources.extractors.pdf import PdfExtractor
from sources.extractors.plain import PlainExtractor
from sources.extractors.protocol import Extractor

EXTRACTORS: tuple[Extractor, ...] = (PdfExtractor(), HtmlExtractor(), PlainExtractor())


def extractor_for(media_type: str) -> Extractor | None:
    """The extractor of a sniffed media type, or None where there is no text to be had (a picture, say)."""
    return next((extractor for extractor in EXTRACTORS if extractor.takes(media_type)), None)
