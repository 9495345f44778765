"""What a body is, told from its first bytes.

Follows the WHATWG MIME Sniffing Standard (https://mimesniff.spec.whatwg.org/, sections 5 to 7) for the types the
archive can handle, with one deliberate departure: an unmistakable signature (PDF, an image, an archive) decides
even where the server declared another type, because the bytes decide how they are processed and both the declared
and the sniffed type are kept.
"""

import codecs
import re
import unicodedata

HEAD_BYTES = 1445
"""How many bytes the standard looks at (its "resource header")."""

OCTETS = "application/octet-stream"
_WHITE = b"\t\n\x0c\r "
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_TYPE = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:;|$)")
_UNKNOWN = frozenset({"", "unknown/unknown", "application/unknown", "*/*"})
_WIDE_BYTES = 512
_NO_TEXT = frozenset({"Cc", "Cn", "Co", "Cs"})
_PDF_BYTES = 1024
_XML = frozenset({"text/xml", "application/xml"})

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"Rar!\x1a\x07", "application/x-rar-compressed"),
    (b"OggS\x00", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
)
_WEAK = frozenset({b"BM", b"ID3"})
"""Two or three letters that ordinary text may begin with: they count only where bytes are binary."""

_HTML_TAGS = (
    b"!DOCTYPE HTML",
    b"HTML",
    b"HEAD",
    b"SCRIPT",
    b"IFRAME",
    b"H1",
    b"DIV",
    b"FONT",
    b"TABLE",
    b"A",
    b"STYLE",
    b"TITLE",
    b"B",
    b"BODY",
    b"BR",
    b"P",
    b"!--",
)


def essence(declared: str) -> str:
    """The bare type of a Content-Type value in lower case (``text/html``), or "" where there is none."""
    match = _TYPE.match(declared)
    return match.group(1).lower() if match else ""


def sniff(declared: str, head: bytes) -> str:
    """Return the media type by which a body is processed: lower case, without parameters, never "".

    ``declared`` is the Content-Type value as received (may be ""), ``head`` the first bytes of the decoded body
    (:data:`HEAD_BYTES` are enough).
    """
    head = head[:HEAD_BYTES]
    said = essence(declared)
    signature = _by_signature(head)
    if signature:
        return "application/xml" if said in _XML and signature == OCTETS else signature
    if said in _UNKNOWN or said == OCTETS:
        return _unknown(head)
    if said == "text/plain":
        return "text/plain" if _is_text(head) else OCTETS
    if said.startswith("image/") and said != "image/svg+xml":
        return _unknown(head) if head and _is_text(head) else said
    if said == "application/pdf":
        found = _unknown(head) if head and _is_text(head) else said
        return said if found == "text/plain" and b"%PDF-" in head[:_PDF_BYTES] else found
    return said


def is_html(media_type: str) -> bool:
    """Whether a sniffed type is a page to be parsed as HTML."""
    return media_type in ("text/html", "application/xhtml+xml")


def is_xml(media_type: str) -> bool:
    """Whether a sniffed type is XML that is neither a page nor an image."""
    return (
        (media_type in _XML or media_type.endswith("+xml")) and not is_html(media_type) and not is_image(media_type)
    )


def is_image(media_type: str) -> bool:
    """Whether a sniffed type is a picture (SVG included, which is never rendered by us)."""
    return media_type.startswith("image/")


def is_plain(media_type: str) -> bool:
    """Whether a sniffed type is text that is read as it stands."""
    return (
        not is_html(media_type)
        and not is_xml(media_type)
        and (
            media_type.startswith("text/")
            or media_type in ("application/json", "application/ld+json", "application/javascript")
            or media_type.endswith("+json")
        )
    )


def _by_signature(head: bytes) -> str:
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature) and not (signature in _WEAK and _is_text(head)):
            return media_type
    if head[:4] == b"RIFF" and head[8:14] == b"WEBPVP":
        return "image/webp"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wave"
    if head[4:8] == b"ftyp":
        return "image/avif" if head[8:12] in (b"avif", b"avis") else "video/mp4"
    stripped = head.lstrip(_WHITE)
    if stripped.startswith(b"%PDF-"):
        return "application/pdf"
    return ""


def _unknown(head: bytes) -> str:
    """Section 7.1 of the standard: identifying a resource of unknown type. Markup in UTF-16 is looked for, too."""
    wide = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(head[:2]) or looks_like_utf16(head)
    if wide:
        head = head.decode(wide, "replace").removeprefix("\ufeff").encode("ascii", "replace")
    stripped = head.removeprefix(b"\xef\xbb\xbf").lstrip(_WHITE)
    if _starts_like_html(stripped):
        return "text/html"
    if stripped.startswith(b"<?xml"):
        rest = re.sub(rb"<\?.*?\?>|<!--.*?-->", b"", stripped, flags=re.DOTALL).lstrip(_WHITE)
        return "text/html" if _starts_like_html(rest) else "text/xml"
    return "text/plain" if _is_text(head) else OCTETS


def _starts_like_html(head: bytes) -> bool:
    if not head.startswith(b"<"):
        return False
    name = head[1:16].upper()
    return any(
        name.startswith(tag)
        and (tag == b"!--" or head[1 + len(tag) : 2 + len(tag)] in (b" ", b">", b"\n", b"\t", b"\r"))
        for tag in _HTML_TAGS
    )


def _is_text(head: bytes) -> bool:
    """Section 7.2: a byte-order mark, or no binary data byte; UTF-16 without its mark is let through too."""
    if head.startswith((b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf")):
        return True
    return not _BINARY.search(head) or looks_like_utf16(head) != ""


def looks_like_utf16(head: bytes) -> str:
    """``utf-16-le`` or ``utf-16-be`` where ``head`` has zero bytes as that has and is text when read so, else "".

    Markup, spaces and line ends have their zero byte on one side, whatever script the words are in.
    """
    sample = head[: len(head) // 2 * 2][:_WIDE_BYTES]
    if len(sample) < 8:
        return ""
    least = max(2, len(sample) // 40)
    for name, high, low in (("utf-16-le", sample[1::2], sample[0::2]), ("utf-16-be", sample[0::2], sample[1::2])):
        if high.count(0) >= least and low.count(0) <= high.count(0) // 50 and _is_wide_text(sample, name):
            return name
    return ""


def _is_wide_text(sample: bytes, charset: str) -> bool:
    """Whether UTF-16 text begins with ``sample``: characters that exist, no controls."""
    try:
        text = codecs.getincrementaldecoder(charset)().decode(sample)
    except UnicodeDecodeError:
        return False
    return all(char in "\t\n\r\f" or unicodedata.category(char) not in _NO_TEXT for char in text)
