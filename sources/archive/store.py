"""The store: files named by their SHA-256 alone, on Django's storage API.

Order of writing on a local folder: temporary file, fsync, rename to the digest, fsync of the folder; only then may a
row point at it. A file is never changed: writing the same bytes again finds it there.
"""

import contextlib
import hashlib
import os
import tempfile
import time
import uuid
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
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        path = (folder or Path(tempfile.gettempdir())) / f"file-{uuid.uuid4().hex}"
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
        path.unlink(missing_ok=True)


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
        if place.exists(key) and _renew(place, key):
            return
        if isinstance(place, FileSystemStorage):
            _rename(Path(file.name), Path(place.path(key)), Path(place.location))
        else:
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
    if place.exists(key) and _renew(place, key):
        return sha256
    if not isinstance(place, FileSystemStorage):
        _save(place, key, ContentFile(data))
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


def _rename(path: Path, target: Path, root: Path) -> None:
    """Give a synced file its name, and sync every folder on the way whose own entry may not be on the disk yet.

    A folder that this process has synced into its parent once need not be synced there again; one that another
    process made a moment ago is, since nobody knows whether that process came that far.
    """
    first, second = target.parent.parent, target.parent
    is_new = [_make(first), _make(second)]
    known = _known.setdefault(root, bytearray(FOLDERS + 256))
    number = int(first.name + second.name, 16)
    path.replace(target)
    _sync(second)
    if is_new[1] or not known[number]:
        _sync(first)
        known[number] = 1
    if is_new[0] or not known[FOLDERS + (number >> 8)]:
        _sync(root)
        known[FOLDERS + (number >> 8)] = 1


def _renew(place: Storage, key: str) -> bool:
    """Make a file that is there already young again, so that it is not collected before its row is written.

    Its name may have been there for a moment only, and another thread is about to sync it: synced here too. ``False``
    if it was moved aside to be collected: then it has to be written anew.
    """
    if not isinstance(place, FileSystemStorage):
        return True
    path = Path(place.path(key))
    try:
        os.utime(path)
        _sync(path.parent)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StorageFailed(*error.args) from error
    return True


_known: dict[Path, bytearray] = {}
"""For each root, which folders are known to be on the disk: the 65,536 below, then the 256 above them."""


def _make(folder: Path) -> bool:
    """Make a folder; whether it was not there."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return False
    return True


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
