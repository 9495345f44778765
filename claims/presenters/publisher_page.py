"""A publisher: which of its sources published claims use, when we looked at them, and whether they still answer."""

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet

from claims.models import PublicClaim, PublicSource
from claims.presenters.cards import ClaimCard, card_of
from claims.presenters.today import LatestLook, latest_looks, state_sentence

MOST_SOURCES = 100
MOST_CLAIMS = 50


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
    """The publisher as published records name it; ``None`` where none does, or only for sources protected now."""
    uses = PublicSource.objects.filter(publisher__public_id=public_id, source__is_protected=False)
    newest = uses.order_by("-public_claim_id").first()
    if newest is None:
        return None
    cited, appeared = _claims(uses, is_appearance=False), _claims(uses, is_appearance=True)
    return PublisherPage(
        name=newest.publisher_name,
        sources=_sources(uses),
        cited_by=cited,
        appeared=appeared,
        is_demonstration=any(card.is_demonstration for card in cited + appeared),
    )


def _claims(uses: QuerySet[PublicSource], *, is_appearance: bool) -> tuple[ClaimCard, ...]:
    keys = uses.filter(is_appearance=is_appearance).values("public_claim")
    rows = PublicClaim.objects.filter(pk__in=keys).order_by("-pk")[:MOST_CLAIMS]
    return tuple(card_of(row) for row in rows)


def _sources(uses: QuerySet[PublicSource]) -> tuple[SourceLine, ...]:
    named: dict[str, str] = {}
    rows = uses.order_by("title_folded", "-public_claim_id").values_list("source__public_id", "title")
    for key, title in rows[: MOST_SOURCES * 4]:
        named.setdefault(str(key), title)
    shown = dict(list(named.items())[:MOST_SOURCES])
    looks = latest_looks(shown)
    return tuple(_line(key, title, looks.get(key)) for key, title in shown.items())


def _line(key: str, title: str, look: LatestLook | None) -> SourceLine:
    sentence, is_changed = state_sentence(look) if look is not None else ("", False)
    return SourceLine(title, f"/sources/{key}/", sentence, is_changed)
