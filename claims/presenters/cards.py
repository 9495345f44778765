"""A published claim as lists show it, from its index row alone."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from claims.models import PublicClaim
from claims.presenters.labels import (
    RETRACTED,
    REVIEWERS_DIFFER,
    SUSPENDED,
    attribution_sentence,
    spoken,
    support_view,
    verdict_words,
)
from claims.presenters.parts import LabelView
from claims.presenters.wording import day, moment, sentence
from claims.search.query import Query
from claims.search.snippets import Piece, excerpt, marked


@dataclass(frozen=True)
class ClaimCard:
    """One line of a list."""

    path: str
    slug: str
    statement: str
    headline: str
    language: str
    label: LabelView
    words: str
    attributed: str
    iso: str
    day: str
    is_demonstration: bool
    title: tuple[Piece, ...] = ()
    snippet: tuple[Piece, ...] = ()
    is_of_source: bool = False
    """Whether ``snippet`` is the title of a source, where nothing of the claim's own words was looked for."""

    @property
    def is_marked(self) -> bool:
        """Whether anything that was looked for can be seen on the card."""
        return any(piece.is_match for piece in (*self.title, *self.snippet))


def label_of(row: PublicClaim) -> LabelView:
    """What the list shows in the verdict's place: a suspended or retracted claim shows no verdict."""
    if row.state == "suspended":
        return spoken(SUSPENDED)
    if row.state == "retracted":
        return spoken(RETRACTED)
    return support_view(row.support) if row.support else spoken(REVIEWERS_DIFFER)


def _attributed(row: PublicClaim) -> str:
    if row.state != "up":
        return _("Attributed to {name}").format(name=row.attributed_name)
    return sentence(attribution_sentence(row.attribution, row.attributed_name))


def card_of(row: PublicClaim, query: Query | None = None) -> ClaimCard:
    """``row`` as a card, with what ``query`` looked for marked in the statement and where else it was found."""
    label = label_of(row)
    headline = row.headline if row.state == "up" else ""
    return ClaimCard(
        path=f"/claims/{row.slug}/",
        slug=row.slug,
        statement=row.statement,
        headline=headline,
        language=row.language,
        label=label,
        words=verdict_words(label, is_demonstration=row.is_demonstration),
        attributed=_attributed(row),
        iso=moment(row.revised_at).date().isoformat(),
        day=day(row.revised_at),
        is_demonstration=row.is_demonstration,
        title=marked(row.statement, query, row.language) if query else (),
        snippet=excerpt((headline, row.summary, row.quote), query, row.language) if query else (),
    )
