"""Bytes to characters, as browsers do it: byte-order mark, header, the document's own word, then detection.

Never raises: what cannot be decoded becomes U+FFFD, and the charset that was used is told.
"""

import codecs
import re

from resiliparse.parse.encoding import detect_encoding
from w3lib.encoding import html_to_unicode, http_content_type_encoding, read_bom, resolve_encoding

from sources.domain.media_types import looks_like_utf16

_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_CONTROLS = bytes((*range(9), 11, *range(14, 32), 127))
"""The same but for surrogates, as the bytes that they are in UTF-8, where nothing else has them."""

_DETECT_BYTES = 65_536


def decode_html(body: bytes, declared: str) -> tuple[str, str]:
    """Characters and charset of an HTML body; ``declared`` is the Content-Type value ("" for none).

    UTF-16 without its mark is told by its zero bytes, whatever the header says: markup has none in any other charset.
    What claims to be UTF-16 and has none is not (a ``meta`` that could be read at all proves it).
    """
    is_marked = bool(read_bom(body)[0])
    wide = "" if is_marked else looks_like_utf16(body)
    if wide:
        return clean(body.decode(wide, "replace")), wide
    try:
        charset, text = html_to_unicode(declared or None, body, auto_detect_fun=detect, default_encoding="cp1252")
        is_wrong = not is_marked and charset.startswith("utf-16")
    except (LookupError, UnicodeError, ValueError):
        is_wrong = True
    if is_wrong:
        charset = detect(body)
        text = body.decode(charset, "replace")
    return clean(text), _name(charset)


def decode_plain(body: bytes, declared: str) -> tuple[str, str]:
    """Characters and charset of a plain text body."""
    marked, mark = read_bom(body)
    if marked and mark:
        return clean(body[len(mark) :].decode(marked, "replace")), _name(marked)
    said = http_content_type_encoding(declared) if declared else None
    charset = looks_like_utf16(body) or (resolve_encoding(said) if said else None)
    if charset == "utf-16":
        charset = "utf-8" if _is_utf8(body) else "utf-16-le"
    if not charset:
        charset = detect(body)
    return clean(body.decode(charset, "replace")), _name(charset)


def detect(body: bytes) -> str:
    """The most likely charset of ``body``: a Python codec name, always a known one."""
    wide = looks_like_utf16(body)
    if wide:
        return wide
    if _is_utf8(body):
        return "utf-8"
    guess = detect_encoding(body[:_DETECT_BYTES]) or "cp1252"
    try:
        return codecs.lookup(guess).name
    except LookupError:
        return "cp1252"


def _is_utf8(body: bytes) -> bool:
    """Whether ``body`` is UTF-8, its last character perhaps cut off."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(body) - 3
    return True


def clean(text: str) -> str:
    """Without characters that are no text: NULs, other controls and lone surrogates become U+FFFD."""
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        return _NOT_TEXT.sub("\ufffd", text)
    is_clean = len(raw.translate(None, _CONTROLS)) == len(raw)
    return text if is_clean else _NOT_TEXT.sub("\ufffd", text)


def _name(charset: str) -> str:
    try:
        return codecs.lookup(charset).name
    except LookupError:
        return charset.lower()
