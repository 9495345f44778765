"""A strict Content-Security-Policy holds only if no template needs an exception."""

import re

import pytest

from tests.architecture.code import ROOT

INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)", re.IGNORECASE),
    "a style sheet in the page": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "something of another host": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//", re.IGNORECASE
    ),
}
EXAMPLES = {
    "a script in the page": "<script>x()</script>",
    "a style sheet in the page": "<style>p{}</style>",
    "a style attribute": '<p class="a" style="color:red">',
    "an event attribute": '<a onclick="x()">',
    "a javascript: address": '<a href="javascript:x()">',
    "something of another host": '<script src="https://cdn.example/x.js"></script>',
}
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt", ".svg", ".xml")
)


@pytest.mark.parametrize("what", INLINE, ids=str)
def test_no_template_holds(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in TEMPLATES
        for match in INLINE[what].finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("what", INLINE, ids=str)
def test_the_rule_notices(what: str) -> None:
    assert INLINE[what].search(EXAMPLES[what])


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 10
