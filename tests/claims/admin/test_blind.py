"""What an editor, a publisher or a superuser sees does not change by a hair when somebody hands in a rating."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from claims.models import Rating
from claims.services.opening import open_round
from claims.services.rating import hand_in
from tests.claims.services.round_factory import a_form, a_ready_claim, given

pytestmark = pytest.mark.django_db

CHANGING = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|last[_ ]login.*')


def addresses() -> Iterator[str]:
    yield "/admin/"
    for model in admin.site._registry:
        if model._meta.model_name == "user":
            continue
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{base}_changelist")
        for row in model._default_manager.order_by("pk")[:40]:
            yield from _of_row(base, row)


def _of_row(base: str, row: Model) -> Iterator[str]:
    for what in ("change", "history"):
        yield reverse(f"{base}_{what}", args=[row.pk])


@pytest.mark.parametrize("role", ["editor", "publisher", "superuser"])
def test_a_rating_handed_in_leaves_every_page_as_it_was(
    role: str, cast: Any, archive_folder: Any, logged_in: Callable[[Any], Any]
) -> None:
    claim = a_ready_claim(cast.editor)
    round_ = open_round(by=cast.editor, claim=claim)
    given(cast, round_, cast.reviewer_a, cast.reviewer_b)
    client = logged_in(getattr(cast, role))

    def seen() -> dict[str, str]:
        pages = {}
        for address in addresses():
            answer = client.get(address)
            assert answer.status_code in (200, 403), address
            if answer.status_code == 200:
                pages[address] = CHANGING.sub("", answer.content.decode())
        return pages

    before = seen()
    assert before
    hand_in(by=cast.reviewer_a, round_=round_, form=a_form(round_, reasons="A reason that nobody may see yet."))
    assert Rating.objects.count() == 1
    after = seen()
    assert set(after) == set(before)
    assert [address for address in before if before[address] != after[address]] == []
