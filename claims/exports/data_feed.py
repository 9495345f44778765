"""Every ClaimReview that stands, as a schema.org DataFeed (https://schema.org/DataFeed), a page at a time."""

from collections.abc import Sequence
from typing import Any

from claims.domain.record_v1 import RevisionRecord
from claims.domain.veiling import sources_in, veiled
from claims.models import PublicClaim
from claims.presenters import evidence, verdicts
from claims.presenters.claimreview import claimreview
from claims.presenters.today import LatestLook, SourceToday, Today, latest_looks
from claims.querysets import records_of


def data_feed(rows: Sequence[PublicClaim], *, url: str, site_url: str, desk_name: str) -> dict[str, Any]:
    """The DataFeed at ``url`` of ``rows``, each with its ``revision`` and ``claim`` read; three queries.

    Each item is the very object that the claim's page carries.
    """
    records = records_of([row.revision for row in rows])
    looks = latest_looks(source for record in records for source in sources_in(record))
    items = [
        {
            "@type": "DataFeedItem",
            "dateCreated": row.first_published_at.isoformat(),
            "dateModified": row.revised_at.isoformat(),
            "item": _review(row, record, looks, site_url, desk_name),
        }
        for row, record in zip(rows, records, strict=True)
    ]
    newest = max((row.revised_at for row in rows), default=None)
    dated = {"dateModified": newest.isoformat()} if newest else {}
    return {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "name": f"{desk_name}: ClaimReview",
        "url": url,
        **dated,
        "provider": {"@type": "Organization", "name": desk_name, "url": f"{site_url}/"},
        "dataFeedElement": items,
    }


def _review(
    row: PublicClaim, kept: RevisionRecord, looks: dict[str, LatestLook], site_url: str, desk_name: str
) -> dict[str, Any]:
    protected = {key: look.protected_reason for key, look in looks.items() if look.is_protected}
    record = veiled(kept, protected)
    states = {
        key: SourceToday("", False, look.is_protected, look.protected_reason, look.rights)
        for key, look in looks.items()
    }
    today = Today(sources=states)
    return claimreview(
        record,
        url=f"{site_url}/claims/{row.slug}/",
        words=verdicts.verdict_of(record).words,
        headline=record.headline,
        appearances=tuple(
            evidence.appearance_of(one, today, site_url, record.claim.language) for one in record.appearances
        ),
        desk_name=desk_name,
        site_url=site_url,
    )
