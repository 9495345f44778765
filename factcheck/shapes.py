"""The shapes of ratings, findings and warnings, drawn into the page so that none needs a request of its own.

Only the shapes that a page shows stand in it: a sprite would name every label of the scale in each page.
"""

import re
from pathlib import Path

from django.template import Library
from django.utils.safestring import SafeString, mark_safe

SPRITE = Path(__file__).parent / "static" / "img" / "shapes.svg"
_SYMBOL = re.compile(r'<symbol id="(?P<id>[^"]+)" viewBox="(?P<box>[^"]+)">(?P<drawn>.*?)</symbol>', re.DOTALL)

register = Library()


def _shapes() -> dict[str, SafeString]:
    """Every symbol of the sprite as an element of its own, by its id."""
    return {
        found["id"]: mark_safe(  # noqa: S308 - a file of ours
            f'<svg class="i" aria-hidden="true" viewBox="{found["box"]}">{found["drawn"]}</svg>'
        )
        for found in _SYMBOL.finditer(SPRITE.read_text(encoding="utf-8"))
    }


SHAPES = _shapes()


@register.filter
def drawn(shape: str) -> SafeString:
    """The shape of that id; nothing for one that is not in the sprite."""
    return SHAPES.get(shape, SafeString(""))
