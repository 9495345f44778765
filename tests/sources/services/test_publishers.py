"""Publishers and their domains."""

from typing import Any

import pytest

from sources.domain.errors import Several, WrongPerson
from sources.models import Event
from sources.services.publishers import PublisherDraft, save_publisher, tidy_domain

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://WWW.Example.org/about?x=1", "example.org"),
        ("example.org:8443", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("example.org.", "example.org"),
    ],
    ids=["an address", "a port", "an umlaut", "a closing dot"],
)
def test_tidies_a_domain(typed: str, kept: str) -> None:
    assert tidy_domain(typed) == kept


def test_a_domain_belongs_to_one_publisher(cast: Any) -> None:
    first = save_publisher(by=cast.editor, draft=PublisherDraft(name="The Tribune", domains=("tribune.example",)))
    with pytest.raises(Several) as refused:
        save_publisher(
            by=cast.editor,
            draft=PublisherDraft(
                name="THE TRIBUNE", domains=("www.tribune.example", "not a host", "a.example", "a.example")
            ),
        )
    assert [(each.code, each.field) for each in refused.value.errors] == [
        ("publisher_taken", "name"),
        ("domain_taken", "domains-0-domain"),
        ("domain_invalid", "domains-1-domain"),
        ("domain_twice", "domains-3-domain"),
    ]
    save_publisher(by=cast.editor, draft=PublisherDraft(name="The Tribune", owner="A trust"), publisher=first)
    assert not first.domains.exists()
    assert Event.objects.filter(action="publisher_edited").count() == 1


def test_only_an_editor_keeps_publishers(cast: Any) -> None:
    for person in (cast.publisher, cast.reviewer_a, cast.superuser):
        with pytest.raises(WrongPerson):
            save_publisher(by=person, draft=PublisherDraft(name="The Tribune"))
