"""PDFs that mean harm, or that came broken, made on the spot."""

import io
import zlib

import pypdf

from tests.sources.extractors.samples import assemble, pdf

_CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
_TREE = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
_FONT = b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
_FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
REPORT = pdf([[f"Line {line} of page {page}." for line in range(30)] for page in range(20)])


def _stream(data: bytes, keys: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), keys, data)


def _page(content: bytes, resources: bytes = b"", *more: bytes) -> bytes:
    head = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<%s>>>>"
    return assemble([_CATALOGUE, _TREE, head % resources, content, *more])


def packed_four_times() -> bytes:
    """Two hundred million bytes of content under four Flate filters, in under a kilobyte."""
    packed = b"0" * (200 << 20)
    for level in (1, 6, 6, 6):
        packed = zlib.compress(packed, level)
    return _page(_stream(packed, b"/Filter[/FlateDecode/FlateDecode/FlateDecode/FlateDecode]"))


def endless_words() -> bytes:
    """Three million words on one page, in some fifty kilobytes."""
    content = zlib.compress(b"BT /F1 9 Tf " + b"(lol) Tj " * 3_000_000 + b"ET", 6)
    return _page(_stream(content, b"/Filter/FlateDecode"), _FONT)


def form_in_itself() -> bytes:
    return _page(_stream(b"/X Do"), b"/XObject<</X 5 0 R>>", _stream(b"/X Do", _FORM % 5))


def forms_that_multiply() -> bytes:
    """Twenty forms, each of which draws the next one ten times."""
    forms = [_stream(b"/X Do " * 10, _FORM % number) for number in range(6, 25)]
    return _page(_stream(b"/X Do"), b"/XObject<</X 5 0 R>>", *forms, _stream(b"0 0 m"))


def length_of_itself() -> bytes:
    return _page(b"<</Length 4 0 R>>stream\nBT ET\nendstream")


def table_before_itself() -> bytes:
    """A table of objects that names itself as the earlier one."""
    whole = pdf([["Words."]])
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % whole.index(b"xref\n"))


def nested_arrays() -> bytes:
    return _page(_stream(b"[" * 500_000))


def huge_picture() -> bytes:
    """A picture of 30,000 by 30,000 points, which nobody may unpack to find the text."""
    points = zlib.compress(bytes(30_000 * 30_000 // 8), 6)
    keys = b"/Type/XObject/Subtype/Image/Width 30000/Height 30000/BitsPerComponent 1/ColorSpace/DeviceGray"
    return _page(
        _stream(b"q 600 0 0 800 0 0 cm /I Do Q"),
        b"/XObject<</I 5 0 R>>",
        _stream(points, keys + b"/Filter/FlateDecode"),
    )


def two_thousand_million_pages() -> bytes:
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>"
    return assemble([_CATALOGUE, tree, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]>>"])


def locked() -> bytes:
    return _encrypted("open", None)


def locked_against_change() -> bytes:
    """Anybody may read it: only the owner's password is set."""
    return _encrypted("", "owner")


def _encrypted(password: str, owner: str | None) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(REPORT))
    writer.encrypt(password, owner_password=owner, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def five_thousand_pages() -> bytes:
    return pdf([[f"Page {page} of the report."] for page in range(1, 5_001)])
