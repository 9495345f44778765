"""The environment is read once; what cannot be read stops the start with a sentence."""

import pytest

from factcheck.env import VARIABLES, BadEnvironment, read


def test_an_empty_environment_gives_the_defaults() -> None:
    values = read({})
    assert set(values) == {variable.name for variable in VARIABLES}
    assert values["PORT"] == 8000
    assert values["CAPTURE_ALLOW_PRIVATE"] == ()
    assert values["DEBUG"] is False


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("DEBUG", "yes", True),
        ("DEMO", "off", False),
        ("ALLOWED_HOSTS", " a.example, b.example ,", ("a.example", "b.example")),
        ("CAPTURE_ALLOW_PRIVATE", "127.0.0.1:8010,[::1]:80", (("127.0.0.1", 8010), ("::1", 80))),
        ("CAPTURE_PORTS", "80,8443", (80, 8443)),
        ("SITE_URL", "https://facts.example/", "https://facts.example"),
    ],
)
def test_reads(name: str, text: str, value: object) -> None:
    assert read({name: text})[name] == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DEBUG", "perhaps"),
        ("PORT", "0"),
        ("PORT", "eight"),
        ("QUORUM", "-1"),
        ("CAPTURE_PORTS", ""),
        ("CAPTURE_PORTS", "80,70000"),
        ("CAPTURE_ALLOW_PRIVATE", "127.0.0.1"),
        ("CAPTURE_ALLOW_PRIVATE", ":80"),
        ("SITE_URL", "facts.example"),
        ("SITE_URL", "https://facts.example/desk"),
    ],
)
def test_stops_at_a_value_that_cannot_be_read_and_names_it(name: str, text: str) -> None:
    with pytest.raises(BadEnvironment, match=f"^{name}=.*cannot be read"):
        read({name: text})


@pytest.mark.parametrize("name", ["FACTCHECK_VARR", "CAPTURE_MAXBYTES"])
def test_stops_at_a_name_that_is_not_on_the_list(name: str) -> None:
    with pytest.raises(BadEnvironment, match=name):
        read({name: "1"})


def test_leaves_the_names_of_others_alone() -> None:
    assert read({"HOME": "/home/somebody", "LANG": "C"}) == read({})
