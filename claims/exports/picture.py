"""The picture of a verdict for social cards: a PNG of 1200 by 630 pixels, drawn on the server.

The verdict stands in words and shape, never in colour alone. Text is drawn as SVG by resvg, which shapes and orders
scripts that run from right to left. Letters that neither the site's fonts nor the machine's have are not drawn as
boxes: the picture then leaves the statement out and says so. Lines are broken at spaces; a script without spaces is
broken anywhere, which its own rules may forbid.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from xml.sax.saxutils import escape

import resvg_py
from django.conf import settings
from lxml import etree

from claims.exports.picture_fonts import Face, face_of
from claims.presenters.cards import ClaimCard

WIDTH, HEIGHT, MARGIN = 1200, 630, 72
PAPER, INK, MUTED, LINE = "#fbfaf7", "#1c1b19", "#5d5a54", "#dedad1"
TONES = {
    "supported": "#1d6b45",
    "mostly": "#466f30",
    "mixed": "#80590a",
    "mostly-not": "#a1481d",
    "contradicted": "#9b1c2e",
}
OFF = "#55536b"
SIZES = (58, 50, 42)
MOST_LINES = {58: 4, 50: 5, 42: 6}
UNDRAWABLE = "The claim is written in letters that this picture cannot draw. It stands on the page."
BOLD = 1.06
"""How much wider than its plain letters a half-bold line is, at most."""
_STEERING = re.compile(r"[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_NOT_XML = re.compile(r"[^\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
EMBED_RTL, POP = "\u202b", "\u202c"
SVG = "{http://www.w3.org/2000/svg}"


def draw(card: ClaimCard, *, desk_name: str, host: str) -> bytes:
    """The picture of ``card`` as PNG."""
    used: dict[str, Face] = {}
    tone = TONES.get(card.label.tone, OFF)
    statement = plain(card.statement)
    if not is_drawable(statement, "serif"):
        statement = UNDRAWABLE
    size, lines = _fitted(statement)
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/><rect width="{WIDTH}" height="14" fill="{tone}"/>',
        _text(plain(desk_name), MARGIN, 84, 30, "sans", MUTED, used),
        _shape(card.label.shape, MARGIN, 122, 56, tone),
        _verdict(plain(card.words), tone, used),
    ]
    top = 250
    parts += [
        _text(line, MARGIN, top + number * size * 1.22, size, "serif", INK, used, weight=600)
        for number, line in enumerate(lines)
    ]
    foot = f"{_set_apart(plain(card.attributed))} · {plain(f'{card.day} · {host}')}"
    parts += [
        f'<rect x="{MARGIN}" y="560" width="{WIDTH - 2 * MARGIN}" height="2" fill="{LINE}"/>',
        _text(_cut(foot, 26, WIDTH - 2 * MARGIN, "sans"), MARGIN, 598, 26, "sans", MUTED, used, may_turn=False),
    ]
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">{"".join(parts)}</svg>'
    files = [face.file for face in used.values()]
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, font_files=files, skip_system_fonts=True))


def _verdict(words: str, tone: str, used: dict[str, Face]) -> str:
    """The verdict beside its shape, as large as it has room for."""
    x = MARGIN + 76
    room = WIDTH - MARGIN - x
    size = next((one for one in (44, 38, 32) if _width(words, one, "sans") <= room), 26)
    return _text(_cut(words, size, room, "sans"), x, 150 + size // 3, size, "sans", tone, used, weight=650)


def _set_apart(text: str) -> str:
    """``text`` for the middle of a line that runs from left to right."""
    return f"{EMBED_RTL}{text}{POP}" if runs_right_to_left(text) else text


def plain(text: str) -> str:
    """``text`` on one line, without controls and without marks that steer the order of letters."""
    return " ".join(_NOT_XML.sub(" ", _STEERING.sub("", text)).split())


def is_drawable(text: str, style: str) -> bool:
    """Whether there is a font for every letter of ``text``."""
    return all(_is_mark(one) or face_of(one, style) for one in text)


def runs_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction (UAX 9, P2) runs from right to left."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def _is_mark(character: str) -> bool:
    return character == " " or unicodedata.category(character) in ("Mn", "Cf")


def _fitted(text: str) -> tuple[int, list[str]]:
    """The greatest type size at which ``text`` fits, and its lines; cut at the smallest where it does not."""
    for size in SIZES:
        lines = _broken(text, size)
        if len(lines) <= MOST_LINES[size]:
            return size, lines
    kept = lines[: MOST_LINES[size]]
    return size, [*kept[:-1], _cut(f"{kept[-1]} …", size, WIDTH - 2 * MARGIN, "serif")]


def _broken(text: str, size: int) -> list[str]:
    room, lines, line = WIDTH - 2 * MARGIN, [], ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if _width(longer, size, "serif") <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = _pieces(word, size, room)
        lines += whole
    return [*lines, line] if line else lines


def _pieces(word: str, size: int, room: float) -> list[str]:
    """``word`` in pieces that each have room."""
    pieces, piece = [], ""
    for character in word:
        if piece and _width(piece + character, size, "serif") > room:
            pieces.append(piece)
            piece = ""
        piece += character
    return [*pieces, piece]


def _cut(text: str, size: int, room: float, style: str) -> str:
    if _width(text, size, style) <= room:
        return text
    while text and _width(f"{text} …", size, style) > room:
        text = text[:-1]
    return f"{text.rstrip(' …')} …"


def _width(text: str, size: int, style: str) -> float:
    faces = ((face_of(one, style), ord(one)) for one in text if not unicodedata.combining(one))
    return sum(face.widths[code] if face else 0.6 for face, code in faces) * size * BOLD


def _text(
    text: str,
    x: float,
    y: float,
    size: int,
    style: str,
    colour: str,
    used: dict[str, Face],
    *,
    weight: int = 450,
    may_turn: bool = True,
) -> str:
    """A line, in runs of one font each; from the right edge where it runs from right to left and may."""
    spans = "".join(_span(run, face, used) for run, face in _runs(text, style))
    place = f'x="{x}"'
    if may_turn and runs_right_to_left(text):
        place, spans = f'x="{WIDTH - MARGIN}" text-anchor="end"', f"{EMBED_RTL}{spans}{POP}"
    return f'<text {place} y="{y:.0f}" font-size="{size}" font-weight="{weight}" fill="{colour}">{spans}</text>'


def _runs(text: str, style: str) -> Iterable[tuple[str, Face | None]]:
    run, of = "", None
    for character in text:
        face = of if _is_mark(character) and run else face_of(character, style)
        if run and face != of:
            yield run, of
            run = ""
        run, of = run + character, face
    if run:
        yield run, of


def _span(run: str, face: Face | None, used: dict[str, Face]) -> str:
    if face is None:
        return escape("?" * len(run))
    used[face.file] = face
    family = escape(face.family, {'"': "&quot;"})
    return f'<tspan font-family="{family}" xml:space="preserve">{escape(run)}</tspan>'


def _shape(name: str, x: int, y: int, size: int, colour: str) -> str:
    return (
        f'<g transform="translate({x} {y}) scale({size / 16})" color="{colour}" fill="{colour}">'
        f"{shapes().get(name, '')}</g>"
    )


@cache
def shapes() -> dict[str, str]:
    """The site's shapes by name, as the SVG that draws each on 16 units."""
    tree = etree.parse(settings.ROOT / "factcheck" / "static" / "img" / "shapes.svg")
    return {
        str(symbol.get("id")): "".join(etree.tostring(child, encoding="unicode", with_tail=False) for child in symbol)
        for symbol in tree.getroot().iter(f"{SVG}symbol")
    }
