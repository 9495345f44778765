"""Our own checker of ClaimReview, run over every published page.

The public validators accept an inverted scale and the date “yesterday”. This one holds a page against what we promise
(DESIGN 5.13, 5.15 and 6), https://schema.org/ClaimReview, https://schema.org/Rating, ISO 8601 and the HTML standard's
rules for data blocks. Pure: a page's text and what is expected of it in, findings out.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from lxml import html

CONTEXT = "https://schema.org"
DEMONSTRATION_AUTHOR = "Demonstration, not a fact-checker"
NOT_ESTABLISHED = "Not established"
DEMONSTRATION_WORDS = "Demonstration: "
NUMBERS = ("ratingValue", "bestRating", "worstRating")
REQUIRED = (
    "url",
    "datePublished",
    "claimReviewed",
    "author.name",
    "itemReviewed.author.name",
    "reviewRating.alternateName",
    "reviewRating.ratingExplanation",
)
SHOWN = (
    "claimReviewed",
    "author.name",
    "itemReviewed.author.name",
    "reviewRating.alternateName",
    "reviewRating.ratingExplanation",
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_COARSE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_BLOCK = re.compile(r'<script[^>]*type="application/ld\+json"[^>]*>(.*?)</script', re.S | re.I)
_BREAKING = ("<", ">", "\u2028", "\u2029")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a stable code, a sentence, and the address of the page."""

    code: str
    sentence: str
    url: str = ""


@dataclass(frozen=True)
class Expected:
    """What the page at ``url`` has to say.

    ``value`` is the number of its label on the scale from 1 to 5, ``None`` off the scale and on a demonstration.
    ``speaker`` is the name the claim is attributed to, ``is_established`` whether they are established to have said
    it. ``is_shown`` is false where the verdict is hidden, and then there is no ClaimReview.
    """

    url: str
    words: str
    value: int | None
    speaker: str
    is_established: bool
    is_demonstration: bool
    today: date
    is_shown: bool = True


@dataclass(frozen=True)
class Page:
    """A page, taken apart: its data blocks as they stand, its visible words, its canonical address."""

    blocks: tuple[str, ...]
    visible: str
    canonical: str


def check_page(text: str, expected: Expected) -> tuple[Finding, ...]:
    """Everything wrong with the ClaimReview of the page ``text``, in the order it is met."""
    page = take_apart(text)
    found = [*_check_blocks(page, expected)]
    data = _read(page.blocks[0]) if len(page.blocks) == 1 else None
    if isinstance(data, dict):
        found += check_data(data, expected)
        found += _check_words(data, page)
        if page.canonical != data.get("url"):
            found.append(Finding("url_not_canonical", "The address is not the canonical one of its page."))
    return tuple(Finding(one.code, one.sentence, expected.url) for one in found)


def take_apart(text: str) -> Page:
    """``text`` as a browser reads it, without its scripts and styles."""
    tree = html.fromstring(text)
    canonical = [str(link.get("href")) for link in tree.iter("link") if link.get("rel") == "canonical"]
    for element in list(tree.iter("script", "style", "template")):
        element.drop_tree()
    return Page(
        blocks=tuple(_BLOCK.findall(text)),
        visible=_plain(" ".join(str(piece) for piece in tree.itertext())),
        canonical=canonical[0] if len(canonical) == 1 else "",
    )


def check_data(data: dict[str, Any], expected: Expected) -> Iterator[Finding]:
    """What is wrong with the object itself."""
    if data.get("@context") != CONTEXT:
        yield Finding("context_wrong", f"The context is not {CONTEXT}.")
    if data.get("@type") != "ClaimReview" or _at(data, "itemReviewed.@type") != "Claim":
        yield Finding("type_wrong", "It is no ClaimReview of a Claim.")
    for path in REQUIRED:
        if not isinstance(_at(data, path), str):
            yield Finding("required_missing", f"{path} is missing.")
    for path in _blank("", data):
        yield Finding("blank", f"{path} is blank.")
    if data.get("url") != expected.url:
        yield Finding("url_wrong", "It names another address than its page’s.")
    yield from _check_rating(_object(data.get("reviewRating")), expected)
    yield from _check_dates(data, expected)
    yield from _check_authors(data, expected)
    yield from _check_works(_object(data.get("itemReviewed")))


def check_scale(given: Iterable[tuple[str, int]]) -> Iterator[Finding]:
    """What is wrong between pages: each label has one number, each number one label (their words and numbers)."""
    numbers: dict[str, set[int]] = {}
    labels: dict[int, set[str]] = {}
    for words, value in given:
        numbers.setdefault(words, set()).add(value)
        labels.setdefault(value, set()).add(words)
    for words, values in numbers.items():
        if len(values) > 1:
            yield Finding("label_of_two_numbers", f"“{words}” stands at {_listed(values)}.")
    for value, several in labels.items():
        if len(several) > 1:
            yield Finding("number_of_two_labels", f"{value} stands for {_listed(several)}.")


def check_order(ordered: Iterable[tuple[str, int]]) -> Iterator[Finding]:
    """What is wrong with a scale whose labels come from the least to the most supported: its numbers must rise."""
    last: tuple[str, int] | None = None
    for words, value in ordered:
        if last is not None and value <= last[1]:
            yield Finding("scale_not_rising", f"“{words}” has {value}, and “{last[0]}” before it has {last[1]}.")
        last = (words, value)


def _check_blocks(page: Page, expected: Expected) -> Iterator[Finding]:
    count = len(page.blocks)
    if not expected.is_shown:
        if count:
            yield Finding("hidden_but_told", "The verdict is hidden, and the page has a ClaimReview all the same.")
        return
    if count != 1:
        yield Finding("not_one", f"The page has {count} data blocks and should have one.")
    for block in page.blocks:
        if any(character in block for character in _BREAKING):
            yield Finding("not_escaped", "A character that can end the data block or a line stands in it as it is.")
        if not isinstance(_read(block), dict):
            yield Finding("not_json", "The data block is no JSON object.")


def _read(block: str) -> Any:
    try:
        return json.loads(block)
    except ValueError:
        return None


def _check_words(data: dict[str, Any], page: Page) -> Iterator[Finding]:
    told = [(path, _at(data, path)) for path in SHOWN]
    told += [("appearance.name", work.get("name")) for work in _works(_object(data.get("itemReviewed")))]
    for path, words in told:
        if isinstance(words, str) and _plain(words) not in page.visible and words != NOT_ESTABLISHED:
            yield Finding("not_on_the_page", f"{path} says “{words}”, which the page does not.")


def _check_rating(rating: dict[str, Any], expected: Expected) -> Iterator[Finding]:
    if rating.get("@type") != "Rating":
        yield Finding("type_wrong", "The rating is no Rating.")
    if rating.get("alternateName") != expected.words:
        yield Finding("words_wrong", f"The rating does not read “{expected.words}”.")
    given = [name for name in NUMBERS if name in rating]
    if not given:
        if expected.value is not None:
            yield Finding("number_missing", "A label on the scale has no number.")
        return
    if expected.value is None:
        yield Finding("number_not_allowed", "A label off the scale, or a demonstration, has a number.")
    if len(given) < len(NUMBERS):
        yield Finding("numbers_incomplete", f"Of the numbers only {_listed(given)} is there.")
        return
    value, best, worst = (rating[name] for name in NUMBERS)
    if not all(_is_number(one) for one in (value, best, worst)):
        yield Finding("number_not_finite", "A number of the rating is none.")
        return
    if worst >= best:
        yield Finding("scale_inverted", "The worst rating is not below the best.")
    elif not worst <= value <= best:
        yield Finding("number_out_of_range", "The number lies outside the scale.")
    if expected.value is not None and value != expected.value:
        yield Finding("number_wrong", f"The number is {value}; its label stands at {expected.value}.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _check_dates(data: dict[str, Any], expected: Expected) -> Iterator[Finding]:
    days = {name: data[name] for name in ("datePublished", "dateModified") if name in data}
    for name, text in days.items():
        if not _is_day(text):
            yield Finding("date_not_iso", f"{name} is no day of ISO 8601.")
        elif date.fromisoformat(text) > expected.today:
            yield Finding("date_ahead", f"{name} lies ahead.")
    published, modified = days.get("datePublished"), days.get("dateModified")
    if _is_day(published) and _is_day(modified) and str(modified) < str(published):
        yield Finding("modified_before_published", "It was modified before it was published.")
    said = _at(data, "itemReviewed.datePublished")
    if said is None:
        return
    if not _is_coarse(said):
        yield Finding("date_not_iso", "The claim’s date is no date of ISO 8601.")
    elif _is_day(published) and said > str(published)[: len(said)]:
        yield Finding("claimed_after_review", "The claim is dated after its review.")


def _is_day(text: object) -> bool:
    return isinstance(text, str) and _DAY.fullmatch(text) is not None and _parses(text)


def _is_coarse(text: object) -> bool:
    if not isinstance(text, str) or not _COARSE.fullmatch(text):
        return False
    return _parses(text + "-01-01"[len(text) - 4 :])


def _parses(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _check_authors(data: dict[str, Any], expected: Expected) -> Iterator[Finding]:
    reviewer, words = _at(data, "author.name"), str(_at(data, "reviewRating.alternateName"))
    is_marked = reviewer == DEMONSTRATION_AUTHOR and words.startswith(DEMONSTRATION_WORDS)
    if expected.is_demonstration and not is_marked:
        yield Finding("demonstration_unmarked", "A demonstration has to say in author and rating that it is one.")
    if not expected.is_demonstration and (reviewer == DEMONSTRATION_AUTHOR or words.startswith(DEMONSTRATION_WORDS)):
        yield Finding("marked_as_demonstration", "It is marked as a demonstration and is none.")
    name = _at(data, "itemReviewed.author.name")
    if expected.is_established and name != expected.speaker:
        yield Finding("author_wrong", "The claim’s author is not the speaker who is established to have said it.")
    if not expected.is_established and name == expected.speaker:
        yield Finding(
            "author_not_established", "The claim’s author is a speaker who is not established to have said it."
        )


def _check_works(claim: dict[str, Any]) -> Iterator[Finding]:
    works = _works(claim)
    for work in works:
        if work.get("@type") != "CreativeWork":
            yield Finding("appearance_no_work", "An appearance is no CreativeWork.")
        elif not _is_absolute(work.get("url")):
            yield Finding("appearance_not_absolute", "An appearance has no absolute address.")
    first = claim.get("firstAppearance")
    if first is not None and first not in works[1:]:
        yield Finding("first_appearance_elsewhere", "The first appearance is none of the appearances.")


def _works(claim: dict[str, Any]) -> list[dict[str, Any]]:
    """The first appearance, and then all of them."""
    listed = claim.get("appearance", [])
    several = listed if isinstance(listed, list) else [listed]
    first = [claim["firstAppearance"]] if "firstAppearance" in claim else []
    return [_object(one) for one in [*first, *several]]


def _is_absolute(url: object) -> bool:
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _at(data: dict[str, Any], path: str) -> Any:
    found: Any = data
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _blank(path: str, value: object) -> Iterator[str]:
    """The places of empty texts, lists and objects in ``value``."""
    if isinstance(value, dict):
        pairs: Iterable[tuple[str, object]] = value.items()
    elif isinstance(value, list):
        pairs = ((str(number), one) for number, one in enumerate(value))
    else:
        pairs = ()
        if value is None or (isinstance(value, str) and not value.strip()):
            yield path
    for name, one in pairs:
        yield from _blank(f"{path}.{name}".strip("."), one)
    if value in ({}, []):
        yield path


def _plain(text: str) -> str:
    return " ".join(text.split())


def _listed(words: Iterable[object]) -> str:
    return ", ".join(str(word) for word in words)
