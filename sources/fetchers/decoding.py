"""Undoing content codings, bounded: a bomb of a kilobyte must not become a gigabyte."""

import zlib

import brotli

MOST_CODINGS = 2
CHUNK = 64 * 1024


class Damaged(Exception):
    """The body does not decode; its text says why, and ``partial`` is what came out before."""

    def __init__(self, why: str, partial: bytes = b"") -> None:
        super().__init__(why)
        self.partial = partial


def decode(payload: bytes, codings: str, *, max_bytes: int) -> tuple[bytes, bool]:
    """Return the body and whether it was cut at ``max_bytes``. Raises :class:`Damaged`.

    ``codings`` is the Content-Encoding header (RFC 9110, section 8.4): applied in order, so undone from the last.
    """
    names = [name.strip().lower() for name in codings.split(",") if name.strip()]
    names = [name for name in names if name != "identity"]
    if len(names) > MOST_CODINGS:
        raise Damaged(f"more than {MOST_CODINGS} content codings")
    body, was_cut = payload, False
    for name in reversed(names):
        if name in ("gzip", "x-gzip"):
            body, cut = _inflate(body, 31, max_bytes)
        elif name == "deflate":
            body, cut = _deflate(body, max_bytes)
        elif name == "br":
            body, cut = _brotli(body, max_bytes)
        else:
            raise Damaged(f"the content coding “{name[:40]}” is not known", body)
        was_cut = was_cut or cut
    return body, was_cut


def _deflate(body: bytes, limit: int) -> tuple[bytes, bool]:
    """With zlib's wrapper as the standard says, or bare as some servers do."""
    try:
        return _inflate(body, 15, limit)
    except Damaged:
        return _inflate(body, -15, limit)


def _inflate(body: bytes, window: int, limit: int) -> tuple[bytes, bool]:
    out = bytearray()
    rest = body
    while rest:
        engine = zlib.decompressobj(window)
        while not engine.eof:
            try:
                piece = engine.decompress(rest, min(CHUNK, limit + 1 - len(out)))
            except zlib.error as error:
                if out and window == 31 and not engine.eof:
                    raise Damaged(f"the compressed body is damaged ({error})", bytes(out)) from error
                raise Damaged(f"the body is not compressed as it says ({error})", bytes(out)) from error
            out += piece
            if len(out) > limit:
                return bytes(out[:limit]), True
            rest = engine.unconsumed_tail
            if not rest and not piece:
                break
        if not engine.eof:
            raise Damaged("the compressed body breaks off", bytes(out))
        rest = engine.unused_data
        if window != 31 or not rest.startswith(b"\x1f\x8b"):
            break
    return bytes(out), False


def _brotli(body: bytes, limit: int) -> tuple[bytes, bool]:
    engine = brotli.Decompressor()
    out = bytearray()
    try:
        piece = engine.process(body, output_buffer_limit=CHUNK)
        while True:
            out += piece
            if len(out) > limit:
                return bytes(out[:limit]), True
            if engine.is_finished():
                return bytes(out), False
            if engine.can_accept_more_data():
                raise Damaged("the compressed body breaks off", bytes(out))
            piece = engine.process(b"", output_buffer_limit=CHUNK)
    except brotli.error as error:
        raise Damaged(f"the compressed body is damaged ({error})", bytes(out)) from error
