"""ClaimReview (https://schema.org/ClaimReview), made from the finished page so that both say the same.

Numbers stand only beside the five ordered labels, best = most supported, and never on a demonstration. The author of
the claim is the named speaker only where it is established that they said it; else the outlet that printed it.
"""

import json
import re
from typing import Any

from claims.domain.claimreview_check import DEMONSTRATION_AUTHOR, NOT_ESTABLISHED
from claims.domain.record_v1 import RevisionRecord
from claims.domain.scales import BEST_RATING, WORST_RATING, scale
from claims.presenters.parts import AppearanceView
from claims.presenters.wording import moment

_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def claimreview(
    record: RevisionRecord,
    *,
    url: str,
    words: str,
    headline: str,
    appearances: tuple[AppearanceView, ...],
    desk_name: str,
    site_url: str,
) -> dict[str, Any]:
    """The object for the page at ``url`` whose verdict reads ``words``."""
    claim: dict[str, Any] = {"@type": "Claim", "author": _author(record, appearances)}
    if said_on := _date(record):
        claim["datePublished"] = said_on
    works = [{"@type": "CreativeWork", "name": one.title, "url": one.url} for one in appearances if one.url]
    if works:
        claim["firstAppearance"], claim["appearance"] = works[0], works
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": url,
        "datePublished": moment(record.revision.first_published_at).date().isoformat(),
        "dateModified": moment(record.revision.published_at).date().isoformat(),
        "claimReviewed": record.claim.statement,
        "inLanguage": record.claim.language,
        "author": _reviewer(record, desk_name, site_url),
        "itemReviewed": claim,
        "reviewRating": _rating(record, words, headline),
    }


def as_script(data: dict[str, Any]) -> str:
    """``data`` as JSON that can stand in a script element: nothing in it ends the element or a line."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _reviewer(record: RevisionRecord, desk_name: str, site_url: str) -> dict[str, str]:
    if record.claim.demonstration:
        return {"@type": "Organization", "name": DEMONSTRATION_AUTHOR}
    return {"@type": "Organization", "name": desk_name, "url": f"{site_url}/"}


def _author(record: RevisionRecord, appearances: tuple[AppearanceView, ...]) -> dict[str, str]:
    who = record.attributed_link.who
    if who.kind == "speaker" and record.verdict.shared_attribution == "said_it":
        return {"@type": "Person" if who.speaker_kind == "person" else "Organization", "name": who.name}
    outlets = [link.who.name for link in record.chain if link.who.kind == "source"]
    if outlets:
        return {"@type": "Organization", "name": outlets[-1]}
    if appearances:
        return {"@type": "Organization", "name": appearances[0].title}
    return {"@type": "Organization", "name": NOT_ESTABLISHED}


def _date(record: RevisionRecord) -> str:
    """When it was said, if that is a date of ISO 8601 that does not lie after the review."""
    text = record.attributed_link.date.edtf
    reviewed = moment(record.revision.first_published_at).date().isoformat()
    return text if _ISO.fullmatch(text) and text <= reviewed[: len(text)] else ""


def _rating(record: RevisionRecord, words: str, headline: str) -> dict[str, Any]:
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": words, "ratingExplanation": headline}
    support = record.verdict.support
    value = scale(record.verdict.rubric).rating_value(support) if support else None
    if value is not None and not record.claim.demonstration:
        rating |= {"ratingValue": value, "bestRating": BEST_RATING, "worstRating": WORST_RATING}
    return rating
