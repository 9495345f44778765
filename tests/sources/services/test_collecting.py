"""Files without a row go, in time; nothing that a row points at, or is about to, ever does."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from sources.archive import aside, store
from sources.models import Artefact
from sources.services import collecting, running
from tests.sources.servers import PageServer, answer
from tests.sources.services.capturing import allow, asked_for, take_one

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def old(folder: Path, sha256: str) -> str:
    """Let a kept file be two days old."""
    path = folder / store.key_of(sha256)
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 2 * DAY.total_seconds()))
    return sha256


def test_a_file_that_no_row_points_at_goes_when_it_is_old(archive_folder: Path) -> None:
    young, lost = store.keep_bytes(b"young"), old(archive_folder, store.keep_bytes(b"lost"))
    (archive_folder / "incoming" / "left").write_bytes(b"half")
    assert collecting.collect() == 1
    assert store.exists(young)
    assert not store.exists(lost)
    assert (archive_folder / "incoming" / "left").exists()
    os.utime(archive_folder / "incoming" / "left", (0, 0))
    assert collecting.collect() == 1
    assert not (archive_folder / "incoming" / "left").exists()


def test_nothing_that_a_capture_keeps_goes_however_old(
    cast: Any, settings: LazySettings, archive_folder: Path
) -> None:
    with PageServer({"/": answer()}) as server:
        allow(settings, server)
        asked_for(cast.editor, server.url)
        running.run(take_one())
    for sha256 in list(store.all_digests()):
        old(archive_folder, sha256)
    kept = set(Artefact.objects.values_list("sha256", flat=True))
    collecting.collect()
    assert kept <= set(store.all_digests())


def test_storing_the_same_bytes_again_saves_a_file_from_being_collected(archive_folder: Path) -> None:
    lost = old(archive_folder, store.keep_bytes(b"twice"))
    store.keep_bytes(b"twice")
    assert collecting.collect() == 0
    assert store.exists(lost)


def test_a_store_between_the_two_looks_finds_its_file_or_writes_it(
    archive_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race, at its narrowest: the collector has moved the file, and somebody keeps the same bytes just then."""
    lost = old(archive_folder, store.keep_bytes(b"raced"))
    move = aside.move_aside

    def move_and_be_raced(sha256: str) -> bool:
        moved = move(sha256)
        store.keep_bytes(b"raced")
        return moved

    monkeypatch.setattr(aside, "move_aside", move_and_be_raced)
    collecting.collect()
    assert store.read(lost) == b"raced"


def test_a_store_just_before_the_move_makes_the_file_young(
    archive_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = old(archive_folder, store.keep_bytes(b"raced"))
    move = aside.move_aside

    def be_raced_and_move(sha256: str) -> bool:
        store.keep_bytes(b"raced")
        return move(sha256)

    monkeypatch.setattr(aside, "move_aside", be_raced_and_move)
    assert collecting.collect() == 0
    assert store.read(lost) == b"raced"


def test_without_the_second_look_the_file_of_that_store_would_be_lost(
    archive_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same race with the guard taken away."""
    lost = old(archive_folder, store.keep_bytes(b"raced"))
    move = aside.move_aside

    def be_raced_and_move(sha256: str) -> bool:
        store.keep_bytes(b"raced")
        return move(sha256)

    monkeypatch.setattr(aside, "move_aside", be_raced_and_move)
    monkeypatch.setattr(aside, "is_older", lambda *_: True)
    collecting.collect()
    assert not store.exists(lost)


def test_what_a_collector_left_that_died_is_settled(archive_folder: Path) -> None:
    lost = old(archive_folder, store.keep_bytes(b"lost"))
    aside.move_aside(lost)
    assert collecting.collect() == 1
    assert aside.moved_aside() == []
    young = store.keep_bytes(b"young")
    aside.move_aside(young)
    assert collecting.collect() == 0
    assert store.read(young) == b"young"
