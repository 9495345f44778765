"""Rows straight into tables, as fast as either database takes them, with no foreign key checked."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models

SINCE = datetime(2016, 1, 1, tzinfo=UTC)


def load(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows`` of the columns of these fields, every other with its default."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    more = [field for field in fields.values() if field.name not in names and not field.primary_key]
    columns = [fields[name].column for name in names] + [field.column for field in more]
    every = [_default(field) for field in more]
    fresh = [number for number, field in enumerate(more) if isinstance(field, models.UUIDField)]

    def whole(row: Sequence[Any]) -> tuple[Any, ...]:
        for number in fresh:
            every[number] = uuid.uuid4()
        return (*row, *every)

    insert(model._meta.db_table, columns, map(whole, rows))


def _default(field: Any) -> Any:
    return (
        SINCE if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False) else field.get_default()
    )


def insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    quoted = ", ".join(f'"{column}"' for column in columns)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.cursor.copy(f'COPY "{table}" ({quoted}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        return
    holes = ", ".join("?" * len(columns))
    connection.ensure_connection()
    connection.connection.executemany(
        f'INSERT INTO "{table}" ({quoted}) VALUES ({holes})', (tuple(map(_plain, row)) for row in rows)
    )


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    return value


def unchecked() -> None:
    """Check no foreign key on this connection from now on."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET maintenance_work_mem = '512MB'")
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA cache_size = -400000")
