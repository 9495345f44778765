"""Two publishers at once: one wins, the other is told. Shown to fail without the guard."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from claims.models import Revision, Writeup
from claims.services import publishing, writing
from claims.services.publication_moves import lock_claim
from sources.domain.errors import DeskError
from tests.claims.services.publication_factory import a_decided_round, a_text, no_interest

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def _both(cast: Any, writeup: Writeup) -> list[str]:
    """Approve by two publishers in two threads, who both have read before either writes; what each got."""
    answers: list[str] = []
    start = threading.Barrier(2)

    def approve(by: Any) -> None:
        try:
            start.wait(10)
            publishing.approve(by=by, writeup=Writeup.objects.get(pk=writeup.pk))
            answers.append("published")
        except DeskError as error:
            answers.append(error.code)
        except Exception as error:
            answers.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(person,)) for person in (cast.publisher, cast.publisher2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(answers)


def _prepared(cast: Any) -> Writeup:
    round_ = a_decided_round(cast)
    writeup = a_text(cast, round_.claim)
    no_interest(round_, cast.publisher, cast.publisher2)
    return writeup


def test_of_two_publishers_at_once_one_wins_and_the_other_is_told(cast):
    assert _both(cast, _prepared(cast)) == ["published", "text_answered"]
    assert Revision.objects.count() == 1


def test_without_the_lock_the_second_is_not_told_but_thrown(cast, monkeypatch):
    """Without the row lock both go on, and only the database's own constraint stops the second revision."""
    unlocked = _without_lock(lock_claim)
    together = threading.Barrier(2)
    awaiting = writing.awaiting

    def both_have_read(claim: Any, writeup: Writeup) -> Writeup:
        current = awaiting(claim, writeup)
        together.wait(10)
        return current

    monkeypatch.setattr(publishing, "lock_claim", unlocked)
    monkeypatch.setattr(publishing, "awaiting", both_have_read)
    answers = _both(cast, _prepared(cast))
    assert "text_answered" not in answers
    assert answers != ["published", "text_answered"]
    assert Revision.objects.count() == 1


def _without_lock(guarded: Callable[..., Any]) -> Callable[..., Any]:
    from claims.models import Claim

    return lambda public_id: Claim.objects.get(public_id=public_id)
