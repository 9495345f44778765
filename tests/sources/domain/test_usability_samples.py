"""The rules on whole pages, read as captures are: each wall with its reason quoted, each look-alike usable."""

import pytest

from sources.domain.usability import Answer, Judgement, Verdict, judge
from sources.extractors.html import HtmlExtractor
from sources.extractors.protocol import Hints
from tests.sources.domain.usability_samples import ASKED, LOOK_ALIKES, WALLS, Sample


def judged(sample: Sample) -> Judgement:
    """As ``sources.services.derive`` does it."""
    body = sample.html.encode()
    extracted = HtmlExtractor().extract(body, Hints("text/html", "text/html; charset=utf-8"))
    code, sentence = extracted.code, extracted.sentence
    if not extracted.text:
        code, sentence = "no_text", "There is no text in it."
    return judge(
        Answer(
            status=sample.status,
            media_type="text/html",
            body_bytes=len(body),
            text=extracted.text,
            title=extracted.title,
            headings=extracted.first_headings(),
            signals=extracted.signals,
            extraction_code=code,
            extraction_sentence=sentence,
            url=ASKED,
            final_url=sample.final_url,
        )
    )


@pytest.mark.parametrize("sample", WALLS.values(), ids=WALLS.keys())
def test_a_wall_is_told_with_its_reason_quoted(sample: Sample) -> None:
    judgement = judged(sample)
    assert judgement.verdict is sample.verdict, judgement
    assert sample.quoted in judgement.reason


@pytest.mark.parametrize("sample", LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_what_only_looks_like_a_wall_is_usable(sample: Sample) -> None:
    judgement = judged(sample)
    assert judgement.verdict is Verdict.USABLE, judgement
    assert judgement.reason == ""
