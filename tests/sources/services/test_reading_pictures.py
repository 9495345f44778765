"""A scan is read by OCR: one more text beside the copy, which says what it is wherever it is shown."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction
from django.utils import timezone

from claims.services.copies import copies_of
from sources import bell
from sources.domain.errors import BadInput, DeskError, Gone, WrongPerson, WrongState
from sources.domain.ocr import USABLE_REASON
from sources.models import (
    Anchoring,
    Artefact,
    ArtefactRole,
    Capture,
    Derivation,
    Event,
    OcrRequest,
    OcrState,
    UsabilityVerdict,
)
from sources.services import reading_pictures
from sources.services.derive import claimed_by_page
from sources.services.judge import judge_by_hand
from sources.services.ocr_notes import note_of, ocr_standing, words_of_note
from sources.services.quote import pin_quote, read_copy
from sources.services.reading_pictures import ask_ocr, can_read_pictures, read_next
from sources.services.reanchor import BY_OCR
from sources.services.remove import RemovalAsked, ask_removal, carry_out_removal
from sources.services.sealing import seal_due, unsealed
from sources.services.unlocking import is_locked
from sources.services.uploading import upload
from tests.conftest import Cast
from tests.sources.extractors import fake_tesseract, scans
from tests.sources.extractors.fake_tesseract import READ, pages
from tests.sources.services.copies import make_copy, make_source
from tests.sources.services.test_unlocking import locked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def engine(settings: LazySettings, tmp_path: Path) -> Path:
    """A stand-in for the engine."""
    program = fake_tesseract.install(tmp_path)
    settings.CAPTURE_OCR = str(program)
    return program


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The bells rung. What leaves the process is left out."""
    bells: list[str] = []
    monkeypatch.setattr(bell, "_ring", lambda task, queue, after=0.0, args=(): bells.append(f"{task} {queue}"))
    return bells


def make_scan(cast: Cast, *what: str, name: str = "harbour", days: int = 0) -> Capture:
    source = make_source(cast.editor, name)
    return make_copy(source, pages(*what or ("words",)), declared="application/pdf", days=days)


def read_all() -> None:
    while read_next():
        pass


def verdict_of(capture: Capture) -> tuple[str, str]:
    newest = capture.usabilities.order_by("-created_at", "-pk").first()
    assert newest is not None
    return newest.verdict, newest.reason


def test_a_scan_is_read_when_somebody_asks(
    cast: Cast, rung: list[str], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    capture = make_scan(cast, "words", "words")
    assert verdict_of(capture)[0] == UsabilityVerdict.EMPTY
    assert not copies_of(capture.source)
    with django_capture_on_commit_callbacks(execute=True):
        row = ask_ocr(by=cast.editor, capture=capture, languages=("eng", "spa"))
    assert rung == ["sources.tasks.read_pictures derive"]
    assert (row.languages, row.state) == ("eng+spa", OcrState.WAITING)
    standing = ocr_standing(capture, cast.editor)
    assert standing is not None and standing.is_running and not standing.can_ask
    assert read_next()
    assert not read_next()
    row.refresh_from_db()
    assert (row.state, row.pages, row.pages_done, row.read) == (OcrState.DONE, 2, 2, "")
    words = READ.replace("eng", "eng+spa")
    reading = read_copy(capture)
    assert reading.text == f"{words}\n\n{words}"
    assert (reading.artefact.role, reading.artefact.producer, reading.artefact.version) == (
        ArtefactRole.OCR,
        "tesseract",
        "5.3.0 eng+spa 1",
    )
    derivation = Derivation.objects.get(producer="tesseract")
    assert (derivation.input_sha256, derivation.output_sha256) == (capture.body_sha256, reading.artefact.sha256)
    verdict, reason = verdict_of(capture)
    assert verdict == UsabilityVerdict.USABLE
    assert reason == f"{USABLE_REASON} (Tesseract 5.3.0 eng+spa 1)."
    assert [copy.text for copy in copies_of(capture.source)] == [reading.artefact]
    assert {event.action for event in Event.objects.filter(subject_id=capture.public_id)} >= {
        "ocr_asked",
        "capture_read_by_ocr",
    }
    assert words_of_note(reading.artefact) == (
        "Read by OCR from the picture, may be wrong. Tesseract 5.3.0, English, Spanish. "
        "It was 92 per cent sure of its words."
    )
    assert ocr_standing(capture, cast.editor) is None
    assert claimed_by_page(capture) == {}


def test_a_passage_points_into_it_and_the_log_tells_of_it(cast: Cast) -> None:
    capture = make_scan(cast)
    seal_due()
    ask_ocr(by=cast.editor, capture=capture)
    read_all()
    assert unsealed().get() == capture
    seal_due()
    assert not unsealed().exists()
    passage = pin_quote(by=cast.editor, capture=capture, exact="It counted 15 ships.")
    assert passage.artefact.role == ArtefactRole.OCR
    assert passage.exact == "It coun\u00adted 15 ships."


def test_pages_that_cannot_be_read_are_told_of(cast: Cast) -> None:
    capture = make_scan(cast, "words", "refuse", "words", "crash")
    ask_ocr(by=cast.editor, capture=capture)
    read_all()
    artefact = read_copy(capture).artefact
    note = note_of(artefact)
    assert note is not None and note.unread == (2, 4)
    assert "Not read: page 2, 4." in words_of_note(artefact)


def test_a_scan_of_which_nothing_can_be_read_stays_what_it_was(cast: Cast) -> None:
    capture = make_scan(cast, "refuse")
    ask_ocr(by=cast.editor, capture=capture)
    read_all()
    row = OcrRequest.objects.get()
    assert row.state == OcrState.FAILED
    assert "No page of it could be read." in row.last_sentence
    assert verdict_of(capture)[0] == UsabilityVerdict.EMPTY
    assert not capture.artefacts.filter(role=ArtefactRole.OCR).exists()
    assert Derivation.objects.get(producer="tesseract").code == "unreadable"
    standing = ocr_standing(capture, cast.editor)
    assert standing is not None and standing.can_ask and "No page" in standing.why
    with pytest.raises(WrongState) as refused:
        ask_ocr(by=cast.editor, capture=capture)
    assert refused.value.code == "ocr_tried"
    assert ask_ocr(by=cast.editor, capture=capture, languages=("spa",)).state == OcrState.WAITING


def test_long_scans_are_read_in_turns_and_others_come_in_between(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_pictures, "TURN_SECONDS", 0.0)
    long, short = make_scan(cast, *["words"] * 3), make_scan(cast, name="quay")
    for capture in (long, short):
        ask_ocr(by=cast.editor, capture=capture)
    assert read_next()
    row = OcrRequest.objects.get(capture=long)
    assert (row.pages, row.pages_done, row.attempts) == (3, 1, 0)
    assert READ in json.loads(row.read)[0]["blocks"]
    standing = ocr_standing(long, cast.reviewer_a)
    assert standing is not None and standing.words == "Its pictures are being read: 1 of 3 pages are done."
    assert read_next()
    assert OcrRequest.objects.get(capture=short).state == OcrState.DONE
    read_all()
    assert read_copy(long).text == "\n\n".join([READ] * 3)


def test_a_worker_that_dies_loses_its_turn_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_pictures, "TURN_SECONDS", 0.0)
    capture = make_scan(cast, "words", "words")
    ask_ocr(by=cast.editor, capture=capture)
    read_next()
    row = reading_pictures._take()
    assert row is not None and row.fence == 2
    assert not read_next(), "it is somebody's for some minutes"
    OcrRequest.objects.update(next_at=timezone.now())
    read_all()
    done = OcrRequest.objects.get()
    assert (done.state, done.fence, done.pages_done) == (OcrState.DONE, 3, 2)
    reading_pictures.close(row, "Too late.")
    done.refresh_from_db()
    assert done.state == OcrState.DONE, "who was too late writes nothing"


def test_what_stops_its_reader_three_times_is_given_up(cast: Cast) -> None:
    capture = make_scan(cast)
    ask_ocr(by=cast.editor, capture=capture)
    for _ in range(3):
        assert reading_pictures._take() is not None
        OcrRequest.objects.update(next_at=timezone.now())
    assert not read_next()
    row = OcrRequest.objects.get()
    assert (row.state, row.last_sentence) == (OcrState.FAILED, reading_pictures._WORN_OUT)
    assert ask_ocr(by=cast.editor, capture=capture).state == OcrState.WAITING, "it may be asked again"


def test_a_reader_that_cannot_be_started_is_tried_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ask_ocr(by=cast.editor, capture=make_scan(cast))
    with monkeypatch.context() as patch:
        patch.setattr("sources.extractors.ocr.subprocess.Popen", lambda *_, **__: (_ for _ in ()).throw(OSError()))
        assert read_next()
    row = OcrRequest.objects.get()
    assert (row.state, row.attempts) == (OcrState.WAITING, 1)
    assert row.next_at > timezone.now()
    OcrRequest.objects.update(next_at=timezone.now())
    read_all()
    row.refresh_from_db()
    assert row.state == OcrState.DONE


def test_a_picture_is_read_too(cast: Cast) -> None:
    source = make_source(cast.editor)
    capture = upload(by=cast.editor, source=source, body=scans.picture(), provenance="A photograph by the desk.")
    assert not copies_of(source), "without a text nothing can be quoted from it"
    ask_ocr(by=cast.editor, capture=capture)
    read_all()
    assert read_copy(capture).text == READ
    assert verdict_of(capture)[1].startswith(USABLE_REASON)
    assert len(copies_of(source)) == 1


def test_it_replaces_no_other_text_however_late_it_comes(cast: Cast) -> None:
    capture = make_scan(cast)
    ask_ocr(by=cast.editor, capture=capture)
    read_all()
    ocr = read_copy(capture).artefact
    own = Artefact.objects.create(
        capture=capture,
        role=ArtefactRole.TEXT,
        sha256="a" * 64,
        bytes=1,
        media_type="text/plain",
        created_at=ocr.created_at - timezone.timedelta(days=1),
    )
    from sources.services.texts import the_text

    assert the_text(capture.artefacts.all()) == own
    assert ocr_standing(capture, cast.editor) is None


def test_what_a_person_judged_stays(cast: Cast) -> None:
    capture = make_scan(cast)
    judge_by_hand(by=cast.editor, capture=capture, verdict=UsabilityVerdict.PAYWALL.value, reason="Half of it.")
    ask_ocr(by=cast.editor, capture=capture)
    read_all()
    assert verdict_of(capture) == (UsabilityVerdict.PAYWALL, "Half of it.")


def test_a_misread_letter_is_no_change_of_the_source(cast: Cast) -> None:
    """What is not found in a text read by OCR could not be looked for; what is found is found."""
    source = make_source(cast.editor)
    first = make_copy(
        source, f"<p>{READ.replace(chr(0xAD), '')}</p><p>Its head was 16 years in office, they say.</p>"
    )
    kept = pin_quote(by=cast.editor, capture=first, exact="It counted 15 ships.")
    lost = pin_quote(by=cast.editor, capture=first, exact="Its head was 16 years in office")
    later = make_copy(source, pages("words"), declared="application/pdf", days=1)
    ask_ocr(by=cast.editor, capture=later)
    read_all()
    told = {row.passage: row for row in Anchoring.objects.filter(capture=later).exclude(text_sha256="")}
    assert told[kept].outcome in ("intact", "moved")
    assert (told[lost].outcome, told[lost].reason) == ("unreachable", BY_OCR)


def test_who_may_not_and_what_cannot_be_read(cast: Cast, settings: LazySettings) -> None:
    capture = make_scan(cast)
    page = make_copy(make_source(cast.editor, "page"))
    shut = upload(by=cast.editor, source=make_source(cast.editor, "shut"), body=locked(), provenance="By mail.")
    assert is_locked(shut)
    for by, copy, languages, kind, code in (
        (cast.reviewer_a, capture, (), WrongPerson, "not_in_group"),
        (cast.editor, page, (), WrongState, "ocr_not_wanted"),
        (cast.editor, shut, (), WrongState, "ocr_not_wanted"),
        (cast.editor, capture, ("fra",), BadInput, "language_unknown"),
        (cast.editor, capture, ("../eng",), BadInput, "language_unknown"),
    ):
        with pytest.raises(DeskError) as refused:
            ask_ocr(by=by, capture=copy, languages=languages)
        assert (type(refused.value), refused.value.code) == (kind, code)
    ask_ocr(by=cast.editor, capture=capture)
    with pytest.raises(WrongState) as again:
        ask_ocr(by=cast.editor, capture=capture)
    assert again.value.code == "ocr_under_way"
    with pytest.raises(IntegrityError), transaction.atomic():
        OcrRequest.objects.create(
            capture=capture, languages="eng", asked_by=cast.editor, asked_at=timezone.now(), next_at=timezone.now()
        )


@pytest.mark.parametrize("program", ["off", "auto"])
def test_without_an_engine_it_is_absent_and_says_so(
    cast: Cast, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str
) -> None:
    capture = make_scan(cast)
    ask_ocr(by=cast.editor, capture=capture)
    settings.CAPTURE_OCR = program
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert not can_read_pictures()
    assert not read_next(), "what was asked for waits for a worker that can"
    other = make_scan(cast, name="quay")
    with pytest.raises(WrongState) as refused:
        ask_ocr(by=cast.editor, capture=other)
    assert refused.value.code == "ocr_missing"
    standing = ocr_standing(other, cast.editor)
    assert standing is not None
    assert (standing.can_ask, standing.why) == (False, reading_pictures.NOT_HERE)


def test_one_that_runs_elsewhere_may_be_asked_for(cast: Cast, settings: LazySettings) -> None:
    settings.CAPTURE_OCR, settings.CAPTURE_OCR_LANGUAGES = "/opt/on-the-other-machine/tesseract", ("spa",)
    assert can_read_pictures()
    assert ask_ocr(by=cast.editor, capture=make_scan(cast)).languages == "spa"


def test_a_removal_takes_along_what_was_read_so_far(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_pictures, "TURN_SECONDS", 0.0)
    capture = make_scan(cast, "words", "words")
    ask_ocr(by=cast.editor, capture=capture)
    read_next()
    assert OcrRequest.objects.get().read
    removal = ask_removal(by=cast.editor, asked=RemovalAsked(capture, "safety", "A threat."))
    carry_out_removal(by=cast.publisher, removal=removal)
    row = OcrRequest.objects.get()
    assert (row.state, row.read) == (OcrState.FAILED, "")
    assert not read_next()
    with pytest.raises(Gone):
        ask_ocr(by=cast.editor, capture=capture)
