"""A sentence that quotes something is taken apart into the one it was made from and what it quotes."""

import pytest

from sources.domain import sayings
from sources.domain.address_policy import AddressPolicy, AddressRefused, check_answers, check_url
from sources.domain.sayings import QUOTING, Said, taken_apart


@pytest.mark.parametrize("sentence", QUOTING)
def test_each_is_known_again_whatever_it_quotes(sentence: str) -> None:
    for quoted in ("x", "a “b” c.", "{0} {words} %s", "two\nlines", "The server answered 500 (x)."):
        names = sayings._FIELD.findall(sentence)
        said = taken_apart(sentence.format(**dict.fromkeys(names, quoted)))
        assert said is not None
        assert said.sentence.format(**said.quoted) == sentence.format(**dict.fromkeys(names, quoted))


def test_what_a_person_typed_is_none_of_them() -> None:
    assert taken_apart("") is None
    assert taken_apart("The page is empty but for a menu.") is None
    assert taken_apart("Port is not one that is fetched from.") is None


@pytest.mark.parametrize(
    ("url", "sentence", "quoted"),
    [
        ("https://quay.example.org:8080/", sayings.PORT_REFUSED, {"port": "8080"}),
        ("ftp://quay.example.org/", sayings.SCHEME_REFUSED, {"scheme": "ftp"}),
        ("http://printer/", sayings.NAME_INSIDE, {"host": "printer"}),
        ("http://nas.local/", sayings.ENDING_INSIDE, {"ending": "local"}),
        ("http://a.org/" + "a" * 9000, sayings.URL_TOO_LONG, {"most": "8000"}),
    ],
)
def test_a_refused_address_says_one_of_them(url: str, sentence: str, quoted: dict[str, str]) -> None:
    with pytest.raises(AddressRefused) as refused:
        check_url(url, AddressPolicy())
    said = taken_apart(refused.value.sentence)
    assert said is not None
    assert said.sentence == sentence
    assert set(said.quoted) == set(quoted)
    if "most" not in quoted:
        assert said.quoted == quoted


def test_a_name_that_leads_inside_says_one_of_them() -> None:
    policy = AddressPolicy()
    with pytest.raises(AddressRefused) as refused:
        check_answers(check_url("http://quay.org/", policy), ["10.0.0.1"], policy)
    assert taken_apart(refused.value.sentence) == Said(sayings.LEADS_INSIDE, {"host": "quay.org"})
