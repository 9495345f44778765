"""Documents made on the spot: small PDFs, and the hostile ones."""

import zlib

HOSTILE = {
    "300,000 attributes": b"<p " + b" ".join(b"a%d=1" % number for number in range(300_000)) + b">x</p>",
    "50,000 nested div": b"<div>" * 50_000 + b"deep",
    "100,000 unclosed a": b"<a href=x>y" * 100_000,
    "50,000 unclosed b": b"<b>" * 50_000 + b"deep",
    "200,000 list items": b"<ul>" + b"<li>x" * 200_000,
    "a table of tables": b"<table><tr><td>" * 3_000 + b"x",
    "a long line": b"<p>" + b"word " * 60_000,
    "a million entities": b"<p>" + b"&amp;" * 1_000_000,
    "controls and broken UTF-8": bytes(range(256)) * 200,
}


def pdf(pages: list[list[str]], *, title: str = "") -> bytes:
    """A PDF of one text line after the other, 14 points apart; an empty line is a gap."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for lines in pages:
        shown = b"".join(b"(%s) Tj 0 -14 Td " % line.encode("latin-1") for line in lines)
        stream = b"BT /F1 11 Tf 72 720 Td " + shown + b"ET"
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % len(objects)
        )
    refs = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (refs, len(kids))
    objects.append(b"<</Title(%s)/CreationDate(D:20180503120000Z)>>" % title.encode("latin-1"))
    return assemble(objects, info=len(objects))


def assemble(objects: list[bytes], *, info: int = 0) -> bytes:
    """A PDF file of numbered objects; the first is its catalogue."""
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    about = b"/Info %d 0 R" % info if info else b""
    trailer = b"trailer <</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, about, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


def pdf_bomb() -> bytes:
    """A page whose content, half a gigabyte, comes out of half a megabyte."""
    packer = zlib.compressobj(6)
    piece = b"0 0 m " * 100_000
    stream = b"".join(packer.compress(piece) for _ in range(800)) + packer.flush()
    return assemble(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
            b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream),
        ]
    )


def pdf_loop() -> bytes:
    """A page tree whose branch is its own parent."""
    return assemble([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 100000>>"])
