import pytest

from sources.domain.media_types import essence, is_html, is_image, is_plain, is_xml, looks_like_utf16, sniff

CASES = {
    "a page as declared": ("text/html; charset=utf-8", b"<p>hello", "text/html"),
    "a PDF sent as octets": ("application/octet-stream", b"%PDF-1.7\n", "application/pdf"),
    "a PDF sent as a page": ("text/html", b"%PDF-1.4", "application/pdf"),
    "a page sent as a picture": ("image/png", b"<!DOCTYPE html><title>x</title>", "text/html"),
    "a page sent as a PDF": ("application/pdf", b"  <html><body>log in", "text/html"),
    "a picture sent as text": ("text/plain", b"\x89PNG\r\n\x1a\nxxxx", "image/png"),
    "nothing declared, a page": ("", b"\n <HTML>", "text/html"),
    "nothing declared, a comment first": ("", b"<!-- made by --><p>", "text/html"),
    "nothing declared, XHTML": ("", b'<?xml version="1.0"?><!DOCTYPE html><html>', "text/html"),
    "nothing declared, a feed": ("", b'<?xml version="1.0"?><rss>', "text/xml"),
    "nothing declared, words": ("", b"just words", "text/plain"),
    "nothing declared, binary": ("", b"\x01\x02\x03", "application/octet-stream"),
    "markup sent as text stays text": ("text/plain", b"<html><p>the source of a page", "text/plain"),
    "binary sent as text": ("text/plain", b"a\x00\x01b", "application/octet-stream"),
    "UTF-16 without its mark": ("text/plain", "some words".encode("utf-16-le"), "text/plain"),
    "UTF-16 that is not Latin": ("text/plain", "слова без знака".encode("utf-16-be"), "text/plain"),
    "a page in UTF-16": ("", "<html><p>words".encode("utf-16"), "text/html"),
    "markup in UTF-16 sent as text stays text": ("text/plain", "<html><p>words".encode("utf-16"), "text/plain"),
    "a PDF after junk": ("application/pdf", b"junk\n%PDF-1.4", "application/pdf"),
    "words about PDFs": ("", b"junk\n%PDF-1.4", "text/plain"),
    "text that begins like a bitmap": ("text/plain", b"BMW sold more cars", "text/plain"),
    "an archive": ("application/octet-stream", b"PK\x03\x04", "application/zip"),
    "a WebP": ("image/jpeg", b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
    "an empty body": ("text/html", b"", "text/html"),
    "a broken type": ("text", b"<p>one", "text/html"),
    "a tag that only looks like one": ("", b"<Bother", "text/plain"),
}


@pytest.mark.parametrize(("declared", "head", "expected"), CASES.values(), ids=CASES.keys())
def test_the_bytes_decide_the_type(declared: str, head: bytes, expected: str) -> None:
    assert sniff(declared, head) == expected


def test_the_bare_type_is_taken_without_parameters() -> None:
    assert essence(" Text/HTML ; charset=x") == "text/html"
    assert essence("nonsense") == ""


def test_each_type_is_read_in_one_way() -> None:
    for media_type in ("text/html", "text/xml", "text/plain", "image/svg+xml", "application/rss+xml", "text/csv"):
        ways = (is_html(media_type), is_xml(media_type), is_plain(media_type), is_image(media_type))
        assert sum(ways) == 1, media_type


def test_words_of_one_byte_a_letter_are_no_utf16() -> None:
    assert looks_like_utf16(b"plain words here") == ""
    assert looks_like_utf16("plain words here".encode("utf-16-be")) == "utf-16-be"
    assert looks_like_utf16("ещё слова, и ещё".encode("utf-16-le")) == "utf-16-le"


def test_numbers_of_two_bytes_are_no_utf16() -> None:
    assert looks_like_utf16(bytes(200)) == ""
    assert looks_like_utf16(b"".join(number.to_bytes(2, "little") for number in range(1, 300))) == ""
    assert looks_like_utf16(b"a\0b\0\0c\0d" * 20) == ""
