"""Old files of a local store, and moving one aside in a single step before it is deleted.

``store`` makes a file young again whenever somebody keeps the same bytes, and writes it anew where it is not in its
place. Together with the rename here one of two things is true of a store under way: it came first, and the file aside
is young; or it came later, and found no file. Other storages than a local folder have no old files here.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from django.core.files.storage import FileSystemStorage

from sources.archive import store

FOLDER = "aside"


def _root() -> Path | None:
    place = store.storage()
    return Path(place.location) if isinstance(place, FileSystemStorage) else None


def digests_older_than(moment: float) -> Iterator[str]:
    """The digests of kept files that were last kept before ``moment`` (seconds since the epoch)."""
    root = _root()
    if root is None:
        return
    for sha256 in store.all_digests():
        if _is_older(root / store.key_of(sha256), moment):
            yield sha256


def move_aside(sha256: str) -> bool:
    """Take a file out of its place. ``False`` if it is not there."""
    root = _root()
    if root is None:
        return False
    (root / FOLDER).mkdir(exist_ok=True)
    try:
        (root / store.key_of(sha256)).rename(root / FOLDER / sha256)
    except FileNotFoundError:
        return False
    return True


def moved_aside() -> list[str]:
    """What is aside: left there by a collector that died."""
    root = _root()
    return sorted(path.name for path in (root / FOLDER).glob("?" * 64)) if root is not None else []


def is_older(sha256: str, moment: float) -> bool:
    """Whether a file aside was last kept before ``moment``."""
    root = _root()
    return root is not None and _is_older(root / FOLDER / sha256, moment)


def put_back(sha256: str) -> None:
    """Give a file its place again; the same bytes may have been written there meanwhile."""
    root = _root()
    if root is not None:
        with contextlib.suppress(FileNotFoundError):
            (root / FOLDER / sha256).replace(root / store.key_of(sha256))


def destroy(sha256: str) -> None:
    """Delete a file aside. Only ``sources.services.collecting`` calls it."""
    root = _root()
    if root is not None:
        (root / FOLDER / sha256).unlink(missing_ok=True)


def sweep_scratch(moment: float) -> int:
    """Delete scratch files that nobody has written to since ``moment``; returns how many."""
    folder = store.scratch_folder()
    swept = 0
    for path in folder.glob("*") if folder is not None else ():
        if _is_older(path, moment):
            with contextlib.suppress(OSError):
                path.unlink()
                swept += 1
    return swept


def _is_older(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime < moment
    except FileNotFoundError:
        return False
