"""The tokens keep WCAG's contrast in both colour schemes: 4.5:1 for words, 3:1 for edges of controls and focus."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[3] / "factcheck" / "static" / "css" / "tokens.css"
GROUNDS = ("paper", "sheet", "wash")
WORDS = ("ink", "muted", "link", "danger", "good", "warn", "supported", "mostly", "mixed", "mostly-not", "contradicted",
         "off")  # fmt: skip
EDGES = ("edge", "focus")


def _schemes() -> dict[str, dict[str, str]]:
    light, dark = CSS.read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    found = {}
    for name, text in (("light", light), ("dark", dark)):
        found[name] = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", text))
    return found


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_contrast(scheme: str, ground: str) -> None:
    tokens = _schemes()[scheme]
    low = {name: _contrast(tokens[name], tokens[ground]) for name in WORDS}
    assert {name: ratio for name, ratio in low.items() if ratio < 4.5} == {}
    edges = {name: _contrast(tokens[name], tokens[ground]) for name in EDGES}
    assert {name: ratio for name, ratio in edges.items() if ratio < 3} == {}


def test_marked_words_are_legible() -> None:
    for tokens in _schemes().values():
        assert _contrast(tokens["mark"], tokens["mark-ink"]) >= 4.5
