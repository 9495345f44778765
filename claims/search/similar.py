"""Published claims that say much the same in other words.

Paraphrases seldom share all their words: a search for every word of a claim finds none of them. So any shared word
makes a candidate, by the very index that readers search; and so does a word that begins like one of the longest.
Candidates are ranked twice, by the weight of the words they share and by the trigrams of their statements, and the
two rankings are merged by reciprocal rank (Cormack, Clarke and Büttcher, “Reciprocal rank fusion outperforms
Condorcet and individual rank learning methods”, SIGIR 2009). Both databases give the same candidates, so they answer
alike.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from claims.models import PublicClaim
from claims.search.engines import Hit, engine_for
from claims.search.query import Query, Term
from claims.search.searching import languages
from claims.search.words import language_of, stem
from sources.domain.folding import fold
from sources.domain.words import words_of

MOST: Final = 5
MOST_CANDIDATES: Final = 800
MOST_BY_BEGINNING: Final = 100
MOST_WORDS: Final = 40
BEGINNINGS: Final = 4
BEGINNING: Final = 5
LONG: Final = 7
ALIKE: Final = 0.35
"""Trigrams in common (Dice) from which statements count as alike even if they share fewer than two words."""
_K: Final = 60
_SMALL_WORDS: Final = frozenset(
    words_of(
        """
        a about after all also an and any are as at be because been before but by can could did do does for from had
        has have he her his how if in into is it its just last like made many more most much no not of on one only
        or other out over said says she so some such than that the their them then there these they this to two
        under until up was we were what when where which while who will with would year years you al con como de del
        desde dijo el ella en entre era es esta este fue ha han hasta la las lo los mas muy no o para pero por que
        se ser si sin sobre son su sus un una unas unos y ya
        """
    )
)
"""Words that every claim has, in the languages of the interface: they make nothing similar."""


def similar_to(texts: Iterable[str], language: str, *, apart_from: int, most: int = MOST) -> list[PublicClaim]:
    """At most ``most`` published claims like ``texts``, the most alike first; never the claim of key ``apart_from``.

    Whatever its state: a retracted or suspended verdict is a past verdict too. Needs at most ``BEGINNINGS`` + 3
    queries.
    """
    texts = tuple(texts)
    words = _telling_words(texts)
    if not words:
        return []
    spoken = {language_of(each) for each in (language, *languages())}
    stems = {word: frozenset(stem(each, word) for each in spoken) for word in words}
    hits = _candidates(stems)
    statements = dict(
        PublicClaim.objects.filter(pk__in=hits).exclude(claim_id=apart_from).values_list("pk", "statement")
    )
    shared = {pk: _shared(hits[pk], stems) for pk in statements}
    alike = {pk: dice(texts[0], statement) for pk, statement in statements.items()}
    enough = min(2, len(words))
    kept = [pk for pk in statements if len(shared[pk]) >= enough or alike[pk] >= ALIKE]
    best = _merged(_by_words(kept, shared), sorted(kept, key=lambda pk: (-alike[pk], -pk)))[:most]
    rows = PublicClaim.objects.in_bulk(best)
    return [rows[pk] for pk in best]


def trigrams(text: str) -> set[str]:
    """The runs of three characters of the folded words of ``text``, each word with a space before and after."""
    padded = [f" {word} " for word in words_of(fold(text))]
    return {word[at : at + 3] for word in padded for at in range(len(word) - 2)}


def dice(one: str, other: str) -> float:
    """How much of two texts' trigrams is shared: 0 nothing, 1 all (Dice's coefficient)."""
    left, right = trigrams(one), trigrams(other)
    return 2 * len(left & right) / (len(left) + len(right)) if left or right else 0.0


def _telling_words(texts: Iterable[str]) -> list[str]:
    """The words that could make two claims alike, once each, the longest first."""
    found = {word: None for text in texts for word in words_of(text) if word not in _SMALL_WORDS and len(word) > 1}
    return sorted(found, key=lambda word: (-len(word), word))[:MOST_WORDS]


def _candidates(stems: dict[str, frozenset[str]]) -> dict[int, Hit]:
    engine = engine_for()
    any_of = tuple((each,) for each in sorted({each for ways in stems.values() for each in ways}))
    hits = engine.newest(Query((Term(any_of),)), limit=MOST_CANDIDATES)
    for word in [word for word in stems if len(word) >= LONG and word.isalpha()][:BEGINNINGS]:
        hits += engine.newest(Query((Term((), (word[:BEGINNING],)),)), limit=MOST_BY_BEGINNING)
    return {hit.pk: hit for hit in hits}


def _shared(hit: Hit, stems: dict[str, frozenset[str]]) -> frozenset[str]:
    """Those of the words that ``hit`` has too, in whichever form."""
    there = {token for line in hit.words for token in line.split()}
    return frozenset(word for word, ways in stems.items() if ways & there)


def _by_words(kept: Sequence[int], shared: dict[int, frozenset[str]]) -> list[int]:
    """Those that share the rarer words first: each counts by how few of the candidates have it."""
    having = Counter(word for pk in kept for word in shared[pk])
    weight = {word: math.log(1 + len(kept) / count) for word, count in having.items()}
    return sorted(kept, key=lambda pk: (-sum(weight[word] for word in sorted(shared[pk])), -pk))


def _merged(*rankings: Sequence[int]) -> list[int]:
    scores: dict[int, float] = defaultdict(float)
    for ranking in rankings:
        for place, pk in enumerate(ranking):
            scores[pk] += 1 / (_K + place)
    return sorted(scores, key=lambda pk: (-scores[pk], -pk))
