"""Anchoring a quotation: is it still there, word for word?

Equality is judged on levelled text (:mod:`sources.domain.typography`). A fuzzy search only finds the place that
the words most likely had; it can say *altered* or *gone*, never *intact*: an added "not" still scores 97 of 100.
"""

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from sources.domain.typography import Levelled, level

CONTEXT = 64
"""How many characters before and after a passage are kept with it."""

_NEAR = 32
_SCORE = 78.0
_SHORT = 16
_WORD = re.compile(r"\w+(?:[.,'-]\w+)*|[^\w\s]")
_NEGATION_WORDS = (
    "not no never neither nor none nobody nothing cannot without denies denied deny false falsely hardly "
    "nunca jamás no ni ningún ninguno ninguna nadie nada sin tampoco não nem nenhum nenhuma ninguém jamais "
    "ne pas jamais aucun aucune rien sans nicht kein keine keinen keiner nie niemals ohne "
    "не ни никогда нет без niet geen nooit non mai nessuno senza"
)
_NEGATIONS = frozenset(_NEGATION_WORDS.split())


class Outcome(StrEnum):
    """What became of a quotation."""

    INTACT = "intact"
    MOVED = "moved"
    ALTERED = "altered"
    GONE = "gone"


@dataclass(frozen=True)
class _Quote:
    """The words looked for and their context, levelled."""

    words: str
    before: str
    after: str


@dataclass(frozen=True)
class Found:
    """Where the words stand now. ``start`` and ``end`` are -1 where ``outcome`` is gone.

    ``times`` is the number of places that fit equally well by the words and the context given.
    """

    outcome: Outcome
    start: int = -1
    end: int = -1
    found_text: str = ""
    reason: str = ""
    times: int = 0


def passage_at(text: str, start: int, end: int, context: int = CONTEXT) -> tuple[str, str, str]:
    """The words at ``[start, end)`` with up to ``context`` characters before and after them.

    Raises ValueError where that is no span of ``text``.
    """
    if not 0 <= start < end <= len(text):
        raise ValueError(f"{start}–{end} is no span of a text of {len(text)} characters")
    return text[start:end], text[max(0, start - context) : start], text[end : end + context]


def find_quote(text: str, exact: str, prefix: str = "", suffix: str = "", start_hint: int | None = None) -> Found:
    """Look for ``exact`` in ``text``; ``prefix``, ``suffix`` and the former place choose among several places.

    *intact*: the words are there, with the surroundings of one side or at their place. *moved*: the words are
    there, elsewhere. *altered*: something else stands where they stood, or a word joined or negated right beside
    them changes what they say. *gone*: nothing like them is there.
    """
    there = level(text)
    quote = _Quote(level(exact).text.strip(), level(prefix).text, level(suffix).text)
    if not quote.words:
        return Found(Outcome.GONE, reason="There are no words to look for.")
    places = [at for at in _occurrences(there.text, quote.words) if not _joined(there.text, at, quote)]
    if places:
        return _exact(there, text, quote, places, start_hint)
    return _altered(there, text, quote)


def _occurrences(text: str, wanted: str) -> list[int]:
    places: list[int] = []
    at = text.find(wanted)
    while at >= 0:
        places.append(at)
        at = text.find(wanted, at + 1)
    return places


def _exact(there: Levelled, text: str, quote: _Quote, places: list[int], start_hint: int | None) -> Found:
    agreements = {at: _agreement(there.text, at, at + len(quote.words), quote) for at in places}
    best = [at for at in places if agreements[at] == max(agreements.values())]
    hint = start_hint if start_hint is not None else 0
    at = min(best, key=lambda place: abs(there.span(place, place + 1)[0] - hint))
    start, end = there.span(at, at + len(quote.words))
    found = text[start:end]
    negated = _negated(there.text, at, quote)
    if negated:
        return Found(Outcome.ALTERED, start, end, found, negated, len(best))
    has_context = bool(quote.before.strip() or quote.after.strip())
    is_bare = not has_context and start_hint is None
    if is_bare or start == start_hint or _keeps_a_side(there.text, at, quote):
        return Found(Outcome.INTACT, start, end, found, "", len(best))
    return Found(Outcome.MOVED, start, end, found, "The same words stand elsewhere in the text.", len(best))


def _agreement(text: str, start: int, end: int, quote: _Quote) -> int:
    """How many characters of the context agree, counted outwards from the words."""
    left = _common(quote.before.rstrip()[::-1], text[max(0, start - CONTEXT - 2) : start].rstrip()[::-1])
    return left + _common(quote.after.lstrip(), text[end : end + CONTEXT + 2].lstrip())


def _keeps_a_side(text: str, at: int, quote: _Quote) -> bool:
    """Whether the nearest surroundings, before or after, are those that the passage had."""
    old_left, old_right = quote.before.strip()[-_NEAR:], quote.after.strip()[:_NEAR]
    left = bool(old_left) and text[:at].rstrip().endswith(old_left)
    right = bool(old_right) and text[at + len(quote.words) :].lstrip().startswith(old_right)
    return left or right


def _common(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


_LEFT_OF_WORD = re.compile(r"\w['-]?$")
_LEFT_OF_DIGIT = re.compile(r"(?:\w['-]?|\d[.,:/]|[-+±$€£¥<>~≈])$")
_RIGHT_OF_WORD = re.compile(r"^(?:\w|['-]\w)")
_RIGHT_OF_DIGIT = re.compile(r"^(?:\w|['-]\w|[.,:/]\d|[%‰°])")


def _joined(text: str, at: int, quote: _Quote) -> bool:
    """Whether something joined to the words makes them others: "15" within "115", "1.5", "15%" or "-15"."""
    end = at + len(quote.words)
    left, right = text[max(0, at - 2) : at], text[end : end + 2]
    return _is_glued(left, quote.before, quote.words[0], True) or _is_glued(
        right, quote.after, quote.words[-1], False
    )


def _is_glued(now: str, once: str, edge: str, is_left: bool) -> bool:
    if not edge.isalnum():
        return False
    if is_left:
        pattern = _LEFT_OF_DIGIT if edge.isdigit() else _LEFT_OF_WORD
        return bool(pattern.search(now)) and not once.endswith(now)
    pattern = _RIGHT_OF_DIGIT if edge.isdigit() else _RIGHT_OF_WORD
    return bool(pattern.search(now)) and not once.startswith(now)


def _negated(text: str, at: int, quote: _Quote) -> str:
    """A sentence where a negation came or went right beside the words, within their sentence; else ""."""
    end = at + len(quote.words)
    pairs = (
        (_last_words(quote.before), _last_words(text[max(0, at - CONTEXT) : at])),
        (_first_words(quote.after), _first_words(text[end : end + CONTEXT])),
    )
    for old, new in pairs:
        if not old:
            continue
        came = [word for word in new if word in _NEGATIONS and word not in old]
        went = [word for word in old if word in _NEGATIONS and word not in new]
        is_alike = _same_but_for_negations(old, new)
        if came and (is_alike or came[0] == new[0]):
            return f"The words are the same, but “{came[0]}” now stands right beside them."
        if went and is_alike:
            return f"The words are the same, but “{went[0]}” no longer stands right beside them."
    return ""


def _same_but_for_negations(old: list[str], new: list[str]) -> bool:
    """Whether two lists of words, the nearest first, begin alike once negations are taken out."""
    was, now = ([word for word in words if word not in _NEGATIONS] for words in (old, new))
    shorter = min(len(was), len(now))
    return shorter > 0 and was[:shorter] == now[:shorter]


def _last_words(text: str) -> list[str]:
    """Up to three words at the end of the sentence before, the nearest first."""
    return re.findall(r"\w+", re.split(r"[.!?;:]\s", text)[-1].casefold())[:-4:-1]


def _first_words(text: str) -> list[str]:
    return re.findall(r"\w+", re.split(r"[.!?;:](?:\s|$)", text)[0].casefold())[:3]


def _altered(there: Levelled, text: str, quote: _Quote) -> Found:
    span = _between(there.text, quote) or _similar(there.text, quote)
    if span is None:
        return Found(Outcome.GONE, reason="Neither the words nor anything like them stand in the text.")
    start, end = there.span(*span)
    return Found(Outcome.ALTERED, start, end, text[start:end], _difference(quote.words, there.text[slice(*span)]), 1)


def _between(text: str, quote: _Quote) -> tuple[int, int] | None:
    """What stands between the old surroundings, where both still stand once."""
    left, right = quote.before.strip()[-_NEAR:], quote.after.strip()[:_NEAR]
    if len(left) < _SHORT or len(right) < _SHORT or text.count(left) != 1 or text.count(right) != 1:
        return None
    start, end = text.index(left) + len(left), text.index(right)
    inside = text[start:end]
    if not inside.strip() or len(inside) > 3 * len(quote.words) + CONTEXT:
        return None
    return start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())


def _similar(text: str, quote: _Quote) -> tuple[int, int] | None:
    """The place that is most like the words, widened to whole words."""
    wanted = quote.words
    if not text.strip():
        return None
    if len(wanted) > len(text):
        start, end = 0, len(text)
        if fuzz.ratio(wanted, text) < _SCORE:
            return None
    else:
        aligned = fuzz.partial_ratio_alignment(wanted, text, score_cutoff=_SCORE)
        if aligned is None:
            return None
        start, end = aligned.dest_start, aligned.dest_end
    start, end = _best_words(text, wanted, *_whole_words(text, start, end))
    if start >= end:
        return None
    enough = min(_SHORT // 2, max(1, len(quote.before.strip() + quote.after.strip()) // 2))
    if len(wanted) < _SHORT and _agreement(text, start, end, quote) < enough:
        return None
    return start, end


def _best_words(text: str, wanted: str, start: int, end: int) -> tuple[int, int]:
    """The span, or it with one word more or less at either end, whichever is most like the words."""
    left = [match.start() for match in re.finditer(r"\S+", text[max(0, start - CONTEXT) : start])]
    inside = [match.span() for match in re.finditer(r"\S+", text[start:end])]
    right = re.match(r"\s*\S+", text[end : end + CONTEXT])
    starts, ends = {start}, {end}
    if left:
        starts.add(max(0, start - CONTEXT) + left[-1])
    if len(inside) > 1:
        starts.add(start + inside[1][0])
        ends.add(start + inside[-2][1])
    if right:
        ends.add(end + right.end())
    spans = [(a, b) for a in sorted(starts) for b in sorted(ends) if a < b]
    return max(spans, key=lambda span: fuzz.ratio(wanted, text[slice(*span)]), default=(start, end))


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends, widened to word boundaries by :data:`CONTEXT` at most."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    floor, ceiling = max(0, start - CONTEXT), min(len(text), end + CONTEXT)
    while start > floor and not text[start - 1].isspace():
        start -= 1
    while end < ceiling and not text[end].isspace():
        end += 1
    return start, end


def _difference(old: str, new: str) -> str:
    """The first difference in words, as a sentence."""
    was, now = _WORD.findall(old), _WORD.findall(new)
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        gone, came = " ".join(was[i1:i2])[:80], " ".join(now[j1:j2])[:80]
        if tag == "replace":
            return f"Where “{gone}” stood, “{came}” stands now."
        if tag == "delete":
            return f"“{gone}” is no longer there."
        if tag == "insert":
            return f"“{came}” was added."
    return "The words are the same, but spelled or joined otherwise."
