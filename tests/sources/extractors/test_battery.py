"""What servers send, told by its bytes and read by real children: each document ends in the state that is named here.

For every one: at most two seconds of CPU time and 256 MB in the child, and the pool reads the next document.
"""

import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sources.domain.extracted import Extracted
from sources.domain.media_types import sniff
from sources.extractors.pool import MEMORY_BYTES, Pool
from tests.sources.extractors import hostile_pdfs as pdfs
from tests.sources.extractors.samples import HOSTILE, pdf, pdf_bomb, pdf_loop

CPU_SECONDS = 2.0
ENGLISH = "The harbour office counted the ships that came in spring. "
RUSSIAN = "Портовая служба посчитала корабли, которые пришли весной. "
JAPANESE = "港の事務所は春に入港した船の数を数えました。"
CHINESE = "港务办公室统计了春季抵达的船只数量。"


def page(words: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}<title>Ships</title></head><body><p>{words * 3}</p></body></html>"


MARKUP = page(ENGLISH).encode()
PAPER = pdf([["Page one of the paper."]])
META = '<meta charset="{}">'.format


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    made = Pool(size=1)
    yield made
    made.close()


def read(pool: Pool, declared: str, body: bytes) -> tuple[str, Extracted]:
    """The sniffed type and what was made of it, within the limits, the pool alive afterwards."""
    media_type = sniff(declared, body)
    before = {child.pid: _cpu_seconds(child.pid) for child in pool._idle}
    extracted = pool.extract(
        body,
        media_type=media_type,
        declared=declared,
        password="",
        cpu_seconds=CPU_SECONDS,
        memory_bytes=MEMORY_BYTES,
    )
    for child in pool._idle:
        assert _cpu_seconds(child.pid) - before.get(child.pid, 0.0) < CPU_SECONDS + 0.5
        assert _peak_memory(child.pid) <= MEMORY_BYTES
    assert extracted.is_ok or (extracted.code and extracted.sentence.endswith("."))
    alive = pool.extract(
        b"<p>still here",
        media_type="text/html",
        declared="",
        password="",
        cpu_seconds=CPU_SECONDS,
        memory_bytes=MEMORY_BYTES,
    )
    assert alive.text == "still here"
    return media_type, extracted


CHARSETS = {
    "UTF-16 LE without its mark": ("text/html", page(ENGLISH).encode("utf-16-le"), "utf-16-le", ENGLISH),
    "UTF-16 BE without its mark": ("text/html", page(ENGLISH).encode("utf-16-be"), "utf-16-be", ENGLISH),
    "UTF-16 that is not Latin": ("text/html", page(RUSSIAN).encode("utf-16-le"), "utf-16-le", RUSSIAN),
    "UTF-16 words alone": ("text/plain", (RUSSIAN * 3).encode("utf-16-le"), "utf-16-le", RUSSIAN),
    "UTF-16 against the header": (
        "text/html; charset=utf-8",
        page(ENGLISH).encode("utf-16-le"),
        "utf-16-le",
        ENGLISH,
    ),
    "UTF-16 LE by a header without the order": (
        "text/html; charset=utf-16",
        page(JAPANESE).encode("utf-16-le"),
        "utf-16-le",
        JAPANESE,
    ),
    "UTF-8 that the header calls UTF-16": (
        "text/html; charset=utf-16",
        page(RUSSIAN).encode(),
        "utf-8",
        RUSSIAN,
    ),
    "UTF-8 that the page calls UTF-16": ("text/html", page(RUSSIAN, META("utf-16")).encode(), "utf-8", RUSSIAN),
    "UTF-8 words called UTF-16": ("text/plain; charset=utf-16", (RUSSIAN * 3).encode(), "utf-8", RUSSIAN),
    "Shift_JIS, undeclared": ("text/html", page(JAPANESE).encode("shift_jis"), "shift_jis", JAPANESE),
    "Shift_JIS with Windows signs": (
        "text/html; charset=shift_jis",
        page("①" + JAPANESE).encode("cp932"),
        "cp932",
        "①" + JAPANESE,
    ),
    "EUC-JP, undeclared": ("text/html", page(JAPANESE).encode("euc_jp"), "euc_jp", JAPANESE),
    "ISO-2022-JP": (
        "text/html; charset=iso-2022-jp",
        page(JAPANESE).encode("iso2022_jp"),
        "iso2022_jp",
        JAPANESE,
    ),
    "windows-1251, undeclared": ("text/html", page(RUSSIAN).encode("cp1251"), "cp1251", RUSSIAN),
    "windows-1251, words alone": ("text/plain", (RUSSIAN * 3).encode("cp1251"), "cp1251", RUSSIAN),
    "KOI8-R, undeclared": ("text/html", page(RUSSIAN).encode("koi8-r"), "koi8-r", RUSSIAN),
    "GB18030, undeclared": ("text/html", page(CHINESE).encode("gb18030"), "gb18030", CHINESE),
    "GB18030 under an older name": (
        "text/html; charset=gb2312",
        page("㐂" + CHINESE).encode("gb18030"),
        "gb18030",
        "㐂" + CHINESE,
    ),
    "the header against the page": (
        "text/html; charset=windows-1251",
        page(RUSSIAN, META("utf-8")).encode("cp1251"),
        "cp1251",
        RUSSIAN,
    ),
    "a mark against both": (
        "text/html; charset=koi8-r",
        b"\xef\xbb\xbf" + page(RUSSIAN, META("windows-1251")).encode(),
        "utf-8",
        RUSSIAN,
    ),
}


@pytest.mark.parametrize(("declared", "body", "charset", "words"), CHARSETS.values(), ids=CHARSETS.keys())
def test_words_come_out_whatever_the_charset(
    pool: Pool, declared: str, body: bytes, charset: str, words: str
) -> None:
    _, extracted = read(pool, declared, body)
    assert extracted.charset == charset
    assert words.strip() in extracted.text
    assert "\ufffd" not in extracted.text


TYPES = {
    "HTML as a picture": ("image/png", MARKUP, "text/html", "", "harbour office"),
    "HTML in UTF-16 as a picture": ("image/png", page(ENGLISH).encode("utf-16"), "text/html", "", "harbour office"),
    "HTML in UTF-16, nothing declared": (
        "",
        page(ENGLISH).encode("utf-16-be"),
        "text/html",
        "",
        "harbour office",
    ),
    "PDF as octets": ("application/octet-stream", PAPER, "application/pdf", "", "Page one"),
    "PDF as a page": ("text/html", PAPER, "application/pdf", "", "Page one"),
    "PDF after a line of junk": ("application/pdf", b"junk\n" + PAPER, "application/pdf", "", "Page one"),
    "PDF, then HTML": ("text/html", PAPER + MARKUP, "application/pdf", "", "Page one"),
    "HTML, then PDF": ("text/html", MARKUP + PAPER, "text/html", "", "harbour office"),
    "HTML around a PDF": ("application/pdf", b"<!--" + PAPER + b"-->" + MARKUP, "text/html", "", "harbour office"),
    "GIF, then HTML": ("text/html", b"GIF89a/*" + MARKUP, "image/gif", "no_extractor", ""),
    "ZIP, then PDF": ("application/pdf", b"PK\x03\x04" + bytes(26) + PAPER, "application/zip", "no_extractor", ""),
    "PDF, then ZIP": ("application/zip", PAPER + b"PK\x05\x06" + bytes(18), "application/pdf", "", "Page one"),
    "a picture as a page": ("text/html", b"\x89PNG\r\n\x1a\n" + bytes(99), "image/png", "no_extractor", ""),
    "NULs in a page": ("text/html", b"<p>words\0words" + bytes(100_000), "text/html", "", "words\ufffdwords"),
    "NULs in words": ("text/plain", b"words\0words", "application/octet-stream", "no_extractor", ""),
    "a line of 300 kB": ("text/plain", b"word " * 60_000, "text/plain", "", "word word"),
    "a word of 300 kB": ("text/html", b"<p>" + b"w" * 300_000, "text/html", "", "w" * 300_000),
}


@pytest.mark.parametrize(("declared", "body", "media_type", "code", "words"), TYPES.values(), ids=TYPES.keys())
def test_bytes_decide_how_a_body_is_read(
    pool: Pool, declared: str, body: bytes, media_type: str, code: str, words: str
) -> None:
    found, extracted = read(pool, declared, body)
    assert (found, extracted.code) == (media_type, code)
    assert words in extracted.text


def _entities(shown: bytes) -> bytes:
    """A thousand million words, if anybody unfolds them."""
    rows = [b'<!ENTITY e0 "lol">']
    rows += [b'<!ENTITY e%d "%s">' % (level, b"&e%d;" % (level - 1) * 10) for level in range(1, 10)]
    return b'<?xml version="1.0"?><!DOCTYPE a [' + b"".join(rows) + b"]>" + shown


PICTURES = {
    "a PNG of 60,000 by 60,000": (
        "image/png",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\0\0\0\0" + zlib.compress(bytes(1 << 20)),
    ),
    "the same as a page": ("text/html", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\0\0\0\0"),
    "a GIF of 65,535 by 65,535": ("image/gif", b"GIF89a\xff\xff\xff\xff\xf7\0\0" + bytes(999)),
    "an SVG of unfolding entities": ("image/svg+xml", _entities(b"<svg><text>&e9;</text></svg>")),
    "an SVG that uses itself": ("image/svg+xml", b'<svg><g id="a"><use href="#a"/><use href="#a"/></g></svg>'),
}


@pytest.mark.parametrize(("declared", "body"), PICTURES.values(), ids=PICTURES.keys())
def test_no_picture_is_ever_decoded(declared: str, body: bytes) -> None:
    made = Pool(size=1)
    media_type = sniff(declared, body)
    extracted = made.extract(
        body, media_type=media_type, declared=declared, password="", cpu_seconds=2, memory_bytes=MEMORY_BYTES
    )
    assert media_type.startswith("image/")
    assert extracted.code == "no_extractor"
    assert made._idle == [], "not even a child was asked"


MARKUPS = {
    "300,000 attributes": (HOSTILE["300,000 attributes"], "too_slow"),
    "50,000 nested div": (HOSTILE["50,000 nested div"], "too_deep"),
    "100,000 unclosed a": (HOSTILE["100,000 unclosed a"], ""),
    "entities that unfold": (_entities(b"<rss><item>&e9; one</item></rss>"), ""),
    "an entity that is a file": (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item>&x; one',
        "",
    ),
}


@pytest.mark.parametrize(("body", "code"), MARKUPS.values(), ids=MARKUPS.keys())
def test_hostile_markup_ends_in_its_state(pool: Pool, body: bytes, code: str) -> None:
    _, extracted = read(pool, "", body)
    assert extracted.code == code
    assert len(extracted.text) <= len(body)
    assert "root:" not in extracted.text


GIVEN_UP = "crashed_reader or too_slow"
"""Which of its limits ends a bomb depends on the machine."""

PDFS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a Flate bomb": (pdf_bomb, GIVEN_UP),
    "a bomb packed four times": (pdfs.packed_four_times, GIVEN_UP),
    "endless words": (pdfs.endless_words, GIVEN_UP),
    "forms that multiply": (pdfs.forms_that_multiply, GIVEN_UP),
    "a page tree in itself": (pdf_loop, "damaged_pdf"),
    "a form in itself": (pdfs.form_in_itself, "no_text_layer"),
    "a length that is its stream": (pdfs.length_of_itself, "no_text_layer"),
    "a table before itself": (pdfs.table_before_itself, ""),
    "half a million nested arrays": (pdfs.nested_arrays, "no_text_layer"),
    "a huge picture": (pdfs.huge_picture, "no_text_layer"),
    "a count of pages that lies": (pdfs.two_thousand_million_pages, "no_text_layer"),
    "locked": (pdfs.locked, "needs_password"),
    "locked against change only": (pdfs.locked_against_change, ""),
    "half of it": (lambda: pdfs.REPORT[: len(pdfs.REPORT) // 2], "damaged_pdf"),
    "all but its end": (lambda: pdfs.REPORT[:-400], "damaged_pdf"),
}


@pytest.mark.parametrize(("make", "code"), PDFS.values(), ids=PDFS.keys())
def test_hostile_pdfs_end_in_their_state(pool: Pool, make: Callable[[], bytes], code: str) -> None:
    media_type, extracted = read(pool, "application/octet-stream", make())
    assert media_type == "application/pdf"
    assert extracted.code in code.split(" or ")


def test_five_thousand_pages_are_read_to_the_last(pool: Pool) -> None:
    _, extracted = read(pool, "application/pdf", pdfs.five_thousand_pages())
    assert len(extracted.pages) == 5_000
    assert extracted.text[extracted.pages[-1] :] == "Page 5000 of the report."


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_memory(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
