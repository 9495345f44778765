"""What feeds tell: entries whose ids stay for ever (RFC 4287, 4.2.6), each updated in place by what happens to it.

A verdict's entry is its claim's: a correction updates it, and a suspension or retraction takes its verdict out and
says so. A line of the corrections feed is one revision or one notice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from claims.domain.claimreview_check import DEMONSTRATION_AUTHOR
from claims.models import Notice, NoticeKind, PublicClaim, PublicCorrection
from claims.models.publication import RevisionKind
from claims.presenters.cards import card_of
from claims.presenters.wording import sentence, term
from claims.querysets import records_of

HIDDEN = {
    "suspended": "The verdict is hidden while we look at it again.",
    "retracted": "We no longer stand by the verdict that stood here.",
}
TOLD = (NoticeKind.SUSPENDED, NoticeKind.RECHECKING)
"""Notices that change what a reader may rely on."""


@dataclass(frozen=True)
class FeedEntry:
    """One entry. ``id`` is a URN that never changes, ``path`` is below the site, ``state`` as on the page."""

    id: str
    path: str
    title: str
    text: str
    published_at: datetime
    updated_at: datetime
    author: str
    language: str
    state: str
    support: str = ""


@dataclass(frozen=True)
class Feed:
    """A feed. ``home_path`` is the page it goes with, ``feed_path`` its own address, with its query."""

    title: str
    description: str
    home_path: str
    feed_path: str
    site_url: str
    desk_name: str
    language: str
    entries: Sequence[FeedEntry] = field(default=())

    @property
    def updated_at(self) -> datetime | None:
        """When the newest change in it was made; ``None`` where it is empty."""
        return max((entry.updated_at for entry in self.entries), default=None)


def verdict_entry(row: PublicClaim, desk_name: str) -> FeedEntry:
    """The entry of a claim, from its index row."""
    card = card_of(row)
    said = [f"{card.words}.", HIDDEN.get(row.state, ""), f"{card.attributed}.", card.headline]
    return FeedEntry(
        id=f"urn:uuid:{row.claim.public_id}",
        path=card.path,
        title=f"{card.words}: {card.statement}",
        text=" ".join(part for part in said if part),
        published_at=row.first_published_at,
        updated_at=row.revised_at,
        author=_author(row, desk_name),
        language=row.language,
        state=row.state,
        support=row.support if row.state == "up" else "",
    )


def correction_entries(most: int, desk_name: str) -> list[FeedEntry]:
    """The newest ``most`` corrections, suspensions and re-checks, newest change first.

    A query for each kind of notice: the index that ends in the time begins with the kind.
    """
    rows = PublicCorrection.objects.select_related("revision", "public_claim")
    changes = list(rows.order_by("-published_at", "-revision_id")[:most])
    notes = [record.revision.note for record in records_of([one.revision for one in changes])]
    entries = [_of_revision(one, note, desk_name) for one, note in zip(changes, notes, strict=True)]
    for kind in TOLD:
        notices = Notice.objects.filter(kind=kind, claim__public__isnull=False).select_related("claim__public")
        entries += [_of_notice(one, desk_name) for one in notices.order_by("-put_up_at", "-pk")[:most]]
    return sorted(entries, key=lambda entry: (entry.updated_at, entry.id), reverse=True)[:most]


def _of_revision(change: PublicCorrection, note: str, desk_name: str) -> FeedEntry:
    row, revision = change.public_claim, change.revision
    kind = sentence(term(revision.get_kind_display()))
    return FeedEntry(
        id=f"urn:uuid:{revision.public_id}",
        path=f"/claims/{row.slug}/#history",
        title=_marked(row, f"{kind}: {row.statement}"),
        text=note,
        published_at=revision.published_at,
        updated_at=revision.published_at,
        author=_author(row, desk_name),
        language=row.language,
        state="retracted" if revision.kind == RevisionKind.RETRACTION else row.state,
    )


def _of_notice(notice: Notice, desk_name: str) -> FeedEntry:
    row = notice.claim.public
    kind = sentence(term(notice.get_kind_display()))
    title = _("{notice}: lifted").format(notice=kind) if notice.lifted_at else kind
    return FeedEntry(
        id=f"urn:uuid:{notice.public_id}",
        path=f"/claims/{row.slug}/#history",
        title=_marked(row, f"{title}: {row.statement}"),
        text=notice.text,
        published_at=notice.put_up_at,
        updated_at=notice.lifted_at or notice.put_up_at,
        author=_author(row, desk_name),
        language=row.language,
        state=row.state,
    )


def _author(row: PublicClaim, desk_name: str) -> str:
    return DEMONSTRATION_AUTHOR if row.is_demonstration else desk_name


def _marked(row: PublicClaim, title: str) -> str:
    return f"Demonstration: {title[:1].lower()}{title[1:]}" if row.is_demonstration else title
