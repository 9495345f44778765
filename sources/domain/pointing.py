"""Showing an archived page with what the archive has of it: pictures, style sheets, and what its frames held.

It only decides what a reader sees, not what is safe: the page is shown under a policy that runs nothing and loads
pictures from the archive alone. Hence plain searches, linear in the length of the page whatever stands in it, and no
parser for markup that was made to hurt one. What is put in is bounded, too.

A frame becomes a box with a shadow tree of its own (declarative shadow DOM), so that its styles stay within it and no
frame is needed. Style sheets are put in where they were linked, with what they import.
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import ada_url

from sources.domain.composed import DOCUMENT, FRAME

MOST_POINTED = 5_000
MOST_STYLE_CHARACTERS = 4 * 2**20
MOST_IMPORTS = 50
MOST_IMPORT_DEPTH = 3
MOST_DEPTH = 5

_VALUE = r"""\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)"""
_TAG = re.compile(r"<(img|source|link|base)\b[^<>]{0,4096}>", re.IGNORECASE)
_FRAMED = re.compile(rf'<(iframe|frame|object|embed)\b[^<>]*\b{DOCUMENT}="[^"]*"[^<>]*>', re.IGNORECASE)
_SOURCE = re.compile(rf"(?<=[\s\"'/])src{_VALUE}", re.IGNORECASE)
_CHOICES = re.compile(rf"(?<=[\s\"'/])srcset{_VALUE}", re.IGNORECASE)
_CHOICES_NAME = re.compile(r"""(?<=[\s"'/])srcset(?=\s*=)""", re.IGNORECASE)
_HREF = re.compile(rf"(?<=[\s\"'/])href{_VALUE}", re.IGNORECASE)
_REL = re.compile(rf"(?<=[\s\"'/])rel{_VALUE}", re.IGNORECASE)
_MEDIA = re.compile(rf"(?<=[\s\"'/])media{_VALUE}", re.IGNORECASE)
_ADDRESS = re.compile(rf'\b{FRAME}="([^"]*)"')
_HELD = re.compile(rf'\b{DOCUMENT}="([^"]*)"')
_URL = re.compile(
    r"""\burl\(\s{0,9}(&quot;|&#39;|["']?)([^"'()<>\s&]{1,2048}(?:&amp;[^"'()<>\s&]{0,2048}){0,50})\1\s{0,9}\)"""
)
_IMPORT = re.compile(
    r"""@import\s{0,9}(?:url\(\s{0,9})?(["']?)([^"'()<>\s;]{1,2048})\1\s{0,9}\)?(?:\s{1,9}([^;{}<>"']{0,300}))?;""",
    re.IGNORECASE,
)
_BEFORE_IMPORT = re.compile(r"""\s+|/\*(?:[^*]|\*(?!/))*\*/|@charset\s+["'][^"']{0,99}["']\s*;""", re.IGNORECASE)

StyleOf = Callable[[str], str]
"""The characters of a style sheet by its absolute address, "" where the archive has none."""


def no_styles(_url: str) -> str:
    """The archive of a page that has no style sheets."""
    return ""


def show_page(markup: str, *, page_url: str, addresses: Mapping[str, str], style_of: StyleOf = no_styles) -> str:
    """``markup`` with each picture that ``addresses`` has (by its absolute URL, without fragment) taken from there.

    ``style_of`` gives the style sheets. What the archive has not is left as it is; the policy lets none of it load.
    """
    return _Showing(addresses, style_of).page(markup, page_url, 0)


@dataclass
class _Showing:
    addresses: Mapping[str, str]
    style_of: StyleOf
    pointed: int = 0
    styled: int = 0
    known: dict[str, str] = field(default_factory=dict)

    def page(self, markup: str, page_url: str, depth: int) -> str:
        """One document, frames within frames to :data:`MOST_DEPTH`."""
        part = _Part(self, page_url)
        pieces, at = [], 0
        for found in _FRAMED.finditer(markup):
            pieces.append(part.show(markup[at : found.start()]))
            pieces.append(self._frame(found.group(0), depth))
            at = found.end()
        return "".join([*pieces, part.show(markup[at:])])

    def _frame(self, tag: str, depth: int) -> str:
        held, address = _HELD.search(tag), _ADDRESS.search(tag)
        if held is None or depth >= MOST_DEPTH:
            return tag
        url = html.unescape(address.group(1)) if address else ""
        inner = self.page(html.unescape(held.group(1)), url, depth + 1)
        return (
            '<div style="all:initial;display:block;overflow:auto;max-width:100%;border:1px solid #999">'
            f'<template shadowrootmode="open">{inner}</template></div>'
        )

    def address(self, base: str, url: str) -> str:
        """Where the archive shows the picture of this address, "" where it has none or enough are shown."""
        if self.pointed >= MOST_POINTED:
            return ""
        address = self.addresses.get(_absolute(base, url), "")
        self.pointed += bool(address)
        return address

    def sheet(self, base: str, url: str, depth: int = 0) -> str:
        """A style sheet with those that it imports, its pictures pointed at the archive."""
        absolute = _absolute(base, url)
        text = self.style_of(absolute) if absolute and depth <= MOST_IMPORT_DEPTH else ""
        self.styled += len(text)
        if not text or self.styled > MOST_STYLE_CHARACTERS:
            return ""
        imports, text = _imports(text)
        pieces = []
        for name, media in imports:
            inner = self.sheet(absolute, name, depth + 1)
            pieces.append(f"@media {media} {{{inner}}}" if inner and media else inner)
        return "".join([*pieces, self.point_styles(text.replace("</", "<\\/"), absolute)])

    def point_styles(self, text: str, base: str) -> str:
        """``text`` with each picture that a style names and the archive has taken from there."""

        def pointed(found: re.Match[str]) -> str:
            address = self.address(base, html.unescape(found.group(2)))
            return f"url({found.group(1)}{address}{found.group(1)})" if address else found.group(0)

        return _URL.sub(pointed, text)


@dataclass
class _Part:
    """One document while it is worked off: its base address, and the choice that the picture after it may take."""

    showing: _Showing
    base: str
    is_based: bool = False
    choice: str = ""

    def show(self, markup: str) -> str:
        """A piece of it that holds no frame."""
        pieces, at = [], 0
        for found in _TAG.finditer(markup):
            pieces.append(self.showing.point_styles(markup[at : found.start()], self.base))
            pieces.append(self._tag(found.group(1).lower(), found.group(0)))
            at = found.end()
        return "".join([*pieces, self.showing.point_styles(markup[at:], self.base)])

    def _tag(self, name: str, tag: str) -> str:
        if name == "base":
            href = _value(_HREF, tag)
            if href and not self.is_based:
                self.base, self.is_based = _absolute(self.base, href) or self.base, True
            return tag
        if name == "link":
            return self._link(tag)
        if name == "source":
            self.choice = self.choice or self._choose(tag)
            return _CHOICES_NAME.sub("data-srcset", tag)
        return self._image(tag)

    def _image(self, tag: str) -> str:
        source = _value(_SOURCE, tag)
        address = self.choice or (self.showing.address(self.base, source) if source else "") or self._choose(tag)
        self.choice = ""
        tag = _CHOICES_NAME.sub("data-srcset", tag)
        if not address:
            return tag
        put = f'src="{html.escape(address)}"'
        return _SOURCE.sub(lambda _: put, tag, count=1) if source else f"{tag[:4]} {put}{tag[4:]}"

    def _choose(self, tag: str) -> str:
        """The first of the choices (``srcset``) that the archive has: the browser loaded one of them."""
        for candidate in _value(_CHOICES, tag).split(",")[:50]:
            words = candidate.split()
            address = self.showing.address(self.base, words[0]) if words else ""
            if address:
                return address
        return ""

    def _link(self, tag: str) -> str:
        rel = _value(_REL, tag).lower().split()
        if "stylesheet" not in rel or "alternate" in rel:
            return tag
        text = self.showing.sheet(self.base, _value(_HREF, tag))
        media = _value(_MEDIA, tag)
        return f'<style media="{html.escape(media)}">{text}</style>' if text else tag


def _imports(text: str) -> tuple[list[tuple[str, str]], str]:
    """What a style sheet imports, which it does before anything else: addresses and media; and the rest of it."""
    found: list[tuple[str, str]] = []
    at = 0
    while len(found) < MOST_IMPORTS:
        if before := _BEFORE_IMPORT.match(text, at):
            at = before.end()
        elif one := _IMPORT.match(text, at):
            found.append((one.group(2), (one.group(3) or "").strip()))
            at = one.end()
        else:
            break
    return found, text[at:]


def _value(attribute: re.Pattern[str], tag: str) -> str:
    found = attribute.search(tag)
    return html.unescape(found.group(1).strip("\"'")).strip() if found else ""


def _absolute(page_url: str, url: str) -> str:
    try:
        joined = ada_url.join_url(page_url, url) if page_url else ada_url.URL(url).href
    except ValueError:
        return ""
    return joined.partition("#")[0]
