"""Undoing content codings, bounded: a bomb of a kilobyte must not become a gigabyte, and nothing is held whole."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import brotli
from isal import isal_zlib
from isal.igzip_lib import IsalError

from sources.domain import sayings
from sources.domain.results import Spooled
from sources.fetchers.spool import Spool

MOST_CODINGS = 2
CHUNK = 64 * 1024
MOST_MEMBERS = 10_000
"""A gzip body may have several members; millions of empty ones are there to keep us busy."""

_BROTLI_ERROR: type[Exception] = brotli.error
_ISAL_ERROR = cast(type[Exception], IsalError)
_GZIP_MAGIC = b"\x1f\x8b"
_brotli_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="brotli")
"""A brotli stream may ask for a window of 16 MiB. One at a time, and all of them in one thread: the C library keeps
what a thread has freed for that thread, so that 32 threads would keep 32 windows."""


class Inflating(Protocol):
    """What undoes gzip or deflate, as :func:`zlib.decompressobj` gives it."""

    eof: bool
    unused_data: bytes
    unconsumed_tail: bytes

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


class Damaged(Exception):
    """The body does not decode; its text says why, as a sentence for people."""


class _Cut(Exception):
    """More came out than is kept."""


@dataclass(frozen=True)
class Decoded:
    """``body`` as far as it could be decoded; whether it was cut at the size kept at most; what broke, or ""."""

    body: Spooled
    was_cut: bool = False
    damage: str = ""


def decode(payload: Spooled, codings: str, *, max_bytes: int, folder: Path | None = None) -> Decoded:
    """Undo ``codings``, a Content-Encoding (RFC 9110, section 8.4): applied in order, so undone from the last.

    A body that is not coded as it says from its first byte on is given as it came, with the damage said. Raises
    :class:`~sources.fetchers.spool.SpoolFailed`.
    """
    names = [name.strip().lower() for name in codings.split(",") if name.strip()]
    names = [name for name in names if name != "identity"]
    if not names or not len(payload):
        return Decoded(payload)
    if len(names) > MOST_CODINGS:
        return Decoded(payload, damage=sayings.MANY_CODINGS.format(most=MOST_CODINGS))
    unknown = next((name for name in names if name not in _UNDOING), "")
    if unknown:
        return Decoded(payload, damage=sayings.UNKNOWN_CODING.format(coding=unknown[:40]))
    if "br" in names:
        return _brotli_thread.submit(_decoded, payload, names, max_bytes, folder).result()
    return _decoded(payload, names, max_bytes, folder)


def _decoded(payload: Spooled, names: list[str], max_bytes: int, folder: Path | None) -> Decoded:
    out, was_cut, damage = Spool(folder), False, ""
    pieces: Iterator[bytes] = payload.chunks()
    for name in reversed(names):
        pieces = _bounded(_UNDOING[name](pieces), max_bytes)
    try:
        for piece in pieces:
            out.write(piece)
    except _Cut:
        was_cut = True
    except Damaged as error:
        damage = str(error)
    if damage and not len(out):
        return Decoded(payload, damage=damage)
    return Decoded(out, was_cut, damage)


def _bounded(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    left = limit
    for piece in pieces:
        if len(piece) > left:
            yield piece[:left]
            raise _Cut
        left -= len(piece)
        yield piece


def _gunzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Member after member; what follows the last one and begins none is left out, as everywhere."""
    engine: Inflating | None = isal_zlib.decompressobj(31)
    members, rest = 0, b""
    for piece in pieces:
        rest += piece
        while rest:
            if engine is None:
                if len(rest) < len(_GZIP_MAGIC) or not rest.startswith(_GZIP_MAGIC):
                    break
                engine = isal_zlib.decompressobj(31)
            yield from _inflate(engine, rest)
            rest = engine.unused_data
            if engine.eof:
                engine, members = None, members + 1
                if members == MOST_MEMBERS:
                    raise Damaged(sayings.MANY_PARTS.format(most=MOST_MEMBERS))
        if engine is None and len(rest) >= len(_GZIP_MAGIC):
            return
    if engine is not None:
        raise Damaged("The compressed body breaks off.")


def _undeflate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """With zlib's wrapper as the standard says, or bare as some servers do."""
    engine: Inflating | None = None
    for piece in pieces:
        if engine is None:
            is_wrapped = len(piece) >= 2 and piece[0] & 15 == 8 and (piece[0] << 8 | piece[1]) % 31 == 0
            engine = isal_zlib.decompressobj(15 if is_wrapped else -15)
        yield from _inflate(engine, piece)
        if engine.eof:
            return
    if engine is not None:
        raise Damaged("The compressed body breaks off.")


def _inflate(engine: Inflating, rest: bytes) -> Iterator[bytes]:
    while True:
        try:
            piece = engine.decompress(rest, CHUNK)
        except _ISAL_ERROR as error:
            raise Damaged(sayings.NOT_COMPRESSED.format(error=error)) from error
        if piece:
            yield piece
        rest = engine.unconsumed_tail
        if engine.eof or (not rest and len(piece) < CHUNK):
            return


def _unbrotli(pieces: Iterable[bytes]) -> Iterator[bytes]:
    engine, has_any = brotli.Decompressor(), False
    for piece in pieces:
        has_any = True
        try:
            out = engine.process(piece, output_buffer_limit=CHUNK)
            while True:
                if out:
                    yield out
                if engine.is_finished():
                    return
                if engine.can_accept_more_data():
                    break
                out = engine.process(b"", output_buffer_limit=CHUNK)
        except _BROTLI_ERROR as error:
            raise Damaged(sayings.NOT_COMPRESSED.format(error=error)) from error
    if has_any:
        raise Damaged("The compressed body breaks off.")


_UNDOING = {"gzip": _gunzip, "x-gzip": _gunzip, "deflate": _undeflate, "br": _unbrotli}
