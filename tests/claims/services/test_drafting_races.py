"""Two editors save one version at the same moment: one wins, the other is told."""

import threading
from typing import Any

import pytest
from django.db import connections

from claims.models import Claim
from claims.services import drafting
from claims.services.drafting import save_claim
from sources.domain.errors import DeskError
from tests.claims.services.desk_factory import a_claim
from tests.claims.services.test_drafting import draft_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def race(claim: Claim, editors: list[Any]) -> list[str]:
    """Let both save at once; returns what became of each."""
    gate = threading.Barrier(len(editors))
    drafts = [draft_of(claim, statement=f"Words of {editor.username}.") for editor in editors]
    ends: list[str] = []

    def save(number: int) -> None:
        try:
            gate.wait(timeout=20)
            save_claim(by=editors[number], draft=drafts[number], claim=claim, version=1)
            ends.append("saved")
        except DeskError as error:
            ends.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=(number,)) for number in range(len(editors))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(ends)


def test_of_two_editors_at_once_one_wins(cast: Any) -> None:
    claim = a_claim(cast.editor)
    assert race(claim, [cast.editor, cast.editor2]) == ["edited_by_another", "saved"]
    claim.refresh_from_db()
    assert claim.version == 2


def test_both_would_win_without_the_lock(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof that the test above tests something: with no row lock, both believe that they saved."""
    claim = a_claim(cast.editor)
    checked = threading.Barrier(2)
    check = drafting._check_editable

    def check_together(*args: Any) -> None:
        check(*args)
        checked.wait(timeout=20)

    monkeypatch.setattr(drafting, "_check_editable", check_together)
    monkeypatch.setattr(type(Claim.objects.all()), "select_for_update", lambda self, *a, **k: self)
    assert race(claim, [cast.editor, cast.editor2]) == ["saved", "saved"]
