"""The normalised key: which spellings are one source, and which are not."""

import pytest

from sources.domain.url_keys import url_key, url_key_sha256

SAME = {
    "scheme": ("http://example.org/a", "https://example.org/a"),
    "www": ("https://www.example.org/a", "https://example.org/a"),
    "case of the host": ("https://EXAMPLE.org/a", "https://example.org/a"),
    "default port": ("https://example.org:443/a", "https://example.org/a"),
    "fragment": ("https://example.org/a#top", "https://example.org/a"),
    "order of parameters": ("https://example.org/?b=2&a=1", "https://example.org/?a=1&b=2"),
    "campaign": ("https://example.org/a?utm_source=x&utm_medium=y", "https://example.org/a"),
    "click": ("https://example.org/a?id=7&fbclid=abc", "https://example.org/a?id=7"),
    "dots": ("https://example.org/b/../a", "https://example.org/a"),
    "blanks around": ("  https://example.org/a ", "https://example.org/a"),
    "missing slash": ("https://example.org", "https://example.org/"),
    "escapes": ("https://example.org/%7Ea", "https://example.org/~a"),
    "international name": ("https://münchen.de/", "https://xn--mnchen-3ya.de/"),
}
DIFFERENT = {
    "blank parameter": ("https://example.org/a?print=", "https://example.org/a"),
    "bare parameter": ("https://example.org/a?print", "https://example.org/a"),
    "value": ("https://example.org/?id=1", "https://example.org/?id=2"),
    "case of the path": ("https://example.org/A", "https://example.org/a"),
    "trailing slash": ("https://example.org/a/", "https://example.org/a"),
    "port": ("https://example.org:8443/a", "https://example.org/a"),
    "double slash": ("https://example.org//a", "https://example.org/a"),
    "encoded slash": ("https://example.org/a%2Fb", "https://example.org/a/b"),
    "subdomain": ("https://news.example.org/a", "https://example.org/a"),
    "bytes that are no UTF-8": ("https://example.org/?q=%FF", "https://example.org/?q=%FE"),
    "repeated parameter": ("https://example.org/?a=1&a=2", "https://example.org/?a=1"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_is_one_source(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_are_two_sources(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


def test_a_key_is_its_own_key() -> None:
    key = url_key("https://www.Example.org/a?b=1&utm_source=x#y")
    assert url_key(key) == key


def test_what_is_no_address_has_no_key() -> None:
    with pytest.raises(ValueError):
        url_key("not an address")


def test_the_digest_has_64_digits() -> None:
    assert len(url_key_sha256(url_key("https://example.org/"))) == 64
