"""Each rule of the checker finds its bad sample, and nothing in a good one."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from claims.domain.claimreview_check import (
    DEMONSTRATION_AUTHOR,
    Expected,
    check_data,
    check_order,
    check_page,
    check_scale,
)

URL = "https://facts.example/claims/two-million/"
GOOD: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": URL,
    "datePublished": "2026-03-02",
    "dateModified": "2026-03-04",
    "claimReviewed": "Two million containers.",
    "inLanguage": "en",
    "author": {"@type": "Organization", "name": "The Desk", "url": "https://facts.example/"},
    "itemReviewed": {
        "@type": "Claim",
        "author": {"@type": "Person", "name": "Ana Ruiz"},
        "datePublished": "2017-05",
        "firstAppearance": {"@type": "CreativeWork", "name": "The Lantern", "url": "https://lantern.example/1"},
        "appearance": [{"@type": "CreativeWork", "name": "The Lantern", "url": "https://lantern.example/1"}],
    },
    "reviewRating": {
        "@type": "Rating",
        "alternateName": "Mixed, by the sources cited",
        "ratingExplanation": "The number belongs to the year before.",
        "ratingValue": 3,
        "bestRating": 5,
        "worstRating": 1,
    },
}
EXPECTED = Expected(
    url=URL,
    words="Mixed, by the sources cited",
    value=3,
    speaker="Ana Ruiz",
    is_established=True,
    is_demonstration=False,
    today=date(2026, 3, 5),
)


def _at(data: dict[str, Any], path: str) -> tuple[Any, str]:
    *way, last = path.split(".")
    for name in way:
        data = data[name]
    return data, last


def put(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        where, name = _at(data, path)
        where[name] = value

    return change


def drop(*paths: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        for path in paths:
            where, name = _at(data, path)
            del where[name]

    return change


NUMBERS = ("reviewRating.ratingValue", "reviewRating.bestRating", "reviewRating.worstRating")
WORK = {"@type": "CreativeWork", "name": "The Lantern", "url": "https://lantern.example/1"}
BAD: list[tuple[str, Callable[[dict[str, Any]], None], dict[str, Any]]] = [
    ("context_wrong", put("@context", "http://schema.org"), {}),
    ("type_wrong", put("@type", "Review"), {}),
    ("type_wrong", put("itemReviewed.@type", "CreativeWork"), {}),
    ("type_wrong", put("reviewRating.@type", "AggregateRating"), {}),
    ("url_wrong", put("url", "https://facts.example/claims/another/"), {}),
    *[
        ("required_missing", drop(path), {})
        for path in (
            "url",
            "datePublished",
            "claimReviewed",
            "author.name",
            "itemReviewed.author.name",
            "itemReviewed.author",
            "reviewRating.alternateName",
            "reviewRating.ratingExplanation",
        )
    ],
    ("blank", put("claimReviewed", "  "), {}),
    ("blank", put("itemReviewed.author.name", ""), {}),
    ("blank", put("itemReviewed.appearance", []), {}),
    ("words_wrong", put("reviewRating.alternateName", "Supported, by the sources cited"), {}),
    ("number_missing", drop(*NUMBERS), {}),
    ("numbers_incomplete", drop(NUMBERS[1]), {}),
    ("number_not_allowed", put("inLanguage", "en"), {"value": None}),
    ("number_not_finite", put(NUMBERS[0], float("nan")), {}),
    ("number_not_finite", put(NUMBERS[1], float("inf")), {}),
    ("number_not_finite", put(NUMBERS[0], "3"), {}),
    ("number_not_finite", put(NUMBERS[0], True), {}),
    ("scale_inverted", lambda data: data["reviewRating"].update(bestRating=1, worstRating=5), {}),
    ("scale_inverted", put(NUMBERS[2], 5), {}),
    ("number_out_of_range", put(NUMBERS[0], 6), {}),
    ("number_wrong", put(NUMBERS[0], 4), {}),
    ("date_not_iso", put("datePublished", "yesterday"), {}),
    ("date_not_iso", put("datePublished", "2026-02-30"), {}),
    ("date_not_iso", put("itemReviewed.datePublished", "May 2017"), {}),
    ("date_not_iso", put("itemReviewed.datePublished", "2017-13"), {}),
    ("date_ahead", put("dateModified", "2026-03-06"), {}),
    ("modified_before_published", put("dateModified", "2026-03-01"), {}),
    ("claimed_after_review", put("itemReviewed.datePublished", "2026-03-03"), {}),
    ("claimed_after_review", put("itemReviewed.datePublished", "2026-04"), {}),
    ("claimed_after_review", put("itemReviewed.datePublished", "2027"), {}),
    ("author_wrong", put("itemReviewed.author.name", "The Lantern"), {}),
    ("author_not_established", put("inLanguage", "en"), {"is_established": False}),
    ("demonstration_unmarked", put("inLanguage", "en"), {"is_demonstration": True}),
    ("demonstration_unmarked", put("author.name", DEMONSTRATION_AUTHOR), {"is_demonstration": True}),
    ("marked_as_demonstration", put("author.name", DEMONSTRATION_AUTHOR), {}),
    ("appearance_no_work", put("itemReviewed.appearance", ["https://lantern.example/1"]), {}),
    ("appearance_no_work", put("itemReviewed.firstAppearance", {**WORK, "@type": "Article"}), {}),
    ("appearance_not_absolute", put("itemReviewed.appearance", [{**WORK, "url": "/sources/1/"}]), {}),
    ("appearance_not_absolute", put("itemReviewed.appearance", [{**WORK, "url": "javascript:alert(1)"}]), {}),
    ("first_appearance_elsewhere", put("itemReviewed.firstAppearance", {**WORK, "url": "https://b.example/"}), {}),
]


@pytest.mark.parametrize(("code", "spoil", "more"), BAD, ids=[f"{n}-{one[0]}" for n, one in enumerate(BAD)])
def test_each_rule_finds_its_bad_sample(
    code: str, spoil: Callable[[dict[str, Any]], None], more: dict[str, Any]
) -> None:
    data = deepcopy(GOOD)
    spoil(data)
    found = list(check_data(data, replace(EXPECTED, **more)))
    assert code in [one.code for one in found]
    assert all(one.sentence.endswith(".") for one in found)


def test_nothing_is_wrong_with_a_good_one() -> None:
    assert list(check_data(GOOD, EXPECTED)) == []


def test_a_label_off_the_scale_has_no_numbers_and_that_is_right() -> None:
    data = deepcopy(GOOD)
    drop(*NUMBERS)(data)
    assert list(check_data(data, replace(EXPECTED, value=None))) == []


def _page(data: dict[str, Any] | str, *, words: str = "", canonical: str = URL, blocks: int = 1) -> str:
    block = data if isinstance(data, str) else json.dumps(data)
    script = f'<script type="application/ld+json">{block}</script>' * blocks
    told = "Two million containers. The Desk Ana Ruiz The Lantern Mixed, by the sources cited"
    body = words or f"<h1>{told}</h1><p>The number\n belongs to the year before.</p>"
    return f'<!doctype html><html><head><link rel="canonical" href="{canonical}">{script}</head><body>{body}'


def _codes(text: str, **more: Any) -> list[str]:
    return [one.code for one in check_page(text, replace(EXPECTED, **more))]


def test_a_good_page_passes() -> None:
    assert _codes(_page(GOOD)) == []


@pytest.mark.parametrize(
    ("code", "text", "more"),
    [
        ("not_one", _page(GOOD, blocks=0), {}),
        ("not_one", _page(GOOD, blocks=2), {}),
        ("hidden_but_told", _page(GOOD), {"is_shown": False}),
        ("not_json", _page("{"), {}),
        ("not_json", _page("[1]"), {}),
        ("not_escaped", _page({**GOOD, "inLanguage": "<!--"}), {}),
        ("not_escaped", _page(json.dumps({**GOOD, "inLanguage": "a\u2028"}, ensure_ascii=False)), {}),
        ("not_json", _page({**GOOD, "inLanguage": "</script><script>alert(1)</script>"}), {}),
        ("url_not_canonical", _page(GOOD, canonical="https://facts.example/claims/another/"), {}),
        ("not_on_the_page", _page(GOOD, words="<p>Something else.</p>"), {}),
        ("not_on_the_page", _page(GOOD, words=f"<script>{json.dumps(GOOD)}</script><p>Nothing seen.</p>"), {}),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)
def test_each_rule_on_the_page_finds_its_bad_sample(code: str, text: str, more: dict[str, Any]) -> None:
    assert code in _codes(text, **more)


def test_between_pages_label_and_number_go_together_one_to_one() -> None:
    assert list(check_scale([("Mixed", 3), ("Supported", 5), ("Mixed", 3)])) == []
    assert [one.code for one in check_scale([("Mixed", 3), ("Mixed", 4)])] == ["label_of_two_numbers"]
    assert [one.code for one in check_scale([("Mixed", 3), ("Supported", 3)])] == ["number_of_two_labels"]


def test_a_scale_has_to_rise_from_the_least_to_the_most_supported() -> None:
    assert list(check_order([("Contradicted", 1), ("Mixed", 3), ("Supported", 5)])) == []
    assert [one.code for one in check_order([("Contradicted", 5), ("Supported", 1)])] == ["scale_not_rising"]
    assert [one.code for one in check_order([("Contradicted", 1), ("Mixed", 1)])] == ["scale_not_rising"]
