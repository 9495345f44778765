"""A publisher: which of its sources published claims use, when we looked at them, and whether they still answer."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from claims.models import PublicClaim, PublicSource
from claims.presenters.cards import ClaimCard, card_of
from claims.presenters.today import LatestLook, latest_looks, state_sentence
from sources.models import Publisher

MOST_SOURCES = 100
MOST_CLAIMS = 50
MOST_USES = 400


@dataclass(frozen=True)
class SourceLine:
    """One of its sources; ``today`` says what came of the newest look."""

    title: str
    path: str
    today: str
    is_changed: bool


@dataclass(frozen=True)
class PublisherPage:
    """The page's content."""

    name: str
    sources: tuple[SourceLine, ...]
    cited_by: tuple[ClaimCard, ...]
    appeared: tuple[ClaimCard, ...]
    is_demonstration: bool


def publisher_page(public_id: uuid.UUID) -> PublisherPage | None:
    """The publisher as published records name it; ``None`` where none does, or only for sources protected now.

    Its sources are those that the newest claims use: no more than ``MOST_USES`` rows of each kind are read, however
    often it is cited.
    """
    publisher = Publisher.objects.filter(public_id=public_id).first()
    if publisher is None:
        return None
    cited, appeared = _newest(publisher, is_appearance=False), _newest(publisher, is_appearance=True)
    uses = sorted(cited + appeared, key=lambda use: -use.public_claim_id)
    if not uses:
        return None
    cited_by, appeared_in = _claims(cited), _claims(appeared)
    return PublisherPage(
        name=uses[0].publisher_name,
        sources=_sources(uses),
        cited_by=cited_by,
        appeared=appeared_in,
        is_demonstration=any(card.is_demonstration for card in cited_by + appeared_in),
    )


def _newest(publisher: Publisher, *, is_appearance: bool) -> list[PublicSource]:
    """The uses by the newest claims, straight down an index that ends in the claim.

    Asked with ``in``, since Django writes a plain condition on a boolean so that SQLite takes no index for it.
    """
    uses = PublicSource.objects.filter(publisher=publisher, is_appearance__in=[is_appearance])
    rows = uses.select_related("source").order_by("-public_claim_id")[:MOST_USES]
    return [use for use in rows if not use.source.is_protected]


def _claims(uses: Sequence[PublicSource]) -> tuple[ClaimCard, ...]:
    keys = list(dict.fromkeys(use.public_claim_id for use in uses))[:MOST_CLAIMS]
    rows = PublicClaim.objects.in_bulk(keys)
    return tuple(card_of(rows[key]) for key in keys if key in rows)


def _sources(uses: Sequence[PublicSource]) -> tuple[SourceLine, ...]:
    """At most ``MOST_SOURCES`` of them, used most recently, by title."""
    newest: dict[str, PublicSource] = {}
    for use in uses:
        newest.setdefault(str(use.source.public_id), use)
    by_title = sorted(list(newest.items())[:MOST_SOURCES], key=lambda pair: (pair[1].title_folded, pair[0]))
    looks = latest_looks([key for key, _ in by_title])
    return tuple(_line(key, use.title, looks.get(key)) for key, use in by_title)


def _line(key: str, title: str, look: LatestLook | None) -> SourceLine:
    sentence, is_changed = state_sentence(look) if look is not None else ("", False)
    return SourceLine(title, f"/sources/{key}/", sentence, is_changed)
