"""Putting shadow trees and the documents of frames where a reader sees them, before a page's text is read.

Declarative shadow DOM (``<template shadowrootmode>``) is put in the place of its host's content, and that content
into the slots that it was meant for (WHATWG DOM, "assigning slottables"); what fits no slot follows. What a frame
held (:mod:`sources.domain.composed`, or its ``srcdoc``) stands between two blocks that say that it is in a frame, and
whose. No recursion; number and depth are bounded, and what is beyond is not read.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from lxml import etree

from sources.domain.composed import DOCUMENT, FRAME

MOST_SHADOWS = 5_000
MOST_FRAMES = 200
MOST_DEPTH = 5
_MODES = frozenset(("open", "closed"))
_FRAMES = "//*[@data-archived-document or (self::iframe and @srcdoc)]"
_TREE, _SLOTTED, _FRAME_TREE = "shadow-tree", "slotted", "frame-tree"

Parse = Callable[[str], etree._Element | None]
HasWords = Callable[[etree._Element], bool]


def needs_grafting(markup: str) -> bool:
    """Whether there may be a shadow tree or a frame's document in it."""
    lower = markup.lower()
    return "shadowrootmode" in lower or DOCUMENT in lower or "srcdoc" in lower


def graft(root: etree._Element, parse: Parse, has_words: HasWords) -> None:
    """Put frames and shadow trees into the tree of ``root``, in place. ``parse`` reads the markup of a document."""
    _graft_shadows(root)
    waiting, grafted = [(root, 0)], 0
    while waiting:
        tree, depth = waiting.pop()
        for element in tree.xpath(_FRAMES):
            markup = element.get(DOCUMENT) or element.get("srcdoc") or ""
            if grafted >= MOST_FRAMES or depth >= MOST_DEPTH or not markup.strip():
                continue
            grafted += 1
            inner = parse(markup)
            if inner is None:
                continue
            _graft_shadows(inner)
            waiting.append((inner, depth + 1))
            if has_words(inner) or inner.xpath(_FRAMES):
                _put(element, inner)


def _put(element: etree._Element, inner: etree._Element) -> None:
    """Make ``element`` the frame's words, with a block before and after that says whose they are."""
    whose = _whose(element.get(FRAME) or "")
    tail = element.tail
    element.clear()
    element.tag, element.tail = _FRAME_TREE, tail
    before, after = etree.SubElement(element, "p"), etree.Element("p")
    before.text, after.text = f"[In a frame {whose}:]", f"[End of the frame {whose}.]"
    element.append(inner)
    element.append(after)


def _whose(url: str) -> str:
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return f"from {host}" if host else "of the page itself"


def _graft_shadows(root: etree._Element) -> None:
    """Innermost first: what an outer tree puts into an inner one's slot may be a slot of its own."""
    hosts: list[tuple[etree._Element, list[etree._Element]]] = []
    within: list[list[etree._Element]] = []
    for event, element in etree.iterwalk(root, events=("start", "end"), tag=("template", "slot")):
        is_shadow = element.tag == "template" and element.get("shadowrootmode", "").lower() in _MODES
        if event == "end":
            if is_shadow and within:
                within.pop()
        elif is_shadow:
            within.append([])
            if len(hosts) < MOST_SHADOWS and element.getparent() is not None:
                hosts.append((element, within[-1]))
        elif element.tag == "slot" and within:
            within[-1].append(element)
    for template, slots in reversed(hosts):
        _compose(template, slots)


def _compose(template: etree._Element, slots: list[etree._Element]) -> None:
    host = template.getparent()
    if host is None or host.find(_TREE) is not None:
        return
    template.tag = _TREE
    named: dict[str, etree._Element] = {}
    for slot in slots:
        if named.setdefault(slot.get("name") or "", slot) is slot:
            slot.tag = _SLOTTED
    light = [child for child in host if child is not template]
    texts = [host.text, template.tail]
    host.text, template.tail = None, None
    filled: set[str] = set()
    for text in texts:
        _assign_text(text, template, named, filled)
    for child in light:
        tail, child.tail = child.tail, None
        name = (child.get("slot") or "") if isinstance(child.tag, str) else ""
        _place(named, name, template, filled).append(child)
        _assign_text(tail, template, named, filled)


def _assign_text(
    text: str | None, template: etree._Element, named: dict[str, etree._Element], filled: set[str]
) -> None:
    if not text:
        return
    place = _place(named, "", template, filled)
    last = place[-1] if len(place) else None
    if last is None:
        place.text = (place.text or "") + text
    else:
        last.tail = (last.tail or "") + text


def _place(named: dict[str, etree._Element], name: str, template: etree._Element, filled: set[str]) -> etree._Element:
    """Where something that is meant for the slot ``name`` goes; what would stand there otherwise gives way."""
    slot = named.get(name)
    if slot is None:
        return _rest(template)
    if name not in filled:
        filled.add(name)
        for child in list(slot):
            slot.remove(child)
        slot.text = None
    return slot


def _rest(template: etree._Element) -> etree._Element:
    """What fits no slot: after the tree, a block of its own."""
    rest = template.getnext()
    if rest is None or rest.tag != "div" or rest.get(_TREE) is None:
        rest = etree.Element("div", {_TREE: ""})
        template.addnext(rest)
    return rest
