"""The ordered lists of extractors: the first one that takes a type is asked. A new one is a file and a line here."""

from sources.extractors.html import HtmlExtractor
from sources.extractors.pdf import PdfExtractor
from sources.extractors.plain import PlainExtractor
from sources.extractors.protocol import Extractor
from sources.extractors.reading import ReadingExtractor

EXTRACTORS: tuple[Extractor, ...] = (PdfExtractor(), HtmlExtractor(), PlainExtractor())
READERS: tuple[Extractor, ...] = (ReadingExtractor(),)


def extractor_for(media_type: str, *, is_reading: bool = False) -> Extractor | None:
    """The extractor of a sniffed media type, or None where there is no text to be had (a picture, say).

    It makes the text for anchoring, or the reading view if ``is_reading``.
    """
    listed = READERS if is_reading else EXTRACTORS
    return next((extractor for extractor in listed if extractor.takes(media_type)), None)
