"""A feed as Atom (RFC 4287)."""

import re
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

from claims.presenters.feeds import Feed, FeedEntry

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
STATES = "https://schema.org/creativeWorkStatus"
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


class _Document(Atom1Feed):
    """Django's, with the state of what an entry tells as its category."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("category", "", {"term": item["state"], "scheme": STATES})


def xml_safe(text: str) -> str:
    """``text`` without the characters that XML 1.0 cannot carry."""
    return _NOT_XML.sub("", text)


def write(feed: Feed) -> str:
    """``feed`` as a document."""
    document = _Document(
        title=xml_safe(feed.title),
        link=f"{feed.site_url}{feed.home_path}",
        feed_url=f"{feed.site_url}{feed.feed_path}",
        feed_guid=f"{feed.site_url}{feed.feed_path}",
        description=xml_safe(feed.description),
        language=feed.language,
        author_name=xml_safe(feed.desk_name),
    )
    for entry in feed.entries:
        document.add_item(**_item(entry, feed.site_url))
    return str(document.writeString("utf-8"))


def _item(entry: FeedEntry, site_url: str) -> dict[str, Any]:
    return {
        "title": xml_safe(entry.title),
        "link": f"{site_url}{entry.path}",
        "unique_id": entry.id,
        "description": xml_safe(entry.text),
        "pubdate": entry.published_at,
        "updateddate": entry.updated_at,
        "author_name": xml_safe(entry.author),
        "state": entry.state,
    }
