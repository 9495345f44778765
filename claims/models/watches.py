"""Triggers that note, in the transaction of a change, which published pages it makes untrue.

The list is the whole of what a claim's page reads; a test compares it with the tables that rendering touches. They
are triggers, and not calls in each service, so that no writer can forget one, and so that ``sources`` need not know
who cites it. They only insert into ``claims_renderdue``, and so never wait and never lock.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from claims.models.index import PublicClaim
from claims.models.publication import CorrectionRequest, Notice, Revision
from claims.models.rounds import RecordPart
from claims.models.speakers import Speaker
from claims.models.statements import Claim, Slug
from sources.models import Anchoring, Capture, Passage, Removal, Source, Usability

PREFIX = "render_due"
OF_CLAIM = "SELECT p.claim_id FROM claims_publicpage p WHERE p.claim_id = {row}.claim_id"
OF_SUBJECT = "SELECT s.page_id FROM claims_pagesubject s WHERE s.subject_id = {subject}"
OF_CAPTURE = (
    "SELECT s.page_id FROM claims_pagesubject s JOIN sources_source o ON o.public_id = s.subject_id "
    "JOIN sources_capture c ON c.source_id = o.id WHERE {capture}"
)


@dataclass(frozen=True)
class Watch:
    """A table and what happens to it; ``pages`` selects the claims concerned, ``{row}`` is the changed row.

    ``columns`` narrows updates to those that set one of them, ``when`` to rows of which it is true.
    """

    model: type[models.Model]
    pages: str
    events: tuple[str, ...] = ("insert", "update", "delete")
    columns: tuple[str, ...] = ()
    when: str = ""

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def name(self, event: str) -> str:
        return f"{PREFIX}_{self.table}_{event}"


WATCHES: tuple[Watch, ...] = (
    Watch(
        Claim,
        "SELECT p.claim_id FROM claims_publicpage p WHERE p.claim_id = {row}.id",
        events=("update",),
        columns=("publication_state",),
    ),
    Watch(Revision, OF_CLAIM, events=("insert",)),
    Watch(Notice, OF_CLAIM),
    Watch(CorrectionRequest, OF_CLAIM, events=("update",)),
    Watch(Slug, OF_CLAIM),
    Watch(
        RecordPart,
        "SELECT r.claim_id FROM claims_revision r WHERE r.record_sha256 = {row}.record_sha256",
        events=("update",),
    ),
    Watch(
        PublicClaim,
        "SELECT s.page_id FROM claims_pagesubject s JOIN claims_claim c ON c.public_id = s.subject_id "
        "WHERE c.id = {row}.claim_id",
    ),
    Watch(Speaker, OF_SUBJECT.format(subject="{row}.public_id"), events=("update",), columns=("is_private_person",)),
    Watch(Source, OF_SUBJECT.format(subject="{row}.public_id"), events=("update",)),
    Watch(
        Capture,
        OF_CAPTURE.format(capture="c.id = {row}.id"),
        events=("insert", "update"),
        when="{row}.state <> 'open'",
    ),
    Watch(Usability, OF_CAPTURE.format(capture="c.id = {row}.capture_id")),
    Watch(Anchoring, OF_CAPTURE.format(capture="c.id = {row}.capture_id")),
    Watch(
        Passage,
        OF_CAPTURE.format(
            capture="c.id = (SELECT a.capture_id FROM sources_artefact a WHERE a.id = {row}.artefact_id)"
        ),
        events=("update",),
    ),
    Watch(
        Removal,
        OF_SUBJECT.format(subject="{row}.subject_id")
        + " UNION "
        + OF_CAPTURE.format(capture="c.public_id = {row}.subject_id"),
        when="{row}.done_at IS NOT NULL",
    ),
)


def _parts(watch: Watch, event: str) -> tuple[str, str, str]:
    """The event as SQL names it, the condition, and the statement that notes what is due."""
    row = "OLD" if event == "delete" else "NEW"
    columns = ", ".join(f'"{column}"' for column in watch.columns)
    happens = f"UPDATE OF {columns}" if event == "update" and columns else event.upper()
    when = f"WHEN ({watch.when.format(row=row)}) " if watch.when else ""
    found = watch.pages.format(row=row)
    return happens, when, f"INSERT INTO claims_renderdue (claim_id) {found};"


def _sqlite(watch: Watch, event: str) -> list[str]:
    happens, when, note = _parts(watch, event)
    name = watch.name(event)
    return [
        f'DROP TRIGGER IF EXISTS "{name}"',
        f'CREATE TRIGGER "{name}" AFTER {happens} ON "{watch.table}" FOR EACH ROW {when}BEGIN {note} END',
    ]


def _postgresql(watch: Watch, event: str) -> list[str]:
    happens, when, note = _parts(watch, event)
    name = watch.name(event)
    return [
        f'CREATE OR REPLACE FUNCTION "{name}_note"() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN '
        f"{note} RETURN NULL; END $body$",
        f'CREATE OR REPLACE TRIGGER "{name}" AFTER {happens} ON "{watch.table}" FOR EACH ROW {when}'
        f'EXECUTE FUNCTION "{name}_note"()',
    ]


def _run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every watch in place on ``connection``; does nothing before the tables are all there."""
    tables = set(connection.introspection.table_names())
    if not {"claims_renderdue", "claims_pagesubject", *(watch.table for watch in WATCHES)} <= tables:
        return
    making = _postgresql if connection.vendor == "postgresql" else _sqlite
    for watch in WATCHES:
        for event in watch.events:
            _run(connection, making(watch, event))


def take_away(connection: BaseDatabaseWrapper) -> None:
    """Drop every watch on ``connection``: before SQLite rebuilds tables, and for tests that show what they do."""
    tables = set(connection.introspection.table_names())
    for watch in WATCHES:
        for event in watch.events:
            if watch.table in tables:
                on = f' ON "{watch.table}"' if connection.vendor == "postgresql" else ""
                _run(connection, [f'DROP TRIGGER IF EXISTS "{watch.name(event)}"{on}'])


def installed(connection: BaseDatabaseWrapper) -> set[str]:
    """The names of the watches that stand on ``connection`` now."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgname LIKE %s"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [f"{PREFIX}_%"])
        return {str(row[0]) for row in cursor.fetchall()}
