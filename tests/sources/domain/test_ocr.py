import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.domain.extracted import Extracted
from sources.domain.ocr import (
    PageRead,
    from_json,
    is_language,
    page_from_tsv,
    parts_of,
    to_json,
    version_of,
    whole,
)
from sources.domain.ocr_languages import choose, code_of, tag_of
from sources.domain.picture_sizes import size_of
from tests.sources.extractors.test_contract import check_format


def tsv(*rows: tuple[int, int, str]) -> str:
    """Paragraph, line and word of each, as the engine prints them."""
    head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
    return "\n".join([head, *(f"5\t1\t1\t{par}\t{line}\t1\t0\t0\t1\t1\t90\t{word}" for par, line, word in rows)])


def test_words_become_lines_and_paragraphs_become_blocks() -> None:
    page = page_from_tsv(3, tsv((1, 1, "One"), (1, 1, "two"), (1, 2, "three"), (2, 1, "Four")))
    assert (page.number, page.blocks, page.words, page.confidence) == (3, ("One two three", "Four"), 4, 90.0)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (("coun-", "ted it"), "coun\u00adted it"),
        (("1990-", "1992"), "1990- 1992"),
        (("so -", "and on"), "so - and on"),
        (("Well-", "Known"), "Well- Known"),
        (("港口", "报告"), "港口报告"),
    ],
)
def test_what_a_line_parts_is_joined(lines: tuple[str, ...], joined: str) -> None:
    assert page_from_tsv(0, tsv(*((1, number, line) for number, line in enumerate(lines)))).blocks == (joined,)


@pytest.mark.parametrize(
    "row",
    ["", "5", "5\t1", "4\t1\t1\t1\t1\t1\t0\t0\t1\t1\t90\tx", "5\t1\t1\t1\t1\t1\t0\t0\t1\t1\tnan\tx",
     "5\t1\t1\t1\t1\t1\t0\t0\t1\t1\t-1\tx", "5\t1\t1\t1\t1\t1\t0\t0\t1\t1\t90\t   "],
)  # fmt: skip
def test_what_is_no_word_is_passed_over(row: str) -> None:
    assert page_from_tsv(0, row) == PageRead(0)


@given(st.text(max_size=300))
def test_any_output_gives_a_page_in_the_form_of_every_text(printed: str) -> None:
    rows = "".join(
        f"5\t1\t1\t{at % 3}\t{at % 2}\t1\t0\t0\t1\t1\t90\t{word}\n" for at, word in enumerate(printed.split())
    )
    page = page_from_tsv(0, printed + "\n" + rows)
    read = whole([page, PageRead(1), page])
    check_format(Extracted("tesseract", "1", text=read.text, pages=read.pages))
    assert from_json(to_json([page])) == (page,)


def test_pages_that_were_not_read_are_named_and_take_no_room() -> None:
    read = whole([PageRead(0, ("One",), 1, 80.0), PageRead(1, code="too_slow"), PageRead(2, ("Two", "x"), 3, 100.0)])
    assert (read.text, read.pages, read.unread, read.confidence, read.words) == (
        "One\n\nTwo\n\nx",
        (0, 5, 5),
        (2,),
        95,
        4,
    )


def test_a_version_tells_engine_and_languages() -> None:
    assert parts_of(version_of("5.3.0", ("eng", "spa"))) == ("5.3.0", ("eng", "spa"))


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("eng", True),
        ("chi_sim", True),
        ("script/Latin", True),
        ("../etc", False),
        ("-l", False),
        ("e", False),
        ("a b", False),
    ],
)
def test_no_path_and_no_option_is_a_language(name: str, is_one: bool) -> None:
    assert is_language(name) is is_one


@pytest.mark.parametrize(
    ("tag", "code"),
    [("es", "spa"), ("es-MX", "spa"), ("pt_BR", "por"), ("zh-Hant", "chi_tra"), ("zh-TW", "chi_tra"), ("zh", "chi_sim"),
     ("sr-Latn", "srp_latn"), ("nn", "nor"), ("", ""), ("tlh", "")],
)  # fmt: skip
def test_the_desks_names_of_languages_lead_to_the_engines(tag: str, code: str) -> None:
    assert code_of(tag) == code


def test_the_way_back() -> None:
    assert [tag_of(code) for code in ("spa", "nor", "chi_tra", "Latin")] == ["es", "nb", "zh-hant", ""]


@pytest.mark.parametrize(
    ("tag", "fallback", "installed", "chosen"),
    [
        ("es", ("deu",), ("eng", "spa"), ("spa",)),
        ("fr", ("deu", "spa"), ("eng", "spa"), ("spa",)),
        ("", (), ("deu", "eng"), ("eng",)),
        ("", (), ("deu",), ("deu",)),
        ("es", (), (), ()),
    ],
)
def test_the_language_of_the_source_comes_first(
    tag: str, fallback: tuple[str, ...], installed: tuple[str, ...], chosen: tuple[str, ...]
) -> None:
    assert choose(tag, fallback, installed) == chosen


@given(st.binary(max_size=200))
def test_any_bytes_have_a_size_or_none(body: bytes) -> None:
    for media_type in ("image/png", "image/jpeg", "image/gif"):
        size_of(b"\xff\xd8" + body, media_type)
        size_of(body, media_type)
