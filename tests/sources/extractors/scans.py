"""Scans made on the spot: pages of text drawn as pictures, with no text left in them; and pictures that mean harm."""

import struct
import zlib
from collections.abc import Sequence

import pypdfium2

from tests.sources.extractors.samples import assemble, pdf

LINES = (
    "The office counted fifteen ships in spring and no fewer",
    "than forty in the summer of the same year. Its head,",
    "Inspector Vale, did not comment on the missing ledger.",
)
SECOND = ("A second count is planned for the autumn, when the new", "quay will have been open for some three months.")


def scan(pages: Sequence[Sequence[str]] = (LINES,), *, dpi: int = 150) -> bytes:
    """A PDF whose pages are grey pictures of those lines."""
    objects: list[bytes] = []
    kids = " ".join(f"{3 + 3 * number} 0 R" for number in range(len(pages)))
    for number, lines in enumerate(pages):
        width, height, rows = drawn(lines, dpi)
        packed = zlib.compress(rows, 6)
        content = b"q 595 0 0 842 0 0 cm /I Do Q"
        at = 3 + 3 * number
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</XObject<</I %d 0 R>>>>>>"
            % (at + 1, at + 2),
            b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
            b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
            b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (width, height, len(packed), packed),
        ]
    tree = f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode()
    return assemble([b"<</Type/Catalog/Pages 2 0 R>>", tree, *objects])


def picture(lines: Sequence[str] = LINES, *, dpi: int = 150) -> bytes:
    """A PNG of those lines."""
    width, height, rows = drawn(lines, dpi)
    return png(width, height, b"".join(b"\x00" + rows[at : at + width] for at in range(0, len(rows), width)))


def png(width: int, height: int, raw: bytes) -> bytes:
    """A grey PNG of ``raw``: rows, each after its filter's byte."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def bomb() -> bytes:
    """A PNG of four thousand million points, in some kilobytes."""
    return png(65_000, 65_000, b"\x00" * 1_000_000)


def lying_bomb() -> bytes:
    """A JPEG that says that it is small, then that it is not: 4,000 million points."""
    small = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 8, 8) + b"\x01\x01\x11\x00"
    large = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 65_000, 65_000) + b"\x01\x01\x11\x00"
    return b"\xff\xd8" + small + large + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x00" * 64 + b"\xff\xd9"


def drawn(lines: Sequence[str], dpi: int) -> tuple[int, int, bytes]:
    """Width, height and rows of grey points of one page."""
    document = pypdfium2.PdfDocument(pdf([list(lines)]))
    try:
        bitmap = document[0].render(scale=dpi / 72, grayscale=True)
        buffer = memoryview(bitmap.buffer).cast("B")
        stride = bitmap.stride
        rows = b"".join(buffer[at : at + bitmap.width] for at in range(0, stride * bitmap.height, stride))
        return bitmap.width, bitmap.height, rows
    finally:
        document.close()
