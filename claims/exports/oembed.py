"""oEmbed 1.0 (https://oembed.com): a claim's card for somebody else's page, as a frame without script."""

import json
from collections.abc import Mapping
from xml.sax.saxutils import escape

from claims.exports.atom import xml_safe
from claims.exports.picture import HEIGHT, WIDTH
from claims.presenters.cards import ClaimCard

CARD_WIDTH, CARD_HEIGHT = 600, 300
LEAST_WIDTH = 220
JSON, XML = "application/json; charset=utf-8", "text/xml; charset=utf-8"
CACHE_SECONDS = 300

Answer = Mapping[str, str | int]


def answer(
    card: ClaimCard, *, site_url: str, desk_name: str, most_width: int | None, most_height: int | None
) -> Answer:
    """The ``rich`` answer, no larger than ``most_width`` by ``most_height`` pixels where the asker sets a limit."""
    width = max(LEAST_WIDTH, min(CARD_WIDTH, most_width or CARD_WIDTH))
    height = min(CARD_HEIGHT, most_height or CARD_HEIGHT)
    title = f"{card.words}: {card.statement}"
    frame = (
        f'<iframe src="{site_url}/embed{card.path}" width="{width}" height="{height}" '
        f'title="{escape(title, {chr(34): "&quot;"})}" frameborder="0" loading="lazy" referrerpolicy="no-referrer" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": "Demonstration, not a fact-checker" if card.is_demonstration else desk_name,
        "author_url": f"{site_url}/",
        "provider_name": desk_name,
        "provider_url": f"{site_url}/",
        "cache_age": CACHE_SECONDS,
        "html": frame,
        "width": width,
        "height": height,
        "thumbnail_url": f"{site_url}{card.path}card.png",
        "thumbnail_width": WIDTH,
        "thumbnail_height": HEIGHT,
    }


def as_json(data: Answer) -> str:
    return json.dumps(data, ensure_ascii=False)


def as_xml(data: Answer) -> str:
    inside = "".join(f"<{name}>{escape(xml_safe(str(value)))}</{name}>" for name, value in data.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{inside}</oembed>\n'
