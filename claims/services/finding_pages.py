"""Finding what is kept for the address of a claim's page, and whether it is true now: one short statement.

On PostgreSQL the statement is planned once in a connection and its answer comes in binary: planning four tables anew
costs the server several times what it takes to read them. Nor is the server asked each time whether the connection
still stands (``CONN_HEALTH_CHECKS``). Where it does not, the question is asked once more on a new one, which a
question may be.
"""

import logging
import re
from dataclasses import dataclass
from typing import Any

from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

logger = logging.getLogger(__name__)

_QUERY = (
    "SELECT p.claim_id, p.generation, r.generation, "
    "CASE WHEN {known} THEN NULL ELSE r.body END, r.etag, r.modified_s, "
    "(SELECT {due} FROM claims_renderdue d WHERE d.claim_id = p.claim_id AND (d.due_at IS NULL OR d.due_at <= %s)) "
    "FROM claims_publicpage p LEFT JOIN claims_renderedpage r ON r.page_id = p.claim_id AND r.variant = %s "
    "WHERE p.slug = %s"
)
_QUERIES = {
    "postgresql": _QUERY.format(
        known="position(r.etag in %s::text) > 0",
        due="string_agg(d.id::text, ',')",
    ),
    "sqlite": _QUERY.format(known="instr(%s, r.etag) > 0", due="group_concat(d.id, ',')"),
}
_TAG = re.compile("[0-9a-f]{32}")
_BINARY = 1


@dataclass(frozen=True)
class Kept:
    """A page as it goes out. ``body`` is gzip, and empty where the reader has it already. ``modified_s`` is Unix."""

    body: bytes
    etag: str
    modified_s: int


@dataclass(frozen=True)
class Found:
    """How matters stand for a page: its claim, the token under which it may be kept, what is due, what was kept.

    ``last`` is what was kept last in this variant, true or not.
    """

    claim_pk: int
    generation: int
    due: tuple[int, ...]
    last: Kept | None
    is_true: bool


def find_page(*, slug: str, variant: str, known: str = "") -> Found | None:
    """What is kept for ``slug``; ``None`` if no published page is known there. One query.

    ``known`` is the reader's ``If-None-Match``: a page whose tag stands in it comes without its body.
    """
    connection = connections["default"]
    try:
        row = _row(connection, slug, variant, known)
    except Error as error:
        if connection.in_atomic_block:
            raise
        logger.warning("The database did not say what is kept; it is asked once more: %s", error)
        connection.close()
        row = _row(connection, slug, variant, known)
    if row is None:
        return None
    claim_pk, generation, kept_under, body, etag, modified_s, ids = row
    due = tuple(int(one) for one in ids.split(",")) if ids else ()
    last = Kept(bytes(body or b""), etag, modified_s) if etag else None
    return Found(claim_pk, generation, due, last, is_true=last is not None and kept_under == generation and not due)


def tags_in(known: str) -> str:
    """What can be tags of ours in an ``If-None-Match``, whatever else somebody put into it."""
    return " ".join(_TAG.findall(known)) if known else ""


def _row(connection: BaseDatabaseWrapper, slug: str, variant: str, known: str) -> Any:
    now: Any = timezone.now()
    if connection.vendor == "sqlite":
        now = connection.ops.adapt_datetimefield_value(now)
    with _cursor(connection) as cursor:
        cursor.execute(_QUERIES[connection.vendor], [tags_in(known), now, variant, slug])
        return cursor.fetchone()


def _cursor(connection: Any) -> Any:
    """A cursor of Django's; on PostgreSQL, unless queries are noted down, one that binds on the server and keeps
    what was planned.
    """
    if connection.vendor == "sqlite" or connection.queries_logged:
        return connection.cursor()
    connection.ensure_connection()
    raw = connection.Database.Cursor(connection.connection)
    raw.format = _BINARY
    return connection.make_cursor(raw)
