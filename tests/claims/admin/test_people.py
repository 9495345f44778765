"""Accounts in the admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from sources.models import Event
from tests.claims.admin.forms import fields_of

pytestmark = pytest.mark.django_db

ADD = "/admin/auth/user/add/"


def test_makes_an_account_and_hands_over_a_link(cast: Any, logged_in: Callable[[Any], Any], client: Any) -> None:
    logged_in(cast.superuser)
    fields = fields_of(client.get(ADD), "user_form")
    answer = client.post(ADD, {**fields, "username": "second_reviewer", "hats": ["Reviewer"]})
    assert answer.status_code == 302, answer.content.decode()
    person = User.objects.get(username="second_reviewer")
    assert [group.name for group in person.groups.all()] == ["Reviewer"]
    assert not person.is_staff
    assert not person.has_usable_password()
    page = client.post(reverse("admin:auth_user_link", args=[person.pk]))
    assert "no-store" in page.headers["Cache-Control"]
    assert "/account/reset/" in page.content.decode()
    assert Event.objects.filter(action="one_time_link_made", by=cast.superuser).exists()


def test_says_what_is_wrong_with_an_account(cast: Any, logged_in: Callable[[Any], Any], client: Any) -> None:
    logged_in(cast.superuser)
    fields = fields_of(client.get(ADD), "user_form")
    answer = client.post(ADD, {**fields, "username": cast.editor.username, "beat": "harbours"})
    assert answer.status_code in (200, 400)
    assert "already" in answer.content.decode()
    assert fields_of(answer, "user_form")["beat"] == "harbours"


def test_regroups_and_deactivates(cast: Any, logged_in: Callable[[Any], Any], client: Any) -> None:
    logged_in(cast.superuser)
    person = cast.reviewer_a
    change = reverse("admin:auth_user_change", args=[person.pk])
    fields = fields_of(client.get(change), "user_form")
    assert client.post(change, {**fields, "hats": ["Adjudicator"]}).status_code == 302
    assert [group.name for group in person.groups.all()] == ["Adjudicator"]
    assert client.post(reverse("admin:auth_user_active", args=[person.pk]), {"reason": "Left."}).status_code == 302
    person.refresh_from_db()
    assert not person.is_active
    assert Event.objects.get(action="account_deactivated").reason == "Left."


def test_nobody_but_an_administrator_sees_accounts(cast: Any, logged_in: Callable[[Any], Any], client: Any) -> None:
    logged_in(cast.editor)
    person = cast.reviewer_a
    assert client.get("/admin/auth/user/").status_code == 403
    assert client.post(reverse("admin:auth_user_link", args=[person.pk])).status_code == 403
    assert client.post(reverse("admin:auth_user_active", args=[person.pk])).status_code == 403
    person.refresh_from_db()
    assert person.is_active


def test_an_administrator_cannot_deactivate_themselves(
    cast: Any, logged_in: Callable[[Any], Any], client: Any
) -> None:
    logged_in(cast.superuser)
    assert client.post(reverse("admin:auth_user_active", args=[cast.superuser.pk])).status_code == 403
    cast.superuser.refresh_from_db()
    assert cast.superuser.is_active
