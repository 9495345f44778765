import pytest

from sources.domain.terms import MOST_CHARACTERS, MOST_TERMS, TypedTerm, terms_in


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("", ()),
        ('- "" * (', ()),
        ("Harbour", (TypedTerm(("harbour",), is_unwanted=False, may_go_on=True, is_last=True),)),
        ("of", (TypedTerm(("of",), is_unwanted=False, may_go_on=False, is_last=True),)),
        ('"Two million"', (TypedTerm(("two", "million"), is_unwanted=False, may_go_on=False, is_last=True),)),
        ("27,000", (TypedTerm(("27", "000"), is_unwanted=False, may_go_on=True, is_last=True),)),
        (
            "ferry -quay",
            (
                TypedTerm(("ferry",), is_unwanted=False, may_go_on=True, is_last=False),
                TypedTerm(("quay",), is_unwanted=True, may_go_on=False, is_last=True),
            ),
        ),
        ("ferry *", (TypedTerm(("ferry",), is_unwanted=False, may_go_on=True, is_last=False),)),
    ],
)
def test_what_was_typed_is_cut_into_terms(typed: str, terms: tuple[TypedTerm, ...]) -> None:
    assert terms_in(typed).terms == terms
    assert not terms_in(typed).is_cut


def test_what_is_too_long_is_cut_and_says_so() -> None:
    many = terms_in(" ".join(f"word{number}" for number in range(MOST_TERMS + 1)))
    assert many.is_cut
    assert len(many.terms) == MOST_TERMS
    assert not any(one.is_last for one in many.terms)
    long = terms_in("quay " * (MOST_CHARACTERS // 5 // 10) + " " * MOST_CHARACTERS + "ferry")
    assert long.is_cut
    assert {one.words for one in long.terms} == {("quay",)}
