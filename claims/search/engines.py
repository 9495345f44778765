"""The two engines behind :func:`engine_for`: PostgreSQL's full text and SQLite's FTS5.

Both look finished tokens up (:mod:`claims.search.words`) in the rows of :class:`~claims.models.PublicWords`, and both
give what they find newest first, so that they answer alike and may stop early. What is newest is what was first
published last: the greatest key.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Protocol

from django.db import connection

from claims.models import PublicWords
from claims.search.facets import ANY
from claims.search.query import Phrase, Query, Term
from claims.search.tsvector import BAND_BITS, WIDE_BITS, band, pair, vector_of, wide_band
from claims.search.words import BREAK

FIELDS: Final = ("headline_words", "quote_words", "summary_words", "title_words")
"""The fields of a claim, those that weigh most first."""

_NAMES: Final = ", ".join((*FIELDS, "facets"))
_ROW: Final = f"SELECT w.public_claim_id, {', '.join(f'w.{name}' for name in (*FIELDS, 'facets'))}"

_BETWEEN: Final = f", ' {BREAK} ', "
_WORDS: Final = f"concat(' ', {_BETWEEN.join(FIELDS)}, ' ')"
"""All words of a row, with a space before and after each and a break between two fields."""


@dataclass(frozen=True)
class Hit:
    """A row found: its key, its tokens field by field as in :data:`FIELDS`, and its facets."""

    pk: int
    words: tuple[str, ...]
    facets: str


class Engine(Protocol):
    """What a database must be able to do."""

    def newest(self, query: Query, tokens: Iterable[str] = (), *, below: int | None = None, limit: int) -> list[Hit]:
        """At most ``limit`` rows that ``query`` asks for and that carry all of ``tokens``, newest first.

        Only rows with a key less than ``below``, where that is given. Never raises for any query.
        """
        ...

    def learn(self, row: PublicWords) -> None:
        """Make ``row``, just stored, found by its words."""
        ...

    def forget(self, pk: int) -> None:
        """Find the row of this key no more; called before it is changed or goes."""
        ...


class SqliteEngine:
    """An FTS5 table over the rows' own text. Its ``rowid`` is the key, so that it is read from the newest down."""

    MATCHING: Final = (
        f"{_ROW} FROM claims_search CROSS JOIN claims_publicwords w ON w.public_claim_id = claims_search.rowid"
        " WHERE claims_search MATCH %s AND claims_search.rowid < %s ORDER BY claims_search.rowid DESC LIMIT %s"
    )
    LEARN: Final = (
        f"INSERT INTO claims_search (rowid, {_NAMES})"  # noqa: S608 - names of ours
        f" SELECT public_claim_id, {_NAMES} FROM claims_publicwords WHERE public_claim_id = %s"
    )
    FORGET: Final = (
        f"INSERT INTO claims_search (claims_search, rowid, {_NAMES})"  # noqa: S608 - names of ours
        f" SELECT 'delete', public_claim_id, {_NAMES} FROM claims_publicwords WHERE public_claim_id = %s"
    )
    NO_KEY: Final = (1 << 63) - 1

    def newest(self, query: Query, tokens: Iterable[str] = (), *, below: int | None = None, limit: int) -> list[Hit]:
        until = self.NO_KEY if below is None else below
        with connection.cursor() as cursor:
            cursor.execute(self.MATCHING, [self._expression(query, tokens), until, limit])
            return _hits(cursor.fetchall())

    def learn(self, row: PublicWords) -> None:
        with connection.cursor() as cursor:
            cursor.execute(self.LEARN, [row.pk])

    def forget(self, pk: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(self.FORGET, [pk])

    def _expression(self, query: Query, tokens: Iterable[str]) -> str:
        wanted = [f'"{one}"' for one in tokens]
        for term in query.wanted:
            ways = [self._phrase(phrase) for phrase in term.phrases]
            ways += [f"{self._phrase(term.prefix)} *"] if term.prefix else []
            wanted.append(f"({' OR '.join(ways)})")
        found = " AND ".join(wanted or [f'"{ANY}"'])
        unwanted = [self._phrase(phrase) for term in query.unwanted for phrase in term.phrases]
        return f"({found}) NOT ({' OR '.join(unwanted)})" if unwanted else found

    def _phrase(self, words: Phrase) -> str:
        return f'"{" ".join(words)}"'


class PostgresEngine:
    """A ``tsvector`` made of our tokens, with a GIN index.

    A GIN index does not know what is newest, and fetching every row of a common word is what makes a search slow. So
    each row also carries the number of the band of keys that it stands in as a token, and a search asks for the
    newest bands first, for as many as it takes to fill ``limit`` by what the ones before gave.

    To look a prefix up, GIN gathers every row of every word that begins so, whatever else is asked for. So the first
    bands are searched without the word that may go on, which is looked for in the rows that are found; and the bands
    after them, too, where many of these rows have it.
    """

    FOUND: Final = (
        "SELECT public_claim_id, {is_hit} AS is_hit FROM claims_publicwords"
        " WHERE vector @@ %s::tsquery AND public_claim_id + 0 >= %s AND public_claim_id + 0 < %s"
    )
    """The keys are a sum so that no index of keys is read beside: the bands have narrowed that down already."""
    KEPT: Final = "SELECT public_claim_id FROM found WHERE is_hit ORDER BY public_claim_id DESC LIMIT %s"
    MATCHING: Final = (
        f"WITH found AS MATERIALIZED ({FOUND}), kept AS MATERIALIZED ({KEPT})"  # noqa: S608 - names of ours
        f" {_ROW}, (SELECT count(*) FROM found)"
        " FROM kept JOIN claims_publicwords w USING (public_claim_id) ORDER BY w.public_claim_id DESC"
    )
    FEW: Final = 8
    """One row in so many has to have the word, for the rows to be read rather than the word looked up."""
    FIRST_BANDS: Final = 2
    MOST_BANDS: Final = 32

    def newest(self, query: Query, tokens: Iterable[str] = (), *, below: int | None = None, limit: int) -> list[Hit]:
        top = self._top(below)
        tokens = tuple(tokens)
        sought = next((term for term in query.wanted if len(term.prefix) == 1), None)
        if not tokens and len(query.wanted) == 1:
            sought = None
        found: list[Hit] = []
        if top is None:
            return found
        until, width, first = top + 1, self.FIRST_BANDS, top
        while len(found) < limit and until > 0:
            since, bands = self._window(until, width)
            terms = [term for term in query.wanted if term is not sought]
            expression = self._expression(terms, query, tokens) + (f" & ({bands})" if bands else "")
            patterns = [_patterns(term) for term in query.wanted if term is sought or _is_phrase(term)]
            hits, read = self._within(expression, patterns, since, until, limit - len(found))
            found += hits
            sought = sought if len(hits) * self.FEW >= read > 0 else None
            until = since
            width = self._next_width(len(found), (first - until) >> BAND_BITS, limit)
        return found

    def learn(self, row: PublicWords) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE claims_publicwords SET vector = %s::tsvector WHERE public_claim_id = %s",
                [vector_of(row.pk, [getattr(row, name) for name in FIELDS], row.facets), row.pk],
            )

    def forget(self, pk: int) -> None:
        """The vector goes with its row, or is replaced with it."""

    def _top(self, below: int | None) -> int | None:
        if below is not None:
            return below - 1 if below > 1 else None
        newest = PublicWords.objects.order_by("-pk").values_list("pk", flat=True).first()
        return None if newest is None else int(newest)

    def _window(self, until: int, width: int) -> tuple[int, str]:
        """The least key of the ``width`` bands below ``until``, and these bands' tokens, any of which will do."""
        last = (until - 1) >> BAND_BITS
        lowest = max(0, last - width + 1)
        if width <= self.MOST_BANDS:
            return lowest << BAND_BITS, " | ".join(f"'{band(number)}'" for number in range(lowest, last + 1))
        step = WIDE_BITS - BAND_BITS
        if (last >> step) - (lowest >> step) < self.MOST_BANDS:
            wide = range(lowest >> step, (last >> step) + 1)
            return wide[0] << WIDE_BITS, " | ".join(f"'{wide_band(number)}'" for number in wide)
        return 0, ""

    def _next_width(self, found: int, bands_read: int, limit: int) -> int:
        """How many bands ought to fill ``limit``, and half as many again; all, where nothing came yet."""
        if not found:
            return 1 << 40
        return max(self.FIRST_BANDS, (3 * (limit - found) * max(bands_read, 1)) // (2 * found) + 1)

    def _within(
        self, expression: str, patterns: Sequence[list[str]], since: int, until: int, limit: int
    ) -> tuple[list[Hit], int]:
        """The newest rows of a window that answer, and how many were read: in whose words one of each of ``patterns``
        was looked for.
        """
        is_hit = " AND ".join([f"{_WORDS} LIKE ANY(%s)"] * len(patterns)) or "true"
        with connection.cursor() as cursor:
            cursor.execute(self.MATCHING.format(is_hit=is_hit), [*patterns, expression, since, until, limit])
            rows = cursor.fetchall()
        return _hits(row[:-1] for row in rows), rows[0][-1] if rows else 0

    def _expression(self, terms: Iterable[Term], query: Query, tokens: Iterable[str]) -> str:
        """``terms`` and none of what ``query`` leaves out."""
        wanted = [f"'{one}'" for one in tokens]
        for term in terms:
            one = self._together if _is_phrase(term) else self._phrase
            ways = [f"({one(phrase)})" for phrase in term.phrases]
            ways += [f"({self._phrase(term.prefix)}:*)"] if term.prefix else []
            wanted.append(f"({' | '.join(ways)})")
        unwanted = [f"!({self._phrase(phrase)})" for term in query.unwanted for phrase in term.phrases]
        return " & ".join([*(wanted or [f"'{ANY}'"]), *unwanted])

    def _together(self, words: Phrase) -> str:
        """The words and the token of every two, which few rows have; their order is looked at in the rows."""
        pairs = (pair(*two) for two in pairwise(words))
        return " & ".join(f"'{one}'" for one in dict.fromkeys((*words, *pairs)))

    def _phrase(self, words: Phrase) -> str:
        return " <-> ".join(f"'{word}'" for word in words)


def _is_phrase(term: Term) -> bool:
    """Whether GIN, which knows no places, finds more than the term."""
    return not term.prefix and any(len(phrase) > 1 for phrase in term.phrases)


def _patterns(term: Term) -> list[str]:
    """What stands in a row's words, with a space before and after each, where it has ``term``: for ``LIKE``."""
    patterns = [f"% {' '.join(phrase)} %" for phrase in term.phrases]
    patterns += [f"% {' '.join(term.prefix)}%"] if term.prefix else []
    return [pattern.replace("_", r"\_") for pattern in patterns]


def _hits(rows: Iterable[Sequence[str]]) -> list[Hit]:
    return [Hit(int(row[0]), tuple(row[1:-1]), row[-1]) for row in rows]


def engine_for(vendor: str = "") -> Engine:
    """The engine of the database in use (or of ``vendor``)."""
    return PostgresEngine() if (vendor or connection.vendor) == "postgresql" else SqliteEngine()
