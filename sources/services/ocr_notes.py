"""What people are told of OCR: of a text that was read by it, and of a scan that could be, or is being."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.utils.translation import get_language_info

from sources.domain.ocr import MOST_PAGES, PRODUCER, parts_of
from sources.domain.ocr_languages import tag_of
from sources.extractors.tesseract import find_engine
from sources.models import Artefact, Capture, Derivation, OcrRequest, OcrState
from sources.permissions import may
from sources.services.reading_pictures import NOT_HERE, can_read_pictures, is_scan, languages_for

WARNING = "Read by OCR from the picture, may be wrong."


@dataclass(frozen=True)
class OcrNote:
    """How a text was read from pictures. ``unread`` are pages by number, ``left_out`` how many were too many.

    ``confidence`` is the engine's own, of all words, in per cent; ``None`` where that is not known any more.
    """

    engine: str
    languages: tuple[str, ...]
    unread: tuple[int, ...]
    left_out: int
    confidence: int | None

    @property
    def words(self) -> str:
        """All of it in sentences for the desk."""
        named = ", ".join(name_of(code) for code in self.languages)
        parts = [WARNING, f"Tesseract {self.engine}, {named}."]
        if self.confidence is not None:
            parts.append(f"It was {self.confidence} per cent sure of its words.")
        if self.unread:
            listed = ", ".join(str(number) for number in self.unread[:20])
            parts.append(f"Not read: page {listed}{' and more' if len(self.unread) > 20 else ''}.")
        if self.left_out:
            parts.append(f"The last {self.left_out} pages were not read: {MOST_PAGES} are at most.")
        return " ".join(parts)


def note_of(artefact: Artefact | None) -> OcrNote | None:
    """The note that goes with a text wherever it is shown; ``None`` for one that was not read from pictures."""
    if artefact is None or not artefact.is_by_ocr:
        return None
    engine, languages = parts_of(artefact.version)
    row = Derivation.objects.filter(
        input_sha256=artefact.capture.body_sha256,
        producer=PRODUCER,
        version=artefact.version,
        output_sha256=artefact.sha256,
    ).first()
    about = json.loads(row.metadata or "{}") if row is not None else {}
    total, read = int(about.get("total", 0)), len(about.get("pages", ()))
    unread = tuple(int(number) for number in about.get("unread", ()))
    sure = about.get("confidence")
    return OcrNote(engine, languages, unread, max(0, total - read), int(sure) if sure is not None else None)


def words_of_note(artefact: Artefact | None) -> str:
    """:attr:`OcrNote.words`; ``""`` for a text that was not read from pictures."""
    note = note_of(artefact)
    return note.words if note else ""


def name_of(code: str, *, is_translated: bool = False) -> str:
    """A language of Tesseract's by its English name, or by that in the reader's language; its code if unknown."""
    try:
        info = get_language_info(tag_of(code) or code)
    except KeyError:
        return code
    return str(info["name_translated"] if is_translated else info["name"])


@dataclass(frozen=True)
class LanguageChoice:
    """A language that a scan may be read in."""

    code: str
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class OcrStanding:
    """Where reading a scan stands: whether ``user`` may ask, in which languages; or what is under way, or why not."""

    can_ask: bool
    languages: tuple[LanguageChoice, ...]
    is_running: bool
    words: str
    why: str


def ocr_standing(capture: Capture, user: User | AnonymousUser) -> OcrStanding | None:
    """For a scan that has no text; ``None`` for anything else."""
    if not is_scan(capture):
        return None
    newest = OcrRequest.objects.filter(capture=capture).first()
    if newest is not None and newest.state == OcrState.WAITING:
        return OcrStanding(False, (), True, _progress(newest), newest.last_sentence)
    if not can_read_pictures():
        return OcrStanding(False, (), False, "", NOT_HERE)
    failed = newest.last_sentence if newest is not None else ""
    if not may(user, "sources.change_capture"):
        return OcrStanding(False, (), False, "", failed)
    engine = find_engine(settings.CAPTURE_OCR)
    chosen = languages_for(capture, engine) if engine else ()
    listed = engine.languages if engine else ()
    choices = tuple(LanguageChoice(code, name_of(code), code in chosen) for code in listed)
    ordered = tuple(sorted(choices, key=lambda choice: (not choice.is_chosen, choice.name.lower())))
    return OcrStanding(True, ordered, False, "", failed)


def _progress(row: OcrRequest) -> str:
    if row.pages is None:
        return "Its pictures are being read." if row.fence else "It waits for a worker that reads its pictures."
    return f"Its pictures are being read: {row.pages_done} of {min(row.pages, MOST_PAGES)} pages are done."
