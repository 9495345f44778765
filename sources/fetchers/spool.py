"""Bytes that are written down while they arrive: in memory while they are few, then in a file.

The file lies in the folder of the settings (the store's own scratch folder, so that it shares its disk and no small
``/tmp`` fills up) and goes when the spool is closed or forgotten.
"""

import hashlib
import os
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import IO

IN_MEMORY = 512 * 1024
PIECE = 256 * 1024
SMALL = 4 * 1024
"""Pieces smaller than this are joined; larger ones are kept as they came, since copying a body costs more."""


class SpoolFailed(Exception):
    """The disk did not take the bytes."""


class Spool:
    """Grows by :meth:`write`; read as :class:`~sources.domain.results.Spooled`. For one thread at a time."""

    def __init__(self, folder: Path | None = None, *, in_memory: int = IN_MEMORY) -> None:
        self._folder, self._in_memory = folder, in_memory
        self._held: list[bytes] = []
        self._small = bytearray()
        self._length = 0
        self._hash = hashlib.sha256()
        self._file: IO[bytes] | None = None
        self._path: Path | None = None
        self._forget: weakref.finalize[[IO[bytes], Path], Spool] | None = None

    def __len__(self) -> int:
        return self._length

    @property
    def sha256(self) -> str:
        """The digest of what was written so far."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        """Add some bytes. Raises :class:`SpoolFailed`."""
        self._hash.update(data)
        self._length += len(data)
        if self._file is None and self._length <= self._in_memory:
            self._hold(data)
            return
        try:
            file = self._file or self._move_to_file()
            file.write(data)
        except OSError as error:
            self.close()
            raise SpoolFailed(*error.args) from error

    def chunks(self) -> Iterator[bytes]:
        if self._path is None:
            yield from self._pieces()
            return
        self._flush()
        with self._path.open("rb", buffering=0) as file:
            while piece := file.read(PIECE):
                yield piece

    def handed(self) -> bytes | Path:
        if self._path is None:
            return b"".join(self._pieces())
        self._flush()
        return self._path

    def close(self) -> None:
        self._held, self._small = [], bytearray()
        if self._forget is not None:
            self._forget()

    def _hold(self, data: bytes) -> None:
        if len(data) < SMALL and len(self._small) < PIECE:
            self._small += data
            return
        self._pieces().append(data)

    def _pieces(self) -> list[bytes]:
        if self._small:
            self._held.append(bytes(self._small))
            self._small.clear()
        return self._held

    def _flush(self) -> None:
        try:
            if self._file is not None:
                self._file.flush()
        except OSError as error:
            self.close()
            raise SpoolFailed(*error.args) from error

    def _move_to_file(self) -> IO[bytes]:
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix="body-", dir=self._folder)
        self._file, self._path = os.fdopen(descriptor, "wb", buffering=PIECE), Path(name)
        self._forget = weakref.finalize(self, _discard, self._file, self._path)
        self._file.writelines(self._pieces())
        self._held = []
        return self._file


def _discard(file: IO[bytes], path: Path) -> None:
    path.unlink(missing_ok=True)
    try:
        file.close()
    except OSError:  # a full disk: what was not written yet goes too
        return
