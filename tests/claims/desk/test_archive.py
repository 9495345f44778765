from typing import Any

import pytest
from django.test import Client

from sources.models import Source
from sources.services.finding import learn_due
from tests.conftest import Cast
from tests.sources.services.copies import make_copy, make_source

pytestmark = pytest.mark.django_db
PAGE = "<!doctype html><html lang=en><title>Ledger</title><body><p>{}</p></body></html>"


def copies(cast: Cast, number: int) -> list[str]:
    """Copies whose words are learned; returns their addresses at the desk, the newest first."""
    made = [
        make_copy(
            make_source(cast.editor, f"https://quay.example/{each}"),
            PAGE.format(f"Ledger &lt;b&gt; {each} of the quay."),
        )
        for each in range(number)
    ]
    learn_due()
    return [f"/desk/copies/{copy.source.public_id}/{copy.public_id}/" for copy in reversed(made)]


def test_copies_are_found_by_their_words_and_opened_at_them(cast: Cast, logged_in: Any) -> None:
    [address] = copies(cast, 1)
    client = logged_in(cast.reviewer_a)
    page = client.get("/desk/archive/", {"q": '"of the quay"'}).content.decode()
    assert f'href="{address}?q=%22of%20the%20quay%22#text"' in page
    assert "<mark>of the quay</mark>" in page
    assert "Ledger &lt;b&gt; 0" in page
    assert "<mark>of the quay</mark>" in client.get(address, {"q": '"of the quay"'}).content.decode()
    assert "<mark>" not in client.get(address).content.decode()
    assert "No archived copy" in client.get("/desk/archive/?q=lighthouse").content.decode()


def test_it_goes_on_page_by_page(cast: Cast, logged_in: Any) -> None:
    addresses = copies(cast, 23)
    client = logged_in(cast.editor)
    page = client.get("/desk/archive/?q=ledger").content.decode()
    assert [address in page for address in addresses] == [True] * 20 + [False] * 3
    older = page.split('href="?q=ledger&amp;before=')[1].split('"')[0]
    page = client.get(f"/desk/archive/?q=ledger&before={older}").content.decode()
    assert [address in page for address in addresses] == [False] * 20 + [True] * 3
    assert "Older copies" not in page


def test_the_number_of_queries_is_bounded_by_the_page(
    cast: Cast, logged_in: Any, django_assert_max_num_queries: Any
) -> None:
    copies(cast, 20)
    client = logged_in(cast.editor)
    client.get("/desk/archive/?q=ledger")
    with django_assert_max_num_queries(60):
        client.get("/desk/archive/?q=ledger")


def test_reviewers_are_not_shown_protected_sources(cast: Cast, logged_in: Any) -> None:
    copies(cast, 1)
    Source.objects.update(is_protected=True, protected_reason="An informant.")
    assert "No archived copy" in logged_in(cast.reviewer_a).get("/desk/archive/?q=ledger").content.decode()
    assert "protected source" in logged_in(cast.publisher).get("/desk/archive/?q=ledger").content.decode()


@pytest.mark.parametrize("before", ["x", "00000000-0000-4000-8000-000000000000", "\x00"])
def test_an_unknown_place_is_a_refusal_in_words(cast: Cast, logged_in: Any, before: str) -> None:
    answer = logged_in(cast.editor).get("/desk/archive/", {"q": "ledger", "before": before})
    assert (answer.status_code, "Search again" in answer.content.decode()) == (400, True)


def test_it_is_for_members_of_the_desk(client: Client, cast: Cast, logged_in: Any) -> None:
    assert client.get("/desk/archive/?q=ledger").status_code == 302
    assert logged_in(cast.outsider).get("/desk/archive/?q=ledger").status_code == 403
