"""The child process in which pictures of pages are drawn and read: ``python -m sources.extractors.ocr_child``.

Started by exec for one turn: a line of JSON on standard input says what to do, the document follows. It answers one
line of JSON for each page as it is read. It leaves the network before it reads anything, and so does the engine that
it starts; both may write no file. A PDF's page is drawn here, one at a time, in grey and in so many points at most; a
picture goes to the engine as it came, if its header says that it is not too large.
"""

import json
import math
import resource
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pypdfium2

from sources.domain.ocr import PageRead, page_from_tsv
from sources.domain.picture_sizes import size_of
from sources.extractors.charset import clean
from sources.extractors.network import cut_network
from sources.extractors.tesseract import Limits, Unread, read_picture

PDF = "application/pdf"
DPI = 300
MOST_POINTS = 18_000_000
"""Of a page that is drawn: an A4 page at 300 points an inch has 8.7 million."""

MOST_PICTURE_POINTS = 50_000_000


def main() -> None:
    """Read one document's pages from standard input, from ``first`` on, until ``seconds`` are over."""
    came = sys.stdin.buffer
    answers, sys.stdout = sys.stdout, sys.stderr
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(limit, (0, 0))

    def answer(**values: object) -> None:
        answers.write(json.dumps(values, ensure_ascii=False) + "\n")
        answers.flush()

    answer(network=cut_network())
    task = json.loads(came.readline())
    body = came.read(int(task["length"]))
    if len(body) != int(task["length"]):
        return
    _limit_memory(Limits(**task["limits"]).draw_memory_bytes)
    until = time.monotonic() + float(task["seconds"])
    try:
        total = 1 if task["media_type"] != PDF else _count(body)
    except pypdfium2.PdfiumError:
        answer(code="damaged")
        return
    answer(pages=total)
    for page in _pages(body, task, total):
        answer(page=asdict(page))
        if time.monotonic() > until:
            return


def _count(body: bytes) -> int:
    document = pypdfium2.PdfDocument(body)
    try:
        return len(document)
    finally:
        document.close()


def _pages(body: bytes, task: dict[str, Any], total: int) -> Iterator[PageRead]:
    if task["media_type"] != PDF:
        yield _read(0, task, lambda: _checked(body, task["media_type"]), dpi=0)
        return
    document = pypdfium2.PdfDocument(body)
    for number in range(int(task["first"]), min(total, int(task["most_pages"]))):
        yield _read(number, task, lambda number=number: _drawn(document, number), dpi=DPI)


def _read(number: int, task: dict[str, Any], picture: Any, *, dpi: int) -> PageRead:
    """One page; each has its own time, in whatever code it is spent."""
    limits = Limits(**task["limits"])
    signal.setitimer(signal.ITIMER_PROF, limits.draw_seconds)
    signal.setitimer(signal.ITIMER_REAL, limits.page_seconds + 10)
    try:
        tsv = read_picture(
            task["program"],
            picture(),
            languages=task["languages"],
            can_turn=task["can_turn"],
            limits=limits,
            dpi=dpi,
        )
    except Unread as unread:
        return PageRead(number, code=str(unread))
    except MemoryError:
        return PageRead(number, code="crashed_reader")
    except (pypdfium2.PdfiumError, OSError, ValueError):
        return PageRead(number, code="unreadable")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    return page_from_tsv(number, clean(tsv))


def _checked(body: bytes, media_type: str) -> bytes:
    size = size_of(body, media_type)
    if size is None or 0 in size:
        raise Unread("unreadable")
    if size[0] * size[1] > MOST_PICTURE_POINTS:
        raise Unread("too_large")
    return body


def _drawn(document: pypdfium2.PdfDocument, number: int) -> bytes:
    """A page in grey, as a PGM file."""
    page = document[number]
    try:
        width, height = page.get_size()
        if not (0 < width < math.inf and 0 < height < math.inf):
            raise Unread("unreadable")
        scale = min(DPI / 72, math.sqrt(MOST_POINTS / (width * height)))
        if max(width, height) * scale > 32_000:
            raise Unread("too_large")
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
        try:
            return _pgm(bitmap)
        finally:
            bitmap.close()
    finally:
        page.close()


def _pgm(bitmap: pypdfium2.PdfBitmap) -> bytes:
    """Rows without what the bitmap pads them with (Netpbm, format P5)."""
    rows = memoryview(bitmap.buffer).cast("B")
    parts = [b"P5 %d %d 255\n" % (bitmap.width, bitmap.height)]
    parts += [bytes(rows[at : at + bitmap.width]) for at in range(0, bitmap.stride * bitmap.height, bitmap.stride)]
    return b"".join(parts)


def _limit_memory(most: int) -> None:
    """The address space may grow by so much from here; the engine has a limit of its own."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + most, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
