import io

import pypdf

from sources.extractors.pdf import PdfExtractor
from sources.extractors.protocol import Hints
from tests.sources.extractors.samples import assemble, pdf, pdf_loop

HINTS = Hints("application/pdf")
PAPER = pdf([["The first paragraph goes", "on here.", "", "The second one."], ["Page two."]], title="A paper")


def locked() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(PAPER))
    writer.encrypt("open", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_lines_are_joined_into_blocks_and_pages_kept() -> None:
    extracted = PdfExtractor().extract(PAPER, HINTS)
    assert extracted.text == "The first paragraph goes on here.\n\nThe second one.\n\nPage two."
    assert extracted.pages == (0, extracted.text.index("Page two."))
    assert (extracted.title, extracted.published) == ("A paper", "2018-05-03")


def test_a_pdf_without_text_says_so() -> None:
    extracted = PdfExtractor().extract(pdf([[], []]), HINTS)
    assert (extracted.code, extracted.text) == ("no_text_layer", "")
    assert "2 pages" in extracted.sentence


def test_a_locked_pdf_asks_for_its_password_and_takes_it() -> None:
    body = locked()
    assert PdfExtractor().extract(body, HINTS).code == "needs_password"
    assert PdfExtractor().extract(body, Hints("application/pdf", password="wrong")).code == "needs_password"
    assert "Page two." in PdfExtractor().extract(body, Hints("application/pdf", password="open")).text


def test_damaged_pdfs_end_with_a_code() -> None:
    for body in (b"%PDF-1.4 junk", PAPER[: len(PAPER) // 3], b"%PDF-1.7\n" + b"\x00" * 500):
        extracted = PdfExtractor().extract(body, HINTS)
        assert extracted.is_ok or extracted.code in ("damaged_pdf", "no_text_layer"), extracted


def test_a_page_tree_that_bites_its_tail_ends() -> None:
    assert PdfExtractor().extract(pdf_loop(), HINTS).code in ("damaged_pdf", "no_text_layer")


def test_a_page_that_is_missing_leaves_no_exception() -> None:
    body = assemble([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[9 0 R]/Count 1>>"])
    assert not PdfExtractor().extract(body, HINTS).is_ok
