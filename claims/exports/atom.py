"""The Atom feed (RFC 4287) of verdicts: one entry a claim for ever; a correction updates it, a retraction says so."""

import re

from django.utils.feedgenerator import Atom1Feed

from claims.models import PublicClaim
from claims.presenters.cards import card_of

DEMONSTRATION_AUTHOR = "Demonstration, not a fact-checker"
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def xml_safe(text: str) -> str:
    """``text`` without the characters that XML 1.0 cannot carry."""
    return _NOT_XML.sub("", text)


def verdicts_feed(rows: list[PublicClaim], *, site_url: str, desk_name: str) -> str:
    """The feed of ``rows`` as a document, newest change first."""
    feed = Atom1Feed(
        title=f"{desk_name}: verdicts",
        link=f"{site_url}/",
        feed_url=f"{site_url}/feeds/verdicts.atom",
        description="Published verdicts, and every change to them.",
        author_name=desk_name,
    )
    for row in rows:
        card = card_of(row)
        summary = " ".join(part for part in (f"{card.words}.", f"{card.attributed}.", card.headline) if part)
        feed.add_item(
            title=xml_safe(f"{card.words}: {card.statement}"),
            link=f"{site_url}{card.path}",
            unique_id=f"urn:uuid:{row.claim.public_id}",
            description=xml_safe(summary),
            pubdate=row.first_published_at,
            updateddate=row.revised_at,
            author_name=DEMONSTRATION_AUTHOR if row.is_demonstration else desk_name,
        )
    return str(feed.writeString("utf-8"))
