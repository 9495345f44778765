"""Two editors save one version at the same moment: one wins, the other is told."""

import contextlib
import threading
import time
from typing import Any

import pytest
from django.db import OperationalError, connections

from claims.models import Claim
from claims.services import citing, drafting, speakers
from claims.services.drafting import save_claim
from claims.services.drafts import CitationDraft
from claims.services.speakers import SpeakerDraft, save_speaker
from sources.domain.errors import DeskError
from tests.claims.services.desk_factory import a_claim, a_draft, a_speaker
from tests.claims.services.round_factory import an_open_round
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


def test_an_edit_of_a_speaker_and_one_of_a_claim_that_names_them_never_wait_for_each_other(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim is saved with a link to the speaker, whose edit grows that claim: each has what the other asks for."""
    assert _name_crosswise(cast, monkeypatch) in (["saved", "saved"], ["edited_by_another", "saved"])


def test_they_would_wait_for_each_other_if_the_speaker_were_locked_first(cast: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(speakers, "lock_claims_naming", lambda speaker: None)
    assert _name_crosswise(cast, monkeypatch) == ["deadlock", "saved"]


def _name_crosswise(cast: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    round_ = an_open_round(cast)
    claim = round_.claim
    speaker = claim.links.get(speaker__isnull=False).speaker
    draft = a_draft(speaker, statement="Words of an editor.")
    gate = threading.Barrier(2)
    ends: list[str] = []
    real_links, real_roles = drafting.write_links, speakers._write_roles

    def held(real: Any) -> Any:
        def meet(*args: Any, **more: Any) -> Any:
            done = real(*args, **more)
            with contextlib.suppress(threading.BrokenBarrierError):
                gate.wait(timeout=2)
            return done

        return meet

    monkeypatch.setattr(drafting, "write_links", held(real_links))
    monkeypatch.setattr(speakers, "_write_roles", held(real_roles))

    def run(act: Any) -> None:
        try:
            act()
            ends.append("saved")
        except OperationalError:
            ends.append("deadlock")
        except DeskError as error:
            ends.append(error.code)
        finally:
            connections.close_all()

    acts = (
        lambda: save_claim(by=cast.editor, draft=draft, claim=claim, version=claim.version),
        lambda: save_speaker(
            by=cast.editor2, draft=SpeakerDraft(kind="organisation", name="Another name"), speaker=speaker
        ),
    )
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(ends)
