"""One search, whichever database answers it: what was found, in which order, and how it divides by facet.

No search reads more than the newest ``MOST_RANKED`` rows that answer it. Of these the best come first and these are
counted; where there are more, the answer says so, and the order by date goes through all of them.
"""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import connection

from claims.models import PublicClaim, PublicWords
from claims.search.engines import FIELDS, Engine, engine_for
from claims.search.facets import Filters, counted, token
from claims.search.query import Query, parse
from claims.search.ranking import score
from sources.domain.errors import BadInput

SIZE: Final = 20
MOST_RANKED: Final = 500
SORTS: Final = ("relevance", "date")
_LANGUAGES = """
    WITH RECURSIVE spoken (language) AS (
        SELECT min(language) FROM claims_publicclaim
        UNION ALL
        SELECT (SELECT min(language) FROM claims_publicclaim WHERE language > spoken.language)
        FROM spoken WHERE spoken.language IS NOT NULL
    ) SELECT language FROM spoken WHERE language IS NOT NULL
"""


@dataclass(frozen=True)
class Found:
    """A slice of what was found. ``after`` is the cursor of what follows, ``""`` at the end.

    ``total`` counts what was found, of which there are more where ``is_capped``; ``counts`` are by facet and value.
    """

    rows: tuple[PublicClaim, ...] = ()
    after: str = ""
    total: int = 0
    is_capped: bool = False
    counts: Mapping[str, Counter[str]] = field(default_factory=dict)


def query_of(typed: str) -> Query:
    """The query in ``typed``, in the languages of the published claims."""
    return parse(typed, languages()) if typed else Query()


def languages() -> tuple[str, ...]:
    """The languages of the published claims, one step in an index for each."""
    with connection.cursor() as cursor:
        cursor.execute(_LANGUAGES)
        return tuple(row[0] for row in cursor.fetchall())


def search(
    query: Query, filters: Filters, *, sort: str = "relevance", after: str = "", size: int = SIZE, counts: bool = True
) -> Found:
    """What answers ``query`` under ``filters``: by relevance or by date, ``size`` rows after the cursor ``after``.

    A cursor is the slug of the last row shown. Raises ``BadInput`` (``cursor_unknown``, ``sort_unknown``).
    """
    if sort not in SORTS:
        raise BadInput("sort_unknown", "Results are sorted by relevance or by date.")
    below = _key_of(after) if after else None
    engine, tokens = engine_for(), filters.tokens()
    is_ranked = sort == "relevance" and bool(query.wanted)
    newest = engine.newest(query, tokens, limit=MOST_RANKED + 1) if counts or is_ranked else []
    is_capped, newest = len(newest) > MOST_RANKED, newest[:MOST_RANKED]
    if is_ranked:
        order = sorted(((score(hit.words, query), hit.pk) for hit in newest), reverse=True)
        if below is not None:
            last = (_score_of(below, query), below)
            order = [one for one in order if one < last]
        keys = [pk for _, pk in order]
    elif counts and below is None:
        keys = [hit.pk for hit in newest]
    else:
        keys = _next_keys(engine, query, tokens, below, size + 1)
    rows = _rows(keys[:size])
    return Found(
        rows=rows,
        after=rows[-1].slug if rows and len(keys) > size else "",
        total=len(newest),
        is_capped=is_capped,
        counts=counted(hit.facets for hit in newest) if counts else {},
    )


def attributed_to(speaker: uuid.UUID, *, is_established: bool, after: str = "", size: int = SIZE) -> Found:
    """Claims attributed to ``speaker``, newest first: those established as said by them, or those that are not.

    Raises ``BadInput`` (``cursor_unknown``).
    """
    tokens = (token("speaker" if is_established else "attributed", str(speaker)),)
    below = _key_of(after) if after else None
    keys = _next_keys(engine_for(), Query(), tokens, below, size + 1)
    rows = _rows(keys[:size])
    return Found(rows=rows, after=rows[-1].slug if rows and len(keys) > size else "")


def _next_keys(engine: Engine, query: Query, tokens: Sequence[str], below: int | None, limit: int) -> list[int]:
    if query.is_empty and not tokens:
        rows = PublicClaim.objects.order_by("-pk")
        return list((rows if below is None else rows.filter(pk__lt=below)).values_list("pk", flat=True)[:limit])
    return [hit.pk for hit in engine.newest(query, tokens, below=below, limit=limit)]


def _rows(keys: Sequence[int]) -> tuple[PublicClaim, ...]:
    found = PublicClaim.objects.select_related("claim").in_bulk(keys)
    return tuple(found[key] for key in keys if key in found)


def _key_of(cursor: str) -> int:
    pk = PublicClaim.objects.filter(slug=cursor[:200]).values_list("pk", flat=True).first()
    if pk is None:
        raise BadInput("cursor_unknown", "This list does not go on there. Start again at its top.")
    return int(pk)


def _score_of(pk: int, query: Query) -> int:
    words = PublicWords.objects.filter(pk=pk).values_list(*FIELDS).first()
    return score(words or ("",) * len(FIELDS), query)
