"""A rendered page with all that it showed in one piece of markup: shadow trees, and what its frames held.

A shadow tree is written as browsers write it, as declarative shadow DOM (WHATWG HTML, ``<template shadowrootmode>``),
closed ones too. What a frame held stands in two attributes of the element that showed it: ``data-archived-frame`` is
the address of the frame's document, ``data-archived-document`` its markup, composed in the same way. The page's own
attributes of these names are renamed before, so that it cannot make up a frame.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

FRAME = "data-archived-frame"
DOCUMENT = "data-archived-document"
_OWN = re.compile(r"\bdata-archived-(?=(?:frame|document)\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Framed:
    """The document of a frame: its address, and its markup."""

    url: str
    markup: str


def put_frames(markup: str, frames: Mapping[str, Framed]) -> str:
    """``markup`` with what its frames held. ``frames`` are by the mark that their elements carry in both attributes.

    Marks are of letters, digits and hyphens and cannot be guessed by the page. Linear in the length of the result.
    """
    marks = "|".join(re.escape(mark) for mark in frames)
    if not marks:
        return _OWN.sub("data-page-", markup)
    marked = re.compile(rf'\bdata-archived-(frame|document)="({marks})"')
    pieces, at = [], 0
    for found in marked.finditer(markup):
        framed = frames[found.group(2)]
        value = framed.url if found.group(1) == "frame" else framed.markup
        pieces.append(_OWN.sub("data-page-", markup[at : found.start()]))
        pieces.append(f'data-archived-{found.group(1)}="{html.escape(value)}"')
        at = found.end()
    return "".join([*pieces, _OWN.sub("data-page-", markup[at:])])
