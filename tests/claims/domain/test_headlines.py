"""What is stopped, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.domain.headlines import contradicts
from claims.domain.scales import ATTRIBUTION_CODES, SUPPORT_CODES, current

STOPPED = [
    ("supported", "The figure is false"),
    ("supported", "Debunked: the harbour has no quay"),
    ("mostly_supported", "The figure turned out to be entirely wrong"),
    ("mostly_supported", "Verdict: Supported"),
    ("contradicted", "The figure is true"),
    ("contradicted", "It has been confirmed by two records"),
    ("contradicted", "The sources support it"),
    ("mixed", "The claim is false"),
    ("mixed", "The claim is true"),
    ("mixed", "We rate this Mostly supported"),
    ("not_enough_evidence", "It is a hoax"),
    ("not_enough_evidence", "Confirmed: twelve berths"),
    ("could_not_be_checked", "The claim is wrong"),
    ("not_checkable", "The forecast was proven"),
    ("conflicting_evidence", "The sources contradict it"),
    ("", "The claim is true"),
    ("", "Rated Mixed"),
]
LEFT_ALONE = [
    ("supported", "The figure stands in the report"),
    ("supported", "The figure is not false"),
    ("supported", "He said the old count was wrong, and gave this one"),
    ("supported", "“This is false”, the paper wrote of another claim"),
    ("supported", "Rated Supported"),
    ("contradicted", "Is it true? The register says otherwise"),
    ("contradicted", "The figure is false"),
    ("contradicted", "No record shows whether it is true"),
    ("contradicted", "The ministry confirmed a lower number"),
    ("mixed", "The number is partly right; the year is another"),
    ("mixed", "Part a is supported; part b is contradicted"),
    ("mostly_contradicted", "Verdict: mostly contradicted"),
    ("not_enough_evidence", "The agency debunked rumours in another town"),
    ("not_enough_evidence", "Nothing here would show that it is true"),
    ("not_enough_evidence", "What is cited only repeats the speaker"),
    ("not_checkable", "A forecast that nobody could call true"),
    ("", "Two reviewers, two answers"),
]


@pytest.mark.parametrize(("support", "text"), STOPPED)
@pytest.mark.parametrize("place", ["headline", "summary"])
def test_stops_a_text_that_plainly_contradicts_its_label(support: str, text: str, place: str) -> None:
    texts = {"headline": "Berths at the quay", "summary": "A count of berths.", place: text}
    sentence = contradicts(attribution="said_it" if support else "", support=support, **texts)
    assert sentence is not None
    assert sentence.endswith(".")
    assert (current().support_label(support).label if support else "Reviewers differ") in sentence


@pytest.mark.parametrize(("support", "text"), LEFT_ALONE)
@pytest.mark.parametrize("place", ["headline", "summary"])
def test_leaves_alone_what_does_not(support: str, text: str, place: str) -> None:
    texts = {"headline": "Berths at the quay", "summary": "A count of berths.", place: text}
    assert contradicts(attribution="said_it" if support else "", support=support, **texts) is None


@pytest.mark.parametrize(
    ("attribution", "text", "stopped"),
    [
        ("said_it", "The harbour master never said it.", True),
        ("said_it", "The harbour master did not say how many.", False),
        ("cannot_be_established", "The harbour master did say it.", True),
        ("someone_else_said_it", "She indeed said so.", True),
        ("said_it", "She did say it.", False),
        ("cannot_be_established", "Nothing shows that she spoke of it.", False),
    ],
)
def test_stops_a_text_that_contradicts_who_said_it(attribution: str, text: str, stopped: bool) -> None:
    sentence = contradicts(attribution=attribution, support="not_enough_evidence", headline="Berths", summary=text)
    assert (sentence is not None) == stopped
    if sentence:
        assert current().attribution_label(attribution).label in sentence


@given(st.sampled_from([*ATTRIBUTION_CODES]), st.sampled_from([*SUPPORT_CODES]), st.text(max_size=300))
def test_any_text_gets_an_answer(attribution: str, support: str, text: str) -> None:
    answer = contradicts(attribution=attribution, support=support, headline=text, summary=text)
    assert answer is None or answer.endswith(".")


def test_the_labels_own_words_pass_under_their_own_label() -> None:
    for label in current().support:
        text = f"Rated {label.label}, by the sources cited."
        assert contradicts(attribution="said_it", support=label.code, headline=text, summary=text) is None
