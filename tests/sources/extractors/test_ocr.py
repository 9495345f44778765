"""Reading pictures: the way there with a stand-in for the engine, always; and with the real one, where it is installed."""

import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from sources.domain.ocr import MOST_PAGES
from sources.extractors.ocr import Turn, read_turn
from sources.extractors.tesseract import Engine, Limits, find_engine
from tests.sources.extractors import fake_tesseract, scans
from tests.sources.extractors.fake_tesseract import READ, pages
from tests.sources.extractors.hostile_pdfs import endless_words, packed_four_times
from tests.sources.extractors.samples import pdf_bomb

QUICK = Limits(draw_seconds=3.0, cpu_seconds=2, wall_seconds=4.0)


@pytest.fixture
def fake(tmp_path: Path) -> Engine:
    engine = find_engine(str(fake_tesseract.install(tmp_path)))
    assert engine is not None
    return engine


@pytest.fixture(scope="session")
def real() -> Engine:
    engine = find_engine("auto")
    if engine is None or "eng" not in engine.languages:
        pytest.skip("there is no Tesseract with English on this machine")
    return engine


def read(
    engine: Engine, body: bytes, *, media_type: str = "application/pdf", first: int = 0, seconds: float = 60
) -> Turn:
    return read_turn(
        body, media_type=media_type, engine=engine, languages=("eng",), first=first, seconds=seconds, limits=QUICK
    )


def test_what_is_installed_says_what_it_is(fake: Engine) -> None:
    assert (fake.version, fake.languages, fake.can_turn) == ("5.3.0", ("eng", "spa"), True)


@pytest.mark.parametrize("program", ["off", "/nowhere/tesseract", "/bin/true", "/bin/false"])
def test_what_is_no_engine_is_none(program: str) -> None:
    assert find_engine(program) is None


def test_without_one_on_the_path_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_engine("auto") is None
    fake_tesseract.install(tmp_path)
    assert find_engine("auto") is not None


def test_pages_are_read_one_by_one(fake: Engine) -> None:
    turn = read(fake, pages("words", "words"))
    assert (turn.total, turn.code) == (2, "")
    assert [(page.number, page.blocks, page.words, page.confidence, page.code) for page in turn.pages] == [
        (number, (READ,), 11, 91.5, "") for number in (0, 1)
    ]


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("hang", "too_slow"),
        ("busy", "too_slow"),
        ("crash", "crashed_reader"),
        ("endless", "too_much"),
        ("refuse", "unreadable"),
        ("greedy", "unreadable"),
    ],
)
def test_a_page_that_cannot_be_read_stops_no_other(fake: Engine, what: str, code: str) -> None:
    since = time.monotonic()
    turn = read(fake, pages("words", what, "words"))
    assert [page.code for page in turn.pages] == ["", code, ""]
    assert "Page 2" in turn.pages[1].sentence
    assert time.monotonic() - since < 25


def test_a_turn_ends_and_the_next_goes_on(fake: Engine) -> None:
    document = pages("words", "words", "words")
    one = read(fake, document, seconds=0)
    assert (one.total, [page.number for page in one.pages]) == (3, [0])
    two = read(fake, document, first=1)
    assert [page.number for page in two.pages] == [1, 2]
    assert read(fake, document, first=3).pages == ()


def test_no_more_pages_than_are_allowed(fake: Engine) -> None:
    document = pages(*["words"] * (MOST_PAGES + 3))
    turn = read(fake, document, first=MOST_PAGES - 1)
    assert (turn.total, [page.number for page in turn.pages]) == (MOST_PAGES + 3, [MOST_PAGES - 1])


def test_the_engine_is_without_network_files_and_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "x")
    with socket.create_server(("127.0.0.1", 0)) as server:
        engine = find_engine(str(fake_tesseract.install(tmp_path, port=server.getsockname()[1])))
        assert engine is not None
        turn = read(engine, pages("spy"))
    assert turn.pages[0].blocks == ("cut-off unwritten bare",)
    leaked = tmp_path / "leaked"
    assert not leaked.exists() or leaked.read_bytes() == b""


@pytest.mark.parametrize(
    ("body", "media_type", "code"),
    [
        (scans.bomb(), "image/png", "too_large"),
        (scans.lying_bomb(), "image/jpeg", "too_large"),
        (b"\x89PNG\r\n\x1a\n", "image/png", "unreadable"),
        (b"\xff\xd8\xff\xe0", "image/jpeg", "unreadable"),
    ],
    ids=["png bomb", "jpeg that lies", "no header", "no frame"],
)
def test_a_picture_that_means_harm_reaches_no_decoder(
    tmp_path: Path, body: bytes, media_type: str, code: str
) -> None:
    """The engine of this test would say words of anything that reaches it."""
    engine = find_engine(str(fake_tesseract.install(tmp_path)))
    assert engine is not None
    assert [page.code for page in read(engine, body, media_type=media_type).pages] == [code]


def test_a_good_picture_does(fake: Engine) -> None:
    assert read(fake, scans.picture(), media_type="image/png").pages[0].blocks == (READ,)


@pytest.mark.parametrize("make", [pdf_bomb, packed_four_times, endless_words], ids=lambda make: make.__name__)
def test_a_pdf_that_means_harm_ends_within_its_limits(fake: Engine, make: object) -> None:
    since = time.monotonic()
    turn = read(fake, make())  # type: ignore[operator]
    assert time.monotonic() - since < 25
    assert turn.code == "damaged" or len(turn.pages) == 1


def test_a_document_that_does_not_open_is_damaged(fake: Engine) -> None:
    assert read(fake, b"%PDF-1.4 and nothing more") == Turn(None, (), "damaged")


def test_a_child_that_somebody_else_killed_is_nobodys_fault_and_leaves_nothing_behind(fake: Engine) -> None:
    turns: list[Turn] = []
    reading = threading.Thread(target=lambda: turns.append(read(fake, pages("hang"))))
    reading.start()
    child = child_of(os.getpid(), "ocr_child")
    engine = child_of(child, "tesseract")
    os.kill(child, signal.SIGKILL)
    reading.join(20)
    assert turns[0].code == "lost"
    assert turns[0].pages == (), "it is read again by the next turn"
    deadline = time.monotonic() + 5
    while Path(f"/proc/{engine}/cmdline").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    status = Path(f"/proc/{engine}/status")
    assert not status.exists() or "zombie" in status.read_text()


def child_of(parent: int, named: str) -> int:
    """The process below ``parent`` whose command has that word, as soon as there is one."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
                command = path.with_name("cmdline").read_text()
            except OSError:
                continue
            if int(fields[1]) == parent and named in command:
                return int(path.parent.name)
        time.sleep(0.05)
    raise AssertionError(f"{named} was not started")


def test_the_real_engine_reads_a_scan(real: Engine) -> None:
    turn = read_turn(
        scans.scan((scans.LINES, (), scans.SECOND)),
        media_type="application/pdf",
        engine=real,
        languages=("eng",),
        first=0,
        seconds=120,
    )
    assert [page.code for page in turn.pages] == ["", "", ""]
    assert turn.pages[0].blocks == (" ".join(scans.LINES),)
    assert turn.pages[1].blocks == ()
    assert turn.pages[2].blocks == (" ".join(scans.SECOND),)
    assert turn.pages[0].confidence > 80


def test_the_real_engine_reads_a_picture_and_refuses_what_is_none(real: Engine) -> None:
    turn = read_turn(scans.picture(), media_type="image/png", engine=real, languages=("eng",), first=0, seconds=120)
    assert turn.pages[0].blocks == (" ".join(scans.LINES),)
    broken = scans.png(300, 300, b"\x00" * 10)[:-20]
    refused = read_turn(broken, media_type="image/png", engine=real, languages=("eng",), first=0, seconds=60)
    assert refused.pages[0].code or not refused.pages[0].blocks
