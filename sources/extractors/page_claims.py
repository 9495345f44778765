"""What a page says of itself: title, author, date, site, language; and the marks in it that usability looks at."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

_LONGEST = 500
_CAPTCHAS = (
    "g-recaptcha",
    "h-captcha",
    "cf-turnstile",
    "cf-challenge",
    "challenge-form",
    "px-captcha",
    "arkose",
    "geetest",
)
_MOST_NODES = 2_000


@dataclass(frozen=True)
class PageClaims:
    """As claimed by the page, unchecked; "" where it says nothing."""

    title: str = ""
    author: str = ""
    published: str = ""
    site_name: str = ""
    language: str = ""
    signals: tuple[str, ...] = ()


def claims_of(root: etree._Element, markup: str) -> PageClaims:
    """Read the claims of a parsed page; ``markup`` is what it was parsed from."""
    meta = _meta(root)
    linked = list(_linked_data(root))
    return PageClaims(
        title=_first(meta.get("og:title"), _text_of(root, "title"), meta.get("twitter:title"), _text_of(root, "h1")),
        author=_first(meta.get("author"), meta.get("article:author"), _from_linked(linked, "author")),
        published=_first(
            meta.get("article:published_time"),
            _from_linked(linked, "datePublished"),
            meta.get("date"),
            meta.get("dc.date"),
            meta.get("dcterms.date"),
            meta.get("datepublished"),
            _time_of(root),
        ),
        site_name=_first(meta.get("og:site_name"), meta.get("application-name"), _from_linked(linked, "publisher")),
        language=_language(root, meta),
        signals=_signals(root, linked, markup),
    )


def _first(*values: str | None) -> str:
    for value in values:
        cleaned = " ".join((value or "").split())
        if cleaned:
            return cleaned[:_LONGEST]
    return ""


def _meta(root: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        if name:
            found.setdefault(str(name).lower(), str(element.get("content") or ""))
    return found


def _text_of(root: etree._Element, tag: str) -> str:
    element = next(root.iter(tag), None)
    return "" if element is None else "".join(str(piece) for piece in element.itertext())


def _time_of(root: etree._Element) -> str:
    element = next(root.iter("time"), None)
    return "" if element is None else str(element.get("datetime") or "")


def _language(root: etree._Element, meta: dict[str, str]) -> str:
    said = _first(
        root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang"), meta.get("content-language")
    )
    return (said or meta.get("og:locale", "").replace("_", "-"))[:35]


def _linked_data(root: etree._Element) -> Iterator[dict[str, Any]]:
    """Every object of the page's JSON-LD scripts, nested ones too."""
    waiting: list[Any] = []
    for element in root.iter("script"):
        if "ld+json" in str(element.get("type") or "").lower():
            try:
                waiting.append(json.loads(element.text or "", strict=False))
            except (ValueError, RecursionError):
                continue
    seen = 0
    while waiting and seen < _MOST_NODES:
        seen += 1
        node = waiting.pop(0)
        if isinstance(node, dict):
            yield node
            waiting.extend(value for value in node.values() if isinstance(value, dict | list))
        elif isinstance(node, list):
            waiting.extend(node)


def _from_linked(linked: list[dict[str, Any]], key: str) -> str:
    for node in linked:
        value = node.get(key)
        names = [_name(item) for item in (value if isinstance(value, list) else [value])]
        joined = ", ".join(name for name in names if name)
        if joined:
            return joined
    return ""


def _name(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else ""


def _signals(root: etree._Element, linked: list[dict[str, Any]], markup: str) -> tuple[str, ...]:
    found: list[str] = []
    if any(str(element.get("type") or "").lower() == "password" for element in root.iter("input")):
        found.append("password_field")
    if any(str(node.get("isAccessibleForFree", "")).lower() == "false" for node in linked):
        found.append("not_free")
    lowered = markup.lower()
    if any(captcha in lowered for captcha in _CAPTCHAS) and _carries_captcha(root):
        found.append("captcha")
    return tuple(found)


def _carries_captcha(root: etree._Element) -> bool:
    """Whether an element, not merely a word, is a test of being human."""
    for element in root.iter("div", "form", "iframe", "script", "input"):
        marks = f"{element.get('class', '')} {element.get('id', '')} {element.get('src', '')}".lower()
        if any(captcha in marks for captcha in _CAPTCHAS):
            return True
    return False
