"""A feed as JSON Feed 1.1 (https://jsonfeed.org/version/1.1)."""

import json
from typing import Any

from claims.presenters.feeds import Feed, FeedEntry

CONTENT_TYPE = "application/feed+json; charset=utf-8"
VERSION = "https://jsonfeed.org/version/1.1"


def write(feed: Feed) -> str:
    """``feed`` as a document. ``_factcheck`` is our own extension: the state of the page, and its verdict's code."""
    document = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": f"{feed.site_url}{feed.home_path}",
        "feed_url": f"{feed.site_url}{feed.feed_path}",
        "description": feed.description,
        "language": feed.language,
        "authors": [{"name": feed.desk_name, "url": f"{feed.site_url}/"}],
        "items": [_item(entry, feed.site_url) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _item(entry: FeedEntry, site_url: str) -> dict[str, Any]:
    return {
        "id": entry.id,
        "url": f"{site_url}{entry.path}",
        "title": entry.title,
        "content_text": entry.text or entry.title,
        "date_published": entry.published_at.isoformat(),
        "date_modified": entry.updated_at.isoformat(),
        "authors": [{"name": entry.author}],
        "language": entry.language,
        "tags": [entry.state],
        "_factcheck": {"about": f"{site_url}/methodology/", "state": entry.state, "support": entry.support or None},
    }
