"""The address policy: what is refused by its text, what by the answers of its name, and what is let through."""

import pytest

from sources.domain.address_policy import AddressPolicy, AddressRefused, check_answers, check_url, is_public
from tests.sources.tricks import ALLOWED, REFUSED_BY_ANSWER, REFUSED_BY_TEXT

POLICY = AddressPolicy()
DESK = AddressPolicy(private=frozenset({("127.0.0.1", 8010), ("wiki.corp", 8080), ("::1", 8010)}))


def test_the_table_holds_enough_tricks() -> None:
    assert len(REFUSED_BY_TEXT) >= 60


@pytest.mark.parametrize(("url", "code"), REFUSED_BY_TEXT.values(), ids=REFUSED_BY_TEXT)
def test_refuses_by_its_text(url: str, code: str) -> None:
    with pytest.raises(AddressRefused) as refusal:
        check_url(url, POLICY)
    assert refusal.value.code == code
    assert refusal.value.sentence.endswith(".")


@pytest.mark.parametrize("answers", REFUSED_BY_ANSWER.values(), ids=REFUSED_BY_ANSWER)
def test_refuses_where_one_answer_is_not_public(answers: list[str]) -> None:
    with pytest.raises(AddressRefused) as refusal:
        check_answers(check_url("http://example.org/", POLICY), answers, POLICY)
    assert refusal.value.code == "address_private"


@pytest.mark.parametrize("url", ALLOWED.values(), ids=ALLOWED)
def test_lets_through(url: str) -> None:
    target = check_url(url, POLICY)
    assert check_answers(target, ["93.184.215.14", "2606:4700::1"], POLICY) == ["93.184.215.14", "2606:4700::1"]


def test_a_name_without_answers_is_unknown() -> None:
    with pytest.raises(AddressRefused) as refusal:
        check_answers(check_url("http://example.org/", POLICY), [], POLICY)
    assert refusal.value.code == "host_unknown"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8010/a", "http://0x7f000001:8010/a", "http://wiki.corp:8080/", "http://[::1]:8010/"]
)
def test_a_named_private_host_is_let_through(url: str) -> None:
    target = check_url(url, DESK)
    assert check_answers(target, ["10.0.0.1"], DESK) == ["10.0.0.1"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8011/",
        "http://127.0.0.1/",
        "http://127.0.0.2:8010/",
        "http://wiki.corp/",
        "http://a.wiki.corp:8080/",
    ],
)
def test_the_exception_is_for_that_host_and_port_alone(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(url, DESK)


def test_a_public_name_may_not_answer_with_the_excepted_address() -> None:
    policy = AddressPolicy(ports=frozenset({8010}), private=frozenset({("127.0.0.1", 8010)}))
    target = check_url("http://example.org:8010/", policy)
    with pytest.raises(AddressRefused):
        check_answers(target, ["127.0.0.1"], policy)


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://example.org/", "example.org"),
        ("https://example.org:443/", "example.org"),
        ("http://example.org:443/", "example.org:443"),
        ("http://[2606:4700::1]/", "[2606:4700::1]"),
    ],
)
def test_the_host_header_is_that_of_a_browser(url: str, authority: str) -> None:
    assert check_url(url, POLICY).authority == authority


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "2001:200::1", "2003::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)
