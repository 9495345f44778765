"""Append-only tables: triggers that refuse UPDATE, DELETE and TRUNCATE, on SQLite and PostgreSQL.

Each application keeps one list of guards and installs it after every migrate (SQLite drops a table's triggers
whenever a migration rebuilds the table). Installing is idempotent. One door stays open on purpose: a column
named in ``removable`` may be blanked, and nothing else changed, where a carried-out Removal names the row's
``public_id``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "append_only"


@dataclass(frozen=True)
class Guard:
    """One append-only table.

    ``frozen_when`` is an SQL condition on ``OLD`` in the common subset of both databases; the default freezes a
    row from its insertion on.
    """

    model: type[models.Model]
    frozen_when: str = "TRUE"
    removable: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def name(self) -> str:
        return f"{PREFIX}_{self.table}"

    def kept_columns(self) -> list[str]:
        """Every column that a removal may not touch."""
        columns = [str(field.column) for field in self.model._meta.concrete_fields]
        return [column for column in columns if column not in self.removable]


def _removal(guard: Guard, same: str) -> str:
    """The condition under which an UPDATE is a removal; ``same`` is the database's null-safe equality."""
    if not guard.removable:
        return "FALSE"
    kept = [f'NEW."{column}" {same} OLD."{column}"' for column in guard.kept_columns()]
    blanked = [f'(NEW."{column}" = \'\' OR NEW."{column}" {same} OLD."{column}")' for column in guard.removable]
    named = (
        'EXISTS (SELECT 1 FROM "sources_removal" r WHERE r."subject_id" = OLD."public_id" '
        'AND r."done_at" IS NOT NULL)'
    )
    return " AND ".join([*kept, *blanked, named])


def _sqlite(guard: Guard) -> list[str]:
    refuse = f"SELECT RAISE(ABORT, '{guard.name}: rows of this table are never changed');"
    return [
        *_sqlite_drop(guard),
        f'CREATE TRIGGER "{guard.name}_update" BEFORE UPDATE ON "{guard.table}" FOR EACH ROW '
        f"WHEN ({guard.frozen_when}) AND NOT ({_removal(guard, 'IS')}) BEGIN {refuse} END",
        f'CREATE TRIGGER "{guard.name}_delete" BEFORE DELETE ON "{guard.table}" FOR EACH ROW '
        f"WHEN ({guard.frozen_when}) BEGIN {refuse} END",
    ]


def _sqlite_drop(guard: Guard) -> list[str]:
    return [f'DROP TRIGGER IF EXISTS "{guard.name}_{verb}"' for verb in ("update", "delete")]


def _postgresql(guard: Guard) -> list[str]:
    raising = (
        f"RAISE EXCEPTION '{guard.name}: rows of this table are never changed' USING ERRCODE = 'check_violation';"
    )
    return [
        f'CREATE OR REPLACE FUNCTION "{guard.name}_check"() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN '
        f"IF TG_OP = 'TRUNCATE' THEN {raising} END IF; "
        f"IF TG_OP = 'DELETE' THEN IF ({guard.frozen_when}) THEN {raising} END IF; RETURN OLD; END IF; "
        f"IF ({guard.frozen_when}) AND NOT ({_removal(guard, 'IS NOT DISTINCT FROM')}) THEN {raising} END IF; "
        f"RETURN NEW; END $body$",
        f'CREATE OR REPLACE TRIGGER "{guard.name}_row" BEFORE UPDATE OR DELETE ON "{guard.table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{guard.name}_check"()',
        f'CREATE OR REPLACE TRIGGER "{guard.name}_truncate" BEFORE TRUNCATE ON "{guard.table}" '
        f'FOR EACH STATEMENT EXECUTE FUNCTION "{guard.name}_check"()',
    ]


def _postgresql_drop(guard: Guard) -> list[str]:
    return [f'DROP TRIGGER IF EXISTS "{guard.name}_{part}" ON "{guard.table}"' for part in ("row", "truncate")]


def _run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def install(connection: BaseDatabaseWrapper, guards: Iterable[Guard]) -> None:
    """Put every guard in place on ``connection``; a table that does not exist yet is passed over."""
    tables = set(connection.introspection.table_names())
    making = _postgresql if connection.vendor == "postgresql" else _sqlite
    for guard in guards:
        if guard.table in tables:
            _run(connection, making(guard))


def take_away(connection: BaseDatabaseWrapper, guards: Iterable[Guard]) -> None:
    """Drop every guard on ``connection``: for the test suite's flush, and for nothing else."""
    tables = set(connection.introspection.table_names())
    dropping = _postgresql_drop if connection.vendor == "postgresql" else _sqlite_drop
    for guard in guards:
        if guard.table in tables:
            _run(connection, dropping(guard))


def installed(connection: BaseDatabaseWrapper) -> set[str]:
    """The tables that carry a guard on ``connection`` now."""
    if connection.vendor == "postgresql":
        query = (
            "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname LIKE %s"
        )
    else:
        query = "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [f"{PREFIX}_%"])
        return {str(row[0]) for row in cursor.fetchall()}
