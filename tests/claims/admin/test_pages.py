"""Every page of the admin, for every role."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from claims.models import Claim
from tests.claims.services.desk_factory import PAGE

pytestmark = pytest.mark.django_db

STAFF = ("editor", "publisher", "superuser")
NEVER = (
    "rating",
    "ratingdraft",
    "finding",
    "linkanswer",
    "pin",
    "interest",
    "assignment",
    "adjudication",
    "redaction",
    "dossier",
    "recordpart",
    "logentry",
    "group",
    "permission",
)


@pytest.mark.parametrize("role", [*STAFF, "reviewer_a", "adjudicator", "outsider", "nobody"])
def test_each_page_answers_as_the_role_may_expect(
    role: str, cast: Any, archived: Claim, logged_in: Callable[[Any], Any], client: Any
) -> None:
    if role != "nobody":
        logged_in(getattr(cast, role))
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.order_by("pk").first()
        addresses = {"changelist": reverse(f"{base}_changelist"), "add": reverse(f"{base}_add")}
        if row is not None:
            addresses |= {what: reverse(f"{base}_{what}", args=[row.pk]) for what in ("change", "history", "delete")}
        for what, address in addresses.items():
            status = client.get(address).status_code
            if role not in STAFF:
                assert status == 302, (role, address, status)
            else:
                assert status in (200, 403), (role, address, status)
                if what == "delete":
                    assert status == 403, "nothing is deleted here"
                if what == "add" and role == "publisher":
                    assert status == (200 if model._meta.model_name == "deskpage" else 403), address
                if what == "add" and role == "superuser" and model._meta.model_name != "user":
                    assert status == 403, "a superuser may do no more than the services let them"


def test_what_is_blind_has_no_page() -> None:
    registered = {model._meta.model_name for model in admin.site._registry}
    assert not registered & set(NEVER)


@pytest.mark.parametrize("role", STAFF)
def test_the_first_page_tells_what_to_do(
    role: str, cast: Any, filled: Claim, logged_in: Callable[[Any], Any]
) -> None:
    page = logged_in(getattr(cast, role)).get("/admin/")
    assert page.status_code == 200
    assert (filled.statement in page.content.decode()) == (role == "editor")


@pytest.mark.parametrize("what", ["captures", "open_review", "hold", "release"])
def test_the_claims_own_pages_open(what: str, cast: Any, filled: Claim, logged_in: Callable[[Any], Any]) -> None:
    address = reverse(f"admin:claims_claim_{what}", args=[filled.pk])
    assert logged_in(cast.editor).get(address).status_code == 200
    assert logged_in(cast.reviewer_a).get(address).status_code == 302


def test_no_page_asks_more_of_the_database_for_more_rows(
    cast: Any, filled: Claim, logged_in: Callable[[Any], Any], django_assert_max_num_queries: Any
) -> None:
    from tests.claims.services.desk_factory import a_claim

    client = logged_in(cast.editor)
    speaker = filled.links.get().speaker

    def count(address: str) -> int:
        with django_assert_max_num_queries(200) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
        if model._meta.model_name != "user"
    ]
    addresses = ["/admin/", *lists]
    before = {address: count(address) for address in addresses}
    for number in range(6):
        from claims.services.drafts import CitationDraft

        a_claim(cast.editor, speaker=speaker, citations=(CitationDraft(url_typed=f"{PAGE}/{number + 10}"),))
    after = {address: count(address) for address in addresses}
    grown = {
        address: (before[address], after[address]) for address in addresses if after[address] > before[address] + 1
    }
    assert not grown


def test_the_claims_page_asks_no_more_for_more_links(
    cast: Any, filled: Claim, logged_in: Callable[[Any], Any], django_assert_max_num_queries: Any
) -> None:
    from claims.services.drafts import CitationDraft, LinkDraft
    from tests.claims.services.desk_factory import a_claim, a_speaker

    client = logged_in(cast.editor)
    speaker = filled.links.get().speaker

    def count(claim: Claim) -> int:
        with django_assert_max_num_queries(200) as asked:
            assert client.get(reverse("admin:claims_claim_change", args=[claim.pk])).status_code == 200
        return len(asked)

    small = a_claim(cast.editor, speaker=speaker)
    others = [a_speaker(cast.editor, name=f"Speaker {number}") for number in range(4)]
    large = a_claim(
        cast.editor,
        speaker=speaker,
        links=(
            LinkDraft(speaker=speaker, is_attributed=True),
            *(LinkDraft(speaker=other, role=other.roles.get(), verb="reported") for other in others),
        ),
        citations=tuple(CitationDraft(url_typed=f"{PAGE}/{number}") for number in range(20, 26)),
    )
    assert count(large) <= count(small) + 3
