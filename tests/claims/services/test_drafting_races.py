"""Two editors save one version at the same moment: one wins, the other is told."""

import threading
import time
from typing import Any

import pytest
from django.db import OperationalError, connections

from claims.models import Claim
from claims.services import citing, drafting
from claims.services.drafting import save_claim
from claims.services.drafts import CitationDraft
from sources.domain.errors import DeskError
from tests.claims.services.desk_factory import a_claim, a_draft, a_speaker
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


def _cite_crosswise(cast: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two new claims cite the same two new addresses, one in the reverse order of the other."""
    find_or_make = citing.find_or_make_web_source
    speaker = a_speaker(cast.editor)
    urls = ["https://a.example.org/one", "https://b.example.org/two"]
    gate = threading.Barrier(2)
    ends: list[str] = []

    def slowly(**values: Any) -> Any:
        source = find_or_make(**values)
        time.sleep(0.5)
        return source

    def save(order: list[str]) -> None:
        citations = tuple(CitationDraft(url_typed=url) for url in order)
        try:
            gate.wait(timeout=20)
            save_claim(by=cast.editor, draft=a_draft(speaker, citations=citations))
            ends.append("saved")
        except OperationalError:
            ends.append("deadlock")
        finally:
            connections.close_all()

    monkeypatch.setattr(citing, "find_or_make_web_source", slowly)
    threads = [threading.Thread(target=save, args=(order,)) for order in (urls, urls[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(ends)


def test_two_claims_that_cite_the_same_new_addresses_crosswise_are_both_saved(cast: Any, monkeypatch: Any) -> None:
    assert _cite_crosswise(cast, monkeypatch) == ["saved", "saved"]


def test_they_would_wait_for_each_other_without_the_order(cast: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(drafting, "make_sources", lambda **_: None)
    assert _cite_crosswise(cast, monkeypatch) == ["deadlock", "saved"]
