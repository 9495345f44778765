"""The whole text of a page, navigation included, with its block boundaries.

Passages are anchored in it, so it must hold everything a reader may quote; what is only for programs (scripts,
styles, templates, fallbacks for switched-off scripts) is left out. Shadow trees and what frames held are read where
they are seen (:mod:`sources.extractors.grafting`). An lxml walk over the tree, no recursion.
"""

from lxml import etree

from sources.domain.extracted import BLOCK_GAP, Extracted, failed
from sources.domain.media_types import is_html, is_xml
from sources.extractors.charset import decode_html
from sources.extractors.grafting import graft, needs_grafting
from sources.extractors.page_claims import claims_of
from sources.extractors.protocol import Hints

_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre search "
    "section summary table tbody tfoot thead tr ul title item entry description"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_CELLS = frozenset(("td", "th"))
_SKIPPED_NAMES = (
    "script style template noscript iframe noembed noframes object audio video canvas select datalist textarea"
)
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_TOO_DEEP = "The page is nested too deeply to be read."
_TITLED = frozenset(("head", "html", "body", "svg"))
_LEVELS = {f"h{level}": level for level in range(1, 7)}


class HtmlExtractor:
    """Producer ``html-blocks``. XML that is no page (a feed, say) is read the same way."""

    producer = "html-blocks"
    version = "3"

    def takes(self, media_type: str) -> bool:
        return is_html(media_type) or is_xml(media_type)

    def extract(self, body: bytes, hints: Hints) -> Extracted:
        text, charset = decode_html(body, hints.declared)
        root, is_whole = _parse(text)
        if not is_whole:
            return failed(self.producer, self.version, "too_deep", _TOO_DEEP, charset=charset)
        if root is None:
            return Extracted(producer=self.producer, version=self.version, charset=charset)
        claims = claims_of(root, text)
        if needs_grafting(text):
            graft(root, lambda markup: _parse(markup)[0], _has_words)
        blocks = _Blocks()
        _walk(root, blocks)
        whole, headings = blocks.finish()
        return Extracted(
            producer=self.producer,
            version=self.version,
            text=whole,
            charset=charset,
            headings=headings,
            title=claims.title,
            author=claims.author,
            published=claims.published,
            site_name=claims.site_name,
            language=claims.language,
            signals=claims.signals,
        )


def _parse(text: str) -> tuple[etree._Element | None, bool]:
    """The tree (None for nothing), and whether it holds the whole page: libxml2 stops at a depth of 2,048."""
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True, recover=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    return root, not any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)


class _Blocks:
    """The text while it grows: pieces of the current block, and the finished blocks."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._levels: list[int] = []
        self._pieces: list[str] = []
        self._level = 0
        self._breaks = 0

    def add(self, text: str | None) -> None:
        if text:
            self._pieces.append(text)
            if self._breaks and not text.isspace():
                self._breaks = 0

    def space(self) -> None:
        self._pieces.append(" ")

    def line_break(self) -> None:
        """One ``br`` is a space, two in a row end the block."""
        self._breaks += 1
        self._pieces.append(" ")
        if self._breaks == 2:
            self.end_block()

    def end_block(self, level: int = 0) -> None:
        """End the block that is open; the one that follows is a heading of ``level``."""
        if self._pieces:
            block = _collapsed("".join(self._pieces))
            if block:
                self._done.append(block)
                self._levels.append(self._level)
            self._pieces = []
        self._level = level
        self._breaks = 0

    def finish(self) -> tuple[str, tuple[tuple[int, int], ...]]:
        self.end_block()
        headings: list[tuple[int, int]] = []
        at = 0
        for block, level in zip(self._done, self._levels, strict=True):
            if level:
                headings.append((at, level))
            at += len(block) + len(BLOCK_GAP)
        return BLOCK_GAP.join(self._done), tuple(headings)


def _collapsed(text: str) -> str:
    """``text`` with every run of white space as one space, and none at its ends.

    Of all white space only the space is printable, so that most blocks are seen to have nothing to collapse, which
    takes a fifth of the time of taking them apart.
    """
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    return " ".join(text.split())


def _has_words(root: etree._Element) -> bool:
    blocks = _Blocks()
    _walk(root, blocks)
    return bool(blocks.finish()[0])


def _walk(root: etree._Element, blocks: _Blocks) -> None:
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "end":
            if tag in _BLOCKS:
                blocks.end_block()
            elif tag in _CELLS:
                blocks.space()
            tail = element.tail
            if tail:
                blocks.add(tail)
        elif tag in _SKIPPED or (tag == "title" and _names_the_page(element)):
            walker.skip_subtree()
        elif isinstance(tag, str):
            _open(tag, blocks)
            text = element.text
            if text:
                blocks.add(text)


def _names_the_page(title: etree._Element) -> bool:
    """A title in the head is kept as the page's claim; one in a feed's item is text."""
    parent = title.getparent()
    return parent is not None and parent.tag in _TITLED


def _open(tag: str, blocks: _Blocks) -> None:
    if tag in _BLOCKS:
        blocks.end_block(_LEVELS.get(tag, 0))
    elif tag == "br":
        blocks.line_break()
    elif tag in _CELLS:
        blocks.space()
