"""What refuses a start, each with a sentence, and leaves everything as it was."""

import errno
import os
import socket
from collections import namedtuple
from pathlib import Path

import pytest

from factcheck.embedded import guards, programs, start
from factcheck.embedded.guards import CannotStart
from factcheck.embedded.remembered import Remembered, recall, remember

Usage = namedtuple("Usage", "total used free")


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards.shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 3 * 1024**2))
    with pytest.raises(CannotStart, match=r"The disk is full: 3 MB are free.*Nothing was changed"):
        guards.require_room(tmp_path)


def test_a_disk_that_fills_up_later_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv("FACTCHECK_VAR", str(tmp_path))
    monkeypatch.setattr(start.signal, "signal", lambda *_: None)
    monkeypatch.setattr(guards, "make_folder", full)
    assert start.main([]) == 1
    assert capsys.readouterr().out.startswith("The disk is full. Make room")


def test_a_port_in_use_is_told_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Port {port} of 127.0.0.1 is in use .* Choose another"):
            guards.require_port(port, sentence="Choose another.", patience=0)
        assert guards.free_port(port) != port
    guards.require_port(port, sentence="", patience=0)


def test_one_start_at_a_time_holds_the_folder(tmp_path: Path) -> None:
    with (
        guards.hold(tmp_path, "http://127.0.0.1:8000"),
        pytest.raises(
            CannotStart, match=f"already running from .* \\(process {os.getpid()}, http://127.0.0.1:8000\\)"
        ),
    ):
        guards.hold(tmp_path, "http://127.0.0.1:8001")
    guards.hold(tmp_path, "http://127.0.0.1:8001").close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="cannot be made"):
        guards.make_folder(tmp_path / "file" / "var")


@pytest.mark.parametrize(
    ("path", "fits"),
    [
        ("/srv/factcheck/var/broker.sock", True),
        ("/" + "a" * 95 + "/broker.sock", False),
        ("/" + "é" * 60 + "/b", False),
        ("/srv/my desk/broker.sock", False),
        ("/" + "a" * 106, True),
        ("/" + "a" * 107, False),
    ],
    ids=["plain", "too long", "too long in bytes", "space", "107 bytes", "108 bytes"],
)
def test_a_socket_path_has_to_fit(path: str, fits: bool) -> None:
    assert programs.fits_a_socket(Path(path)) is fits


def test_what_is_remembered_is_recalled(tmp_path: Path) -> None:
    assert recall(tmp_path) is None
    remember(tmp_path, Remembered(documents_port=8010, is_seeded=True))
    assert recall(tmp_path) == Remembered(documents_port=8010, is_seeded=True)


def test_a_broken_memory_is_told_and_not_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "start.json").write_text("{")
    with pytest.raises(CannotStart, match=r"start\.json cannot be read"):
        recall(tmp_path)
    assert (tmp_path / "start.json").read_text() == "{"


def test_another_database_has_nothing_yet() -> None:
    known = Remembered(
        database="sqlite", tables_stamp="x", is_seeded=True, has_administrator=True, documents_port=8010
    )
    assert known.of("sqlite") == known
    assert known.of("") == Remembered(documents_port=8010)
