"""What every extractor promises, asked of each on the list."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.domain.extracted import Extracted, from_json
from sources.extractors.protocol import Extractor, Hints
from sources.extractors.registry import EXTRACTORS, extractor_for
from tests.sources.extractors.samples import pdf

TYPES = {"pdf-blocks": "application/pdf", "html-blocks": "text/html", "plain": "text/plain"}
SAMPLES = {
    "pdf-blocks": pdf(
        [["First line of the paper,", "and its second.", "", "", "Another."], ["Page two."]], title="A paper"
    ),
    "html-blocks": b"<title>A</title><h1>Head</h1><p>One  two\n three</p><ul><li>x<li>y</ul>",
    "plain": b"One  two\nthree\n\n\n  four\r\n\r\nfive",
}
each = pytest.mark.parametrize("extractor", EXTRACTORS, ids=lambda extractor: extractor.producer)


def check_format(extracted: Extracted) -> None:
    """The text is blocks parted by one blank line, white space collapsed within."""
    for block in extracted.text.split("\n\n") if extracted.text else []:
        assert block
        assert block == " ".join(block.split())
    starts = {match.end() for match in re.finditer("\n\n", extracted.text)} | {0, len(extracted.text)}
    assert set(extracted.pages) <= starts
    assert {offset for offset, _ in extracted.headings} <= starts


@each
def test_gives_the_text_in_blocks(extractor: Extractor) -> None:
    extracted = extractor.extract(SAMPLES[extractor.producer], Hints(TYPES[extractor.producer]))
    assert extracted.is_ok
    assert "\n\n" in extracted.text
    check_format(extracted)
    assert (extracted.producer, extracted.version) == (extractor.producer, extractor.version)


@each
def test_comes_whole_through_the_pipe(extractor: Extractor) -> None:
    extracted = extractor.extract(SAMPLES[extractor.producer], Hints(TYPES[extractor.producer]))
    assert from_json(extracted.to_json()) == extracted


@each
@given(body=st.binary(max_size=200))
def test_never_raises_for_any_bytes(extractor: Extractor, body: bytes) -> None:
    prefix = b"%PDF-1.4\n" if extractor.producer == "pdf-blocks" else b""
    extracted = extractor.extract(prefix + body, Hints(TYPES[extractor.producer]))
    assert extracted.is_ok or (extracted.code and extracted.sentence)
    check_format(extracted)


@each
def test_takes_its_type(extractor: Extractor) -> None:
    assert extractor_for(TYPES[extractor.producer]) is extractor


def test_a_picture_has_no_extractor() -> None:
    assert extractor_for("image/png") is None
