"""The store: named by digest alone, written whole or not at all, never changed."""

import hashlib
import os
import time
from pathlib import Path

import pytest
from django.core.files.storage import InMemoryStorage

from sources.archive import store

DATA = b"some bytes"
SHA256 = hashlib.sha256(DATA).hexdigest()


def test_a_file_is_named_by_its_digest_alone(archive_folder: Path) -> None:
    assert store.keep_bytes(DATA) == SHA256
    assert (archive_folder / SHA256[:2] / SHA256[2:4] / SHA256).read_bytes() == DATA
    assert store.read(SHA256) == DATA
    assert store.exists(SHA256)


def test_a_scratch_file_becomes_the_file_by_a_rename(archive_folder: Path) -> None:
    with store.scratch() as file:
        file.write(DATA)
        inode = os.fstat(file.fileno()).st_ino
        store.keep_file(file, SHA256)
    assert (archive_folder / store.key_of(SHA256)).stat().st_ino == inode
    assert list((archive_folder / "incoming").iterdir()) == []


def test_a_scratch_file_that_is_not_kept_is_gone(archive_folder: Path) -> None:
    with pytest.raises(RuntimeError), store.scratch() as file:
        file.write(DATA)
        raise RuntimeError
    assert list((archive_folder / "incoming").iterdir()) == []
    assert list(store.all_digests()) == []


def test_writing_it_again_changes_nothing(archive_folder: Path) -> None:
    store.keep_bytes(DATA)
    path = archive_folder / store.key_of(SHA256)
    before = path.stat()
    store.keep_bytes(DATA)
    after = path.stat()
    assert (after.st_ino, after.st_size) == (before.st_ino, before.st_size)
    assert after.st_mtime_ns >= before.st_mtime_ns, "it is young again, and so is not collected"


def test_a_kept_file_is_not_writable(archive_folder: Path) -> None:
    store.keep_bytes(DATA)
    assert (archive_folder / store.key_of(SHA256)).stat().st_mode & 0o222 == 0


def test_everything_is_synced_before_it_has_its_name(archive_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real_sync, real_replace = os.fsync, os.replace

    def sync(descriptor: int) -> None:
        order.append("folder" if Path(f"/proc/self/fd/{descriptor}").is_dir() else "file")
        real_sync(descriptor)

    def rename(path: str, target: str) -> None:
        order.append("rename")
        real_replace(path, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", rename)
    store.keep_bytes(DATA)
    assert order == ["file", "rename", "folder", "folder", "folder"]
    order.clear()
    number = next(n for n in range(1 << 24) if hashlib.sha256(b"%d" % n).hexdigest()[:4] == SHA256[:4])
    store.keep_bytes(b"%d" % number)
    assert order == ["file", "rename", "folder"]
    assert (archive_folder / SHA256[:2] / SHA256[2:4]).is_dir()


def test_a_folder_that_another_process_made_is_synced_into_its_parents(
    archive_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (archive_folder / SHA256[:2] / SHA256[2:4]).mkdir(parents=True)
    synced: list[str] = []
    real = os.fsync

    def sync(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    store.keep_bytes(DATA)
    folders = [archive_folder / SHA256[:2] / SHA256[2:4], archive_folder / SHA256[:2], archive_folder]
    assert synced[1:] == [str(folder.resolve()) for folder in folders]


def test_a_full_disk_is_a_failure_of_the_store(archive_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(store.StorageFailed):
        store.keep_bytes(DATA)
    assert not store.exists(SHA256)


def test_a_folder_that_cannot_be_made_is_a_failure_of_the_store(archive_folder: Path) -> None:
    archive_folder.parent.mkdir(exist_ok=True)
    archive_folder.write_text("a file stands where the folder should be")
    with pytest.raises(store.StorageFailed), store.scratch():
        pass


def test_what_is_not_there_is_not_found() -> None:
    with pytest.raises(FileNotFoundError):
        store.read("0" * 64)


def test_destroying_is_final_and_safe_to_repeat() -> None:
    store.keep_bytes(DATA)
    store.destroy(SHA256)
    store.destroy(SHA256)
    assert not store.exists(SHA256)


def test_scratch_files_that_killed_workers_left_go_after_a_day(archive_folder: Path) -> None:
    incoming = archive_folder / "incoming"
    incoming.mkdir(parents=True)
    old, young = incoming / "body-old", incoming / "body-young"
    old.write_bytes(b"x")
    young.write_bytes(b"x")
    two_days_ago = time.time() - 2 * 86_400
    os.utime(old, (two_days_ago, two_days_ago))
    assert store.clear_scratch(older_than_seconds=86_400) == 1
    assert (old.exists(), young.exists()) == (False, True)


def test_lists_every_file_and_nothing_else(archive_folder: Path) -> None:
    digests = sorted(store.keep_bytes(str(n).encode()) for n in range(20))
    (archive_folder / "incoming" / "left-over").write_bytes(b"")
    assert sorted(store.all_digests()) == digests


def test_works_on_a_store_that_is_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = InMemoryStorage()
    monkeypatch.setattr(store, "storage", lambda: elsewhere)
    with store.scratch() as file:
        file.write(DATA)
        store.keep_file(file, SHA256)
    assert store.keep_bytes(DATA) == SHA256
    assert store.read(SHA256) == DATA
    assert list(store.all_digests()) == [SHA256]
