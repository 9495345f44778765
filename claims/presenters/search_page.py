"""The search page: what was found, and what it can be narrowed to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.utils.dates import MONTHS
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from claims.domain.scales import SUPPORT_CODES
from claims.models import PublicSource
from claims.presenters.cards import ClaimCard, card_of
from claims.presenters.labels import support_view
from claims.presenters.names import id_of, key_of, names_of
from claims.search.facets import FACETS, Filters
from claims.search.query import Query
from claims.search.searching import MOST_RANKED, Found
from claims.search.snippets import excerpt
from sources.domain.terms import MOST_TERMS

MOST_VALUES: Final = 8
TITLES: Final[Mapping[str, str | Promise]] = {
    "support": _("Verdict"),
    "topic": _("Topic"),
    "outlet": _("Outlet"),
    "source": _("Source cited"),
    "speaker": _("Said by"),
    "date": _("Published"),
}
NAMED: Final = ("topic", "outlet", "source", "speaker")


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet: its name, how many of what was found have it, and the query string that chooses it."""

    name: str
    count: int
    query: str


@dataclass(frozen=True)
class Facet:
    """One way to narrow what was found. ``chosen`` is the name of the value it is narrowed to, or ``""``."""

    code: str
    title: str | Promise
    values: tuple[FacetValue, ...]
    chosen: str
    without: str


@dataclass(frozen=True)
class SearchPage:
    """All that the page shows; query strings begin after the question mark."""

    q: str
    cards: tuple[ClaimCard, ...]
    facets: tuple[Facet, ...]
    chosen: tuple[Facet, ...]
    kept: tuple[tuple[str, str], ...]
    sum: str | Promise
    note: str | Promise
    sort: str
    other_sort: str
    older: str
    is_asked: bool
    is_unreadable: bool
    is_demonstration: bool


def search_page(q: str, query: Query, filters: Filters, sort: str, found: Found) -> SearchPage:
    """The page for what was typed (``q``) and ``found``."""
    kept = {"q": q, **filters.chosen(), "sort": "" if sort == "relevance" else sort}
    cards = _cards(query, found)
    facets = _facets(kept, filters, found)
    return SearchPage(
        q=q,
        cards=cards,
        facets=tuple(facet for facet in facets if facet.values),
        chosen=tuple(facet for facet in facets if facet.chosen),
        kept=tuple((name, value) for name, value in kept.items() if value and name != "q"),
        sum=_sum(found),
        note=_note(query, sort, found),
        sort=sort,
        other_sort=_query({**kept, "sort": "date" if sort == "relevance" else ""}) if query.wanted else "",
        older=_query({**kept, "after": found.after}) if found.after else "",
        is_asked=bool(q or filters.chosen()),
        is_unreadable=bool(q) and query.is_empty,
        is_demonstration=any(card.is_demonstration for card in cards),
    )


def _cards(query: Query, found: Found) -> tuple[ClaimCard, ...]:
    """What was found; a claim that was found by the title of a source alone shows that title."""
    cards = [card_of(row, query) for row in found.rows]
    unmarked = [row.pk for row, card in zip(found.rows, cards, strict=True) if query.wanted and not card.is_marked]
    titles = _titles(unmarked)
    shown = []
    for row, card in zip(found.rows, cards, strict=True):
        title = excerpt(titles.get(row.pk, ()), query, row.language)
        shown.append(replace(card, snippet=title, is_of_source=True) if title else card)
    return tuple(shown)


def _titles(claims: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """The titles of the sources that these public claims name, less those that became protected since."""
    titles: dict[int, list[str]] = {}
    if claims:
        rows = PublicSource.objects.filter(public_claim__in=claims, source__is_protected=False).order_by("pk")
        for claim, title in rows.values_list("public_claim_id", "title"):
            titles.setdefault(claim, []).append(title)
    return titles


def _query(parameters: Mapping[str, str]) -> str:
    return urlencode({name: value for name, value in parameters.items() if value})


def _sum(found: Found) -> str | Promise:
    if found.is_capped:
        return format_lazy(_("More than {most} claims"), most=f"{MOST_RANKED:,}")
    return ngettext_lazy("%d claim", "%d claims", found.total) % found.total


def _note(query: Query, sort: str, found: Found) -> str | Promise:
    if query.is_cut:
        return format_lazy(_("Only the first {most} words were looked for."), most=MOST_TERMS)
    if found.is_capped and sort == "relevance" and query.wanted:
        return format_lazy(
            _("The newest {most} are ranked and counted. By date, the list goes through all of them."),
            most=f"{MOST_RANKED:,}",
        )
    return ""


def _facets(kept: Mapping[str, str], filters: Filters, found: Found) -> list[Facet]:
    """A speaker's claims are never divided by verdict, nor a verdict's by speaker (DESIGN.md 5.13)."""
    chosen = filters.chosen()
    barred = {"speaker": "support", "support": "speaker"}
    common = {facet: _common(facet, found.counts.get(facet, Counter())) for facet in FACETS}
    asked = {facet: [*(key for key, _n in common[facet]), *_chosen_keys(facet, chosen)] for facet in NAMED}
    names = {key: line.name for key, line in names_of(asked).items()}
    facets = []
    for facet in FACETS:
        if barred.get(facet) in chosen:
            continue
        values = []
        for key, count in () if facet in chosen else common[facet]:
            name = _name(facet, key, names)
            if name:
                value = id_of(facet, key) if facet in NAMED else key
                values.append(FacetValue(name, count, _query({**kept, facet: value})))
        if facet in ("topic", "speaker"):
            values.sort(key=lambda value: value.name.casefold())
        title = _name(facet, _chosen_keys(facet, chosen)[0], names) or str(_("none")) if facet in chosen else ""
        without = _query({**kept, facet: _broader(facet, chosen)})
        facets.append(Facet(facet, TITLES[facet], tuple(values), title, without))
    return facets


def _chosen_keys(facet: str, chosen: Mapping[str, str]) -> list[str]:
    if facet not in chosen:
        return []
    return [key_of(facet, chosen[facet]) if facet in NAMED else chosen[facet]]


def _broader(facet: str, chosen: Mapping[str, str]) -> str:
    """A month without its day is its year; nothing else has anything broader."""
    year, hyphen, _month = chosen.get(facet, "").partition("-")
    return year if facet == "date" and hyphen else ""


def _common(facet: str, counts: Counter[str]) -> list[tuple[str, int]]:
    """The values that stand for most, in an order that is the same on both databases."""
    if facet == "support":
        return [(code, counts[code]) for code in SUPPORT_CODES if counts[code]]
    if facet == "date":
        years = [(key, count) for key, count in counts.items() if "-" not in key]
        months = [(key, count) for key, count in counts.items() if "-" in key]
        return sorted(years if len(years) > 1 else months, reverse=True)[: MOST_VALUES + 4]
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST_VALUES]


def _name(facet: str, key: str, names: Mapping[tuple[str, str], str]) -> str:
    if facet == "support":
        return support_view(key).text
    if facet == "date":
        return _day_words(key)
    return names.get((facet, key), "")


def _day_words(key: str) -> str:
    """A year, or a month with its year, in words."""
    year, hyphen, month = key.partition("-")
    return f"{MONTHS[int(month)]} {year}" if hyphen else year
