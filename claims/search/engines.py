"""The two engines behind :func:`engine_for`: PostgreSQL's full text and SQLite's FTS5.

Both search ``PublicClaim.search_text`` (:func:`claims.search.query.searchable`: folded words apart by one space) and
therefore find the same rows; neither ranks, so that lists are newest first on both.
"""

from typing import Protocol

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from claims.models import PublicClaim
from claims.search.query import Query, Term


class Engine(Protocol):
    """What a database must be able to do."""

    def narrow(self, rows: QuerySet[PublicClaim], query: Query) -> QuerySet[PublicClaim]:
        """Those of ``rows`` that ``query`` asks for. Never raises for any query."""
        ...

    def put(self, row: PublicClaim) -> None:
        """Make ``row`` found by its ``search_text``."""
        ...

    def drop(self, pk: int) -> None:
        """Forget the row that had this key."""
        ...


class PostgresEngine:
    """``to_tsvector('simple', …)`` with the expression index of migration ``search_index``: nothing to upkeep."""

    MATCH = "to_tsvector('simple', \"claims_publicclaim\".\"search_text\") @@ to_tsquery('simple', %s)"

    def narrow(self, rows: QuerySet[PublicClaim], query: Query) -> QuerySet[PublicClaim]:
        for term in query.wanted:
            rows = rows.filter(self._match(term))
        for term in query.unwanted:
            rows = rows.exclude(self._match(term))
        return rows

    def put(self, row: PublicClaim) -> None:
        """PostgreSQL keeps the index itself."""

    def drop(self, pk: int) -> None:
        """PostgreSQL keeps the index itself."""

    def _match(self, term: Term) -> RawSQL:
        words = " <-> ".join(f"'{word}'" for word in term.words)
        return RawSQL(self.MATCH, [words + (":*" if term.is_prefix else "")], output_field=BooleanField())  # noqa: S611 - words are letters and digits


class SqliteEngine:
    """An FTS5 table ``claims_search`` whose ``rowid`` is the row's key; a row that is gone joins nothing."""

    def narrow(self, rows: QuerySet[PublicClaim], query: Query) -> QuerySet[PublicClaim]:
        for term in query.wanted:
            rows = rows.filter(pk__in=self._match(term))
        for term in query.unwanted:
            rows = rows.exclude(pk__in=self._match(term))
        return rows

    def put(self, row: PublicClaim) -> None:
        self.drop(row.pk)
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO claims_search (rowid, words) VALUES (%s, %s)", [row.pk, row.search_text])

    def drop(self, pk: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM claims_search WHERE rowid = %s", [pk])

    def _match(self, term: Term) -> RawSQL:
        phrase = '"' + " ".join(term.words) + '"' + (" *" if term.is_prefix else "")
        return RawSQL("SELECT rowid FROM claims_search WHERE claims_search MATCH %s", [phrase])


def engine_for(vendor: str = "") -> Engine:
    """The engine of the database in use (or of ``vendor``)."""
    return PostgresEngine() if (vendor or connection.vendor) == "postgresql" else SqliteEngine()
