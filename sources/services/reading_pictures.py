"""Reading a scan by OCR: somebody asks, workers read its pages in turns, and one more text stands beside the copy.

The request is a row and the job. A turn is short, so that long scans hold no worker up; what was read is kept between
turns, and a worker that dies loses its turn alone. A page that cannot be read is told of and stops nothing.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from sources.bell import ring_for_ocr
from sources.domain.errors import BadInput, DeskError, WrongState
from sources.domain.ocr import MOST_LANGUAGES, MOST_PAGES, PRODUCER, from_json, is_language, to_json, version_of
from sources.domain.ocr_languages import choose
from sources.domain.picture_sizes import PICTURES
from sources.extractors.ocr import Turn, read_turn
from sources.extractors.tesseract import Engine, find_engine
from sources.models import Capture, CaptureState, Derivation, OcrRequest, OcrState
from sources.permissions import require
from sources.services.history import record_event
from sources.services.keeping_read import close, keep_read
from sources.services.originals import read_original
from sources.services.remove import refuse_if_removed
from sources.services.texts import the_text
from sources.services.unlocking import is_locked

PDF = "application/pdf"
TURN_SECONDS = 20.0
BEING_READ = timedelta(minutes=4)
MOST_ATTEMPTS = 3
NOT_HERE = "Scans are read by OCR where Tesseract is installed; this installation has none."
_WORN_OUT = "The reader of pictures was stopped three times without a result."
_AGAIN_AFTER = timedelta(seconds=20)


def can_read_pictures() -> bool:
    """Whether scans can be read: Tesseract is installed here, or named as being where the workers are."""
    program = settings.CAPTURE_OCR
    return program != "off" and (program != "auto" or find_engine(program) is not None)


def is_scan(capture: Capture) -> bool:
    """Whether ``capture`` is a stored PDF or picture of which there is no text that OCR could be asked for."""
    is_picture = capture.media_type == PDF or capture.media_type in PICTURES
    return (
        is_picture
        and capture.state == CaptureState.STORED
        and the_text(capture.artefacts.all()) is None
        and not is_locked(capture)
    )


def languages_for(capture: Capture, engine: Engine) -> tuple[str, ...]:
    """The languages that it would be read in if nobody chose: that of its source, else those of the settings."""
    return choose(capture.source.language, settings.CAPTURE_OCR_LANGUAGES, engine.languages)


def ask_ocr(*, by: User, capture: Capture, languages: tuple[str, ...] = ()) -> OcrRequest:
    """Have the pictures of ``capture`` read in ``languages`` (Tesseract's names; none: its source's language).

    Raises ``WrongPerson``, ``Gone``, ``WrongState`` (``ocr_missing``, ``ocr_not_wanted``, ``ocr_under_way``,
    ``ocr_tried``) and ``BadInput`` (``language_unknown``, ``languages_too_many``).
    """
    require(by, "change_capture")
    refuse_if_removed(capture)
    _check_wanted(capture)
    chosen = _chosen(capture, languages)
    now = timezone.now()
    try:
        with transaction.atomic():
            current = Capture.objects.select_for_update(of=("self",)).get(pk=capture.pk)
            _check_wanted(current)
            row = OcrRequest.objects.create(
                capture=current, languages="+".join(chosen), asked_by=by, asked_at=now, next_at=now
            )
            record_event(by=by, action="ocr_asked", subject=current, after={"languages": row.languages})
            ring_for_ocr()
    except IntegrityError:
        raise WrongState("ocr_under_way", "This copy is being read by OCR already.") from None
    return row


def _check_wanted(capture: Capture) -> None:
    if not can_read_pictures():
        raise WrongState("ocr_missing", NOT_HERE)
    if not is_scan(capture):
        sentence = "OCR is for stored PDFs and pictures (PNG, JPEG) that have no text of their own."
        raise WrongState("ocr_not_wanted", sentence)


def _chosen(capture: Capture, languages: tuple[str, ...]) -> tuple[str, ...]:
    engine = find_engine(settings.CAPTURE_OCR)
    chosen = tuple(dict.fromkeys(languages))
    if not chosen:
        chosen = languages_for(capture, engine) if engine else settings.CAPTURE_OCR_LANGUAGES or ("eng",)
    for code in chosen:
        if not is_language(code) or (engine is not None and code not in engine.languages):
            raise BadInput("language_unknown", "Choose languages that are installed.", field="languages")
    if len(chosen) > MOST_LANGUAGES:
        sentence = f"Choose {MOST_LANGUAGES} languages at most: more make it slower and worse."
        raise BadInput("languages_too_many", sentence, field="languages")
    if engine is not None:
        named = {"producer": PRODUCER, "version": version_of(engine.version, chosen)}
        tried = Derivation.objects.filter(input_sha256=capture.body_sha256, is_ok=False, **named).first()
        if tried is not None:
            raise WrongState("ocr_tried", f"It was read in these languages already. {tried.sentence}")
    return chosen


def read_next() -> bool:
    """Take the request that has waited longest and read some of its pages; whether there was one."""
    engine = find_engine(settings.CAPTURE_OCR)
    row = _take() if engine is not None else None
    if engine is None or row is None:
        return False
    try:
        refuse_if_removed(row.capture)
        _read_on(row, engine)
    except DeskError as error:
        close(row, error.sentence)
    return True


def _take() -> OcrRequest | None:
    now = timezone.now()
    waiting = OcrRequest.objects.filter(state=OcrState.WAITING, next_at__lte=now)
    for pk, fence in list(waiting.order_by("next_at", "pk").values_list("pk", "fence")[:8]):
        taken = waiting.filter(pk=pk, fence=fence)
        if not taken.update(fence=F("fence") + 1, attempts=F("attempts") + 1, next_at=now + BEING_READ):
            continue
        row = OcrRequest.objects.select_related("capture__source").get(pk=pk)
        if row.attempts <= MOST_ATTEMPTS:
            return row
        close(row, row.last_sentence or _WORN_OUT)
    return None


def _read_on(row: OcrRequest, engine: Engine) -> None:
    languages = tuple(row.languages.split("+"))
    missing = [code for code in languages if code not in engine.languages]
    if missing:
        close(row, f"The language “{missing[0]}” is not installed where scans are read.")
        return
    began = timezone.now()
    turn = read_turn(
        read_original(row.capture).body,
        media_type=row.capture.media_type,
        engine=engine,
        languages=languages,
        first=row.pages_done,
        seconds=TURN_SECONDS,
    )
    row.seconds += (timezone.now() - began).total_seconds()
    pages = (*from_json(row.read), *turn.pages)
    if not turn.pages and turn.code != "damaged" and len(pages) < _last(turn):
        _put_off(row, turn)
    elif turn.code != "damaged" and len(pages) < _last(turn):
        now = timezone.now()
        _fenced(row).update(
            read=to_json(pages),
            pages=turn.total,
            pages_done=len(pages),
            attempts=0,
            next_at=now,
            seconds=row.seconds,
            last_sentence="",
        )
        ring_for_ocr()
    else:
        row.pages, row.pages_done = turn.total, len(pages)
        keep_read(row, pages, engine_version=engine.version, languages=languages)
        ring_for_ocr()


def _last(turn: Turn) -> int:
    """How many pages are to be read; one at least, as long as nobody counted them."""
    return min(turn.total, MOST_PAGES) if turn.total is not None else 1


def _put_off(row: OcrRequest, turn: Turn) -> None:
    sentence = "The reader of pictures could not be started." if turn.code == "no_child" else _WORN_OUT
    if row.attempts >= MOST_ATTEMPTS:
        close(row, sentence)
        return
    _fenced(row).update(next_at=timezone.now() + _AGAIN_AFTER, last_sentence=sentence, seconds=row.seconds)


def _fenced(row: OcrRequest) -> QuerySet[OcrRequest]:
    """The row, as long as nobody else has taken it since."""
    return OcrRequest.objects.filter(pk=row.pk, fence=row.fence, state=OcrState.WAITING)
