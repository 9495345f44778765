"""The rubric, and what is read from it."""

import re
from pathlib import Path

import pytest

from claims.domain import lifecycle, scales
from claims.permissions import GROUPS
from sources.domain.errors import BadInput

ROOT = Path(__file__).parents[3]
QUESTIONS = ("attribution", "support", "finding", "confidence", "link")
EVERY_LABEL = [
    pytest.param(label, question, id=f"{version}-{question}-{label.code}")
    for version in scales.versions()
    for question in QUESTIONS
    for label in getattr(scales.scale(version), question)
]


def test_codes_are_the_ones_that_records_and_programs_know() -> None:
    rubric = scales.scale("1")
    assert [label.code for label in rubric.rateable_attribution] == [
        "said_it",
        "said_elsewhere",
        "said_something_else",
        "someone_else_said_it",
        "cannot_be_established",
    ]
    assert {label.code for label in rubric.attribution if label.automatic} == {"own_words", "no_one_named"}
    assert [label.code for label in rubric.ordered_support] == [
        "contradicted",
        "mostly_contradicted",
        "mixed",
        "mostly_supported",
        "supported",
    ]
    assert [label.code for label in rubric.off_scale_support] == [
        "conflicting_evidence",
        "not_enough_evidence",
        "could_not_be_checked",
        "not_checkable",
    ]
    assert scales.FINDING_CODES == ("supports", "partly_supports", "contradicts", "silent", "could_not_be_read")
    assert scales.CONFIDENCE_CODES == ("low", "moderate", "high")
    assert scales.LINK_ANSWER_CODES == ("shown", "not_shown", "contradicted")


@pytest.mark.parametrize(("label", "question"), EVERY_LABEL)
def test_every_label_is_written_for_people(label: scales.Label, question: str) -> None:
    assert re.fullmatch(r"[a-z_]{1,24}", label.code)
    assert label.label[0].isupper()
    assert label.meaning.endswith(".")
    assert 30 <= len(label.meaning) <= 240
    assert "  " not in label.meaning and "\n" not in label.meaning


@pytest.mark.parametrize(("label", "question"), EVERY_LABEL)
def test_every_label_is_told_by_shape_or_by_words_alone_never_by_colour_alone(
    label: scales.Label, question: str
) -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "factcheck/static/img/shapes.svg").read_text()))
    tokens = (ROOT / "factcheck/static/css/tokens.css").read_text()
    assert f"--{label.tone}:" in tokens
    if question == "confidence":
        assert (label.shape, label.tone) == ("", "off")
    else:
        assert label.shape in drawn


def test_the_ordered_labels_of_one_question_differ_in_shape_and_tone() -> None:
    ordered = scales.current().ordered_support
    assert len({label.shape for label in ordered}) == len({label.tone for label in ordered}) == 5
    attributions = scales.current().rateable_attribution
    assert len({label.shape for label in attributions}) == 5


@pytest.mark.parametrize(
    ("code", "value"),
    [("contradicted", 1), ("mostly_contradicted", 2), ("mixed", 3), ("mostly_supported", 4), ("supported", 5)],
)
def test_ordered_labels_have_numbers_and_the_best_is_most_supported(code: str, value: int) -> None:
    assert scales.rating_value(code) == value
    assert scales.WORST_RATING <= value <= scales.BEST_RATING


@pytest.mark.parametrize(
    "code", ["conflicting_evidence", "not_enough_evidence", "could_not_be_checked", "not_checkable"]
)
def test_labels_off_the_scale_have_no_number(code: str) -> None:
    assert scales.rating_value(code) is None


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_unknown_code_is_refused_by_its_question(question: str) -> None:
    lookup = getattr(scales.current(), f"{question}_label")
    with pytest.raises(BadInput) as refused:
        lookup("true")
    assert (refused.value.code, refused.value.field) == ("label_unknown", question)


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        scales.scale("0")
    assert refused.value.code == "rubric_unknown"


def test_the_current_version_is_the_newest() -> None:
    assert scales.current().version == scales.versions()[-1]


@pytest.mark.parametrize(("who", "code"), [("speaker", ""), ("source", "own_words"), ("unnamed", "no_one_named")])
def test_attribution_sets_itself_where_no_speaker_is_named(who: str, code: str) -> None:
    assert scales.automatic_attribution(who) == code


def test_the_lower_confidence_goes_by_meaning_and_not_by_alphabet() -> None:
    assert scales.lower_confidence(["high", "moderate"]) == "moderate"
    assert scales.lower_confidence(["moderate", "low", "high"]) == "low"


def test_the_groups_of_the_lifecycle_are_the_groups_of_the_desk() -> None:
    assert {lifecycle.EDITOR, lifecycle.REVIEWER, lifecycle.ADJUDICATOR, lifecycle.PUBLISHER} == set(GROUPS)
