"""The store: files named by their SHA-256 alone, on Django's storage API.

Order of writing on a local folder: temporary file, fsync, rename to the digest, fsync of the folder; only then may a
row point at it. A file is never changed: writing the same bytes again finds it there.
"""

# Paths are text here: taking them apart with pathlib took 0.05 ms of each capture.
# ruff: noqa: PTH102, PTH103, PTH105, PTH108, PTH118, PTH119, PTH120

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages

ALIAS = "archive"
BUFFER = 256 * 1024
KEPT_MODE = 0o440
FOLDERS = 1 << 16


class StorageFailed(OSError):
    """The store could not write or read a file."""


def key_of(sha256: str) -> str:
    """The name of a file in the store."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def storage() -> Storage:
    """The storage that the archive is kept in."""
    return storages[ALIAS]


def scratch_folder() -> Path | None:
    """Where files are made before they are kept: on the store's own disk, or None for the system's own place."""
    place = storage()
    return Path(place.location) / "incoming" if isinstance(place, FileSystemStorage) else None


@contextlib.contextmanager
def scratch() -> Iterator[IO[bytes]]:
    """A temporary file on the store's own disk, so that keeping it is a rename; gone afterwards if not kept.

    Raises :class:`StorageFailed` where none can be made, or where the disk refuses what is written into it.
    """
    folder = scratch_folder()
    path = os.path.join(folder or tempfile.gettempdir(), f"file-{os.urandom(16).hex()}")
    try:
        try:
            opened = open(path, "w+b", buffering=BUFFER, opener=_exclusively)  # noqa: SIM115
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            opened = open(path, "w+b", buffering=BUFFER, opener=_exclusively)  # noqa: SIM115
    except OSError as error:
        raise StorageFailed(*error.args) from error
    try:
        with opened as file:
            yield file
    except StorageFailed:
        raise
    except OSError as error:  # a full disk, met while writing or, with what was still in memory, while closing
        raise StorageFailed(*error.args) from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def clear_scratch(*, older_than_seconds: float) -> int:
    """Delete scratch files that nobody touched for so long: what killed workers left. Returns how many went."""
    folder, went = scratch_folder(), 0
    if folder is None or not folder.is_dir():
        return 0
    limit = time.time() - older_than_seconds
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if path.is_file() and path.stat().st_mtime < limit:
                path.unlink()
                went += 1
    return went


def _exclusively(path: str, flags: int) -> int:
    """With the mode that kept files have from the beginning: changing it later would touch the disk again."""
    return os.open(path, flags | os.O_EXCL, KEPT_MODE)


def keep_file(file: IO[bytes], sha256: str) -> None:
    """Keep an open scratch file under its digest. Raises :class:`StorageFailed`."""
    place, key = storage(), key_of(sha256)
    try:
        file.flush()
        os.fsync(file.fileno())
        if isinstance(place, FileSystemStorage):
            target = place.path(key)
            if not (os.path.lexists(target) and _renew(target)):
                _rename(file.name, target, str(place.location))
        elif not place.exists(key):
            file.seek(0)
            _save(place, key, File(file))
    except OSError as error:
        raise StorageFailed(*error.args) from error


def _save(place: Storage, key: str, content: File) -> None:  # type: ignore[type-arg]
    try:
        place.save(key, content)
    except Exception as error:  # every backend has errors of its own
        raise StorageFailed(str(error)) from error


def keep_bytes(data: bytes) -> str:
    """Keep some bytes and return their digest."""
    sha256 = hashlib.sha256(data).hexdigest()
    place, key = storage(), key_of(sha256)
    if not isinstance(place, FileSystemStorage):
        if not place.exists(key):
            _save(place, key, ContentFile(data))
        return sha256
    if place.exists(key) and _renew(place.path(key)):
        return sha256
    with scratch() as file:
        try:
            file.write(data)
        except OSError as error:
            raise StorageFailed(*error.args) from error
        keep_file(file, sha256)
    return sha256


def read(sha256: str) -> bytes:
    """The whole of a file. Raises FileNotFoundError."""
    with open_file(sha256) as file:
        return bytes(file.read())


def open_file(sha256: str) -> File:  # type: ignore[type-arg]
    """A file, open for reading. Raises FileNotFoundError."""
    return storage().open(key_of(sha256), "rb")


def exists(sha256: str) -> bool:
    """Whether the store holds a file of that digest."""
    return bool(storage().exists(key_of(sha256)))


def destroy(sha256: str) -> None:
    """Delete a file for good; no error if it is gone. Only ``sources.services.remove`` calls it."""
    storage().delete(key_of(sha256))


def all_digests() -> Iterator[str]:
    """The digest of every file in the store."""
    place = storage()
    for first in _folders(place, ""):
        for second in _folders(place, first):
            yield from sorted(place.listdir(f"{first}/{second}")[1])


def _folders(place: Storage, below: str) -> list[str]:
    try:
        names = place.listdir(below)[0]
    except FileNotFoundError:
        return []
    return sorted(name for name in names if len(name) == 2)


def _rename(path: str, target: str, root: str) -> None:
    """Give a synced file its name, and sync every folder on the way whose own entry may not be on the disk yet.

    A folder that this process has synced into its parent once need not be synced there again; one that another
    process made a moment ago is, since nobody knows whether that process came that far.
    """
    second = os.path.dirname(target)
    first = os.path.dirname(second)
    is_new = [_make(first), _make(second)]
    known = _known.get(root) or _known.setdefault(root, bytearray(FOLDERS + 256))
    number = int(os.path.basename(target)[:4], 16)
    os.replace(path, target)
    _sync(second)
    if is_new[1] or not known[number]:
        _sync(first)
        known[number] = 1
    if is_new[0] or not known[FOLDERS + (number >> 8)]:
        _sync(root)
        known[FOLDERS + (number >> 8)] = 1


def _renew(path: str) -> bool:
    """Make a file that is there already young again, so that it is not collected before its row is written.

    Its name may have been there for a moment only, and another thread is about to sync it: synced here too. ``False``
    if it was moved aside to be collected: then it has to be written anew.
    """
    try:
        os.utime(path)
        _sync(os.path.dirname(path))
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StorageFailed(*error.args) from error
    return True


_known: dict[str, bytearray] = {}
"""For each root, which folders are known to be on the disk: the 65,536 below, then the 256 above them."""


def _make(folder: str) -> bool:
    """Make a folder; whether it was not there."""
    try:
        os.mkdir(folder)
    except FileExistsError:
        return False
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)
    return True


def _sync(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
