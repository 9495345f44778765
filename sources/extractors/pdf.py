"""The text of a PDF, page by page, in reading blocks.

pypdfium2 reads it; pypdf is asked where that fails. Lines are joined into blocks by their place on the page: a
larger gap, a larger letter or an indent after a full stop begins a new one. A word parted at a line's end is
joined by a soft hyphen, so that nothing is lost and a quotation still matches.
"""

import ctypes
import io
import re
from collections.abc import Iterator
from itertools import pairwise
from statistics import median_low

import pypdf
import pypdfium2
import pypdfium2.raw as pdfium

from sources.domain import sayings
from sources.domain.extracted import BLOCK_GAP, Extracted, failed
from sources.extractors.charset import clean
from sources.extractors.protocol import Hints

_PARTED = re.compile("[\x02\ufffe](?:\r\n)?")
_DATE = re.compile(r"^D:(\d{4})(\d{2})?(\d{2})?")
_STOP = re.compile('[.!?:;”"’)\\]]\\s*$')
_NEW_GAP = 1.45
_MOST_PAGES = 20_000


class PdfExtractor:
    """Producer ``pdf-blocks``."""

    producer = "pdf-blocks"
    version = "1"

    def takes(self, media_type: str) -> bool:
        return media_type == "application/pdf"

    def extract(self, body: bytes, hints: Hints) -> Extracted:
        try:
            document = pypdfium2.PdfDocument(body, password=hints.password or None)
        except pypdfium2.PdfiumError as error:
            if _is_locked(error):
                return self._failed("needs_password", "The PDF needs a password.")
            return self._fallback(body, hints)
        try:
            pages = list(_pages(document))
            about = {key.lower(): value for key, value in document.get_metadata_dict(skip_empty=True).items()}
        except pypdfium2.PdfiumError:
            return self._fallback(body, hints)
        finally:
            document.close()
        return self._joined(pages, about)

    def _fallback(self, body: bytes, hints: Hints) -> Extracted:
        try:
            reader = pypdf.PdfReader(io.BytesIO(body), strict=False)
            if reader.is_encrypted and not reader.decrypt(hints.password):
                return self._failed("needs_password", "The PDF needs a password.")
            pages = [_blocks_of_text(page.extract_text() or "") for page in reader.pages[:_MOST_PAGES]]
            about = {str(key).lstrip("/").lower(): str(value) for key, value in (reader.metadata or {}).items()}
        except MemoryError:
            raise
        except Exception:  # pypdf raises whatever a broken file makes it raise
            return self._failed("damaged_pdf", "The PDF is damaged and cannot be read.")
        return self._joined(pages, about)

    def _joined(self, pages: list[list[str]], about: dict[str, str]) -> Extracted:
        if not any(pages):
            count = len(pages)
            one = "The PDF has no text layer: its page is pictures only."
            return self._failed("no_text_layer", one if count == 1 else sayings.PICTURES_ONLY.format(count=count))
        blocks: list[str] = []
        starts: list[int] = []
        at = 0
        for page in pages:
            starts.append(at)
            blocks.extend(page)
            at += sum(len(block) + len(BLOCK_GAP) for block in page)
        text = BLOCK_GAP.join(blocks)
        return Extracted(
            producer=self.producer,
            version=self.version,
            text=text,
            pages=tuple(min(start, len(text)) for start in starts),
            title=_tidy(about.get("title")),
            author=_tidy(about.get("author")),
            published=_date(about.get("creationdate")),
        )

    def _failed(self, code: str, sentence: str) -> Extracted:
        return failed(self.producer, self.version, code, sentence)


def _is_locked(error: pypdfium2.PdfiumError) -> bool:
    return getattr(error, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)


def _pages(document: pypdfium2.PdfDocument) -> Iterator[list[str]]:
    for index in range(min(len(document), _MOST_PAGES)):
        page = document[index]
        try:
            text_page = page.get_textpage()
            try:
                yield _blocks_of_page(text_page)
            finally:
                text_page.close()
        finally:
            page.close()


def _blocks_of_page(text_page: pypdfium2.PdfTextPage) -> list[str]:
    text = text_page.get_text_range(errors="replace")
    lines: list[tuple[str, float, float, float]] = []
    at = 0
    for line in text.split("\r\n"):
        bare = line.strip()
        if bare:
            lead = len(line) - len(line.lstrip())
            lines.append((line, *_box(text_page, at + _units(line[:lead]))))
        at += _units(line) + 2
    return _joined_lines(lines)


def _units(text: str) -> int:
    """Length in UTF-16 code units, as pdfium counts."""
    return len(text) + sum(char > "\uffff" for char in text)


def _box(text_page: pypdfium2.PdfTextPage, at: int) -> tuple[float, float, float]:
    """Left edge, base line and font size of the character at text index ``at`` (points; zeros if unknown)."""
    index = pdfium.FPDFText_GetCharIndexFromTextIndex(text_page.raw, at)
    if index < 0:
        return 0.0, 0.0, 0.0
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text_page.raw, index, x, y)
    return x.value, y.value, float(pdfium.FPDFText_GetFontSize(text_page.raw, index))


def _joined_lines(lines: list[tuple[str, float, float, float]]) -> list[str]:
    """Blocks of a page's lines, each ``(text, left, base line, font size)``."""
    gaps = [above[2] - below[2] for above, below in pairwise(lines)]
    usual = median_low([gap for gap in gaps if gap > 1] or [0.0])
    blocks: list[list[str]] = []
    for index, (text, left, _, size) in enumerate(lines):
        if index and not _begins_block(lines[index - 1], left, size, gaps[index - 1], usual):
            blocks[-1].append(text)
        else:
            blocks.append([text])
    return [block for block in (_tidy("\r\n".join(block)) for block in blocks) if block]


def _begins_block(
    previous: tuple[str, float, float, float], left: float, size: float, gap: float, usual: float
) -> bool:
    text, previous_left, _, previous_size = previous
    if text.rstrip()[-1:] in ("\x02", "\ufffe"):
        return False
    if usual and (gap > usual * _NEW_GAP or gap < -usual * _NEW_GAP):
        return True
    if size and previous_size and abs(size - previous_size) > 0.15 * max(size, previous_size):
        return True
    return bool(_STOP.search(text)) and left > previous_left + 5


def _blocks_of_text(text: str) -> list[str]:
    return [block for block in (_tidy(part) for part in re.split(r"\n\s*\n", text)) if block]


def _tidy(text: str | None) -> str:
    return " ".join(clean(_PARTED.sub("\u00ad", text or "")).split())


def _date(value: str | None) -> str:
    match = _DATE.match(value or "")
    return "-".join(part for part in match.groups() if part) if match else ""
