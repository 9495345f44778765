import io
import logging
from typing import Any

import pypdf
import pytest
from django.core import serializers

from sources.archive import store
from sources.domain.errors import BadInput, Gone, WrongPerson, WrongState
from sources.models import Artefact, ArtefactRole, Capture, Derivation, Event, Usability
from sources.services import unlocking
from sources.services.judge import judge_by_hand
from sources.services.quote import reading_text
from sources.services.remove import RemovalAsked, ask_removal, carry_out_removal
from sources.services.unlocking import is_locked, unlock
from tests.conftest import Cast
from tests.sources.extractors.samples import pdf
from tests.sources.services.copies import make_copy, make_source

pytestmark = pytest.mark.django_db
PASSWORD = "zebrafinch-41"
WORDS = ["The office counted fifteen ships in the spring and no fewer than forty in the summer of that year."]


def locked(password: str = PASSWORD, pages: list[list[str]] | None = None) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(pages or [WORDS])))
    writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def a_locked_copy(cast: Cast, body: bytes | None = None) -> Capture:
    return make_copy(make_source(cast.editor), body or locked(), declared="application/pdf")


def everything_kept(*captures: Capture) -> str:
    rows = [*Event.objects.all(), *Derivation.objects.all(), *Artefact.objects.all(), *Usability.objects.all()]
    return serializers.serialize("json", [*captures, *rows])


def test_a_locked_pdf_says_that_it_needs_a_password(cast: Cast) -> None:
    capture = a_locked_copy(cast)
    assert is_locked(capture)
    judged = capture.usabilities.get()
    assert (judged.verdict, judged.reason) == ("empty", "The PDF needs a password.")


def test_its_password_gives_a_text_and_is_kept_nowhere(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    capture = a_locked_copy(cast)
    kept = (capture.body_sha256, capture.warc_sha256, store.read(capture.warc_sha256))
    with caplog.at_level(logging.DEBUG):
        artefact = unlock(by=cast.editor, capture=capture, password=PASSWORD)
    assert reading_text(capture) == WORDS[0]
    assert not is_locked(capture)
    capture.refresh_from_db()
    assert (capture.body_sha256, capture.warc_sha256, store.read(capture.warc_sha256)) == kept
    rows = Derivation.objects.filter(input_sha256=capture.body_sha256)
    assert {(row.version, row.is_ok, row.code) for row in rows} == {
        ("1", False, "needs_password"),
        ("1 unlocked", True, ""),
    }
    assert [row.verdict for row in capture.usabilities.all()] == ["usable", "empty"]
    event = Event.objects.get(action="capture_unlocked")
    assert (event.by, event.after) == (cast.editor, f'{{"text_sha256":"{artefact.sha256}"}}')
    assert PASSWORD not in everything_kept(capture)
    assert PASSWORD not in caplog.text


@pytest.mark.parametrize(
    ("password", "code"),
    [("", "password_missing"), ("wrong", "password_wrong"), ("x" * 501, "password_too_long")],
)
def test_what_does_not_open_it_changes_nothing(cast: Cast, password: str, code: str) -> None:
    capture = a_locked_copy(cast)
    before = everything_kept(capture)
    with pytest.raises(BadInput) as refused:
        unlock(by=cast.editor, capture=capture, password=password)
    assert (refused.value.code, refused.value.field) == (code, "password")
    assert everything_kept(capture) == before
    assert is_locked(capture)


def test_a_locked_scan_says_why_there_is_still_no_text(cast: Cast) -> None:
    capture = a_locked_copy(cast, locked(pages=[[], []]))
    with pytest.raises(WrongState) as refused:
        unlock(by=cast.editor, capture=capture, password=PASSWORD)
    assert refused.value.code == "not_read"
    assert "no text layer" in refused.value.sentence


def test_only_who_may_change_captures_gives_it_and_only_where_it_is_wanted(cast: Cast) -> None:
    capture = a_locked_copy(cast)
    for person in (cast.reviewer_a, cast.publisher, cast.superuser):
        with pytest.raises(WrongPerson):
            unlock(by=person, capture=capture, password=PASSWORD)
    open_copy = make_copy(make_source(cast.editor, "quay"))
    unlock(by=cast.editor, capture=capture, password=PASSWORD)
    for done in (open_copy, capture):
        with pytest.raises(WrongState) as refused:
            unlock(by=cast.editor, capture=done, password=PASSWORD)
        assert refused.value.code == "not_locked"


def test_a_persons_judgement_stands(cast: Cast) -> None:
    capture = a_locked_copy(cast)
    judge_by_hand(by=cast.editor, capture=capture, verdict="paywall", reason="It is the sample only.")
    unlock(by=cast.editor, capture=capture, password=PASSWORD)
    assert [row.verdict for row in capture.usabilities.all()] == ["paywall", "empty"]


def test_two_who_give_it_at_once_make_one_text(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = a_locked_copy(cast)
    read = unlocking._read

    def read_while_another_does(capture: Capture, password: str) -> Any:
        monkeypatch.setattr(unlocking, "_read", read)
        unlock(by=cast.editor, capture=capture, password=password)
        return read(capture, password)

    monkeypatch.setattr(unlocking, "_read", read_while_another_does)
    with pytest.raises(WrongState):
        unlock(by=cast.editor, capture=capture, password=PASSWORD)
    assert capture.artefacts.filter(role=ArtefactRole.TEXT).count() == 1
    assert Event.objects.filter(action="capture_unlocked").count() == 1


def test_a_copy_that_was_removed_meanwhile_gets_no_text(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = a_locked_copy(cast)
    removal = ask_removal(by=cast.editor, asked=RemovalAsked(capture, "safety", "A threat."))
    read = unlocking._read

    def read_while_it_is_removed(capture: Capture, password: str) -> Any:
        derived = read(capture, password)
        carry_out_removal(by=cast.publisher, removal=removal)
        return derived

    monkeypatch.setattr(unlocking, "_read", read_while_it_is_removed)
    with pytest.raises(Gone):
        unlock(by=cast.editor, capture=capture, password=PASSWORD)
    assert not capture.artefacts.filter(role=ArtefactRole.TEXT).exists()
