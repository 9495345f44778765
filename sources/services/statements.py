"""Writing a row with a statement that is made once a process.

Django puts the text of an INSERT or UPDATE together anew for every row, which takes a multiple of what the database
takes to carry it out: three quarters of a worker's CPU time went into text. What a worker writes for every capture is
written here. Values are made by the fields themselves, as ``save()`` does it; there are no signals.
"""

import functools
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

Row = TypeVar("Row", bound=Model)
Fields = tuple["Field[Any, Any]", ...]


def insert(row: Row) -> Row:
    """Insert ``row``, give it its key, and return it. Raises what the database raises."""
    text, fields = _inserting(type(row), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(f"{text} RETURNING {_quoted(row._meta.pk)}", _values(row, fields, is_new=True))
        [(row.pk,)] = cursor.fetchall()
    row._state.adding, row._state.db = False, connection.alias
    return row


def insert_unless_there(row: Model) -> None:
    """Insert ``row`` if no constraint finds it there already; it gets no key."""
    text, fields = _inserting(type(row), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(f"{text} ON CONFLICT DO NOTHING", _values(row, fields, is_new=True))


def update(row: Model, *names: str) -> bool:
    """Write the fields of these names; whether the row is there."""
    text, fields = _updating(type(row), names, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(text, [*_values(row, fields, is_new=False), row.pk])
        return bool(cursor.rowcount == 1)


def _values(row: Model, fields: Fields, *, is_new: bool) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, is_new), connection) for field in fields]


def _quoted(field: "Field[Any, Any]") -> str:
    return str(connection.ops.quote_name(str(field.column)))


@functools.cache
def _inserting(model: type[Model], _vendor: str) -> tuple[str, Fields]:
    fields = tuple(field for field in model._meta.concrete_fields if not field.primary_key)
    names, marks = ", ".join(map(_quoted, fields)), ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    return f"INSERT INTO {table} ({names}) VALUES ({marks})", fields  # noqa: S608


@functools.cache
def _updating(model: type[Model], names: tuple[str, ...], _vendor: str) -> tuple[str, Fields]:
    meta = model._meta
    fields = tuple(field for field in meta.concrete_fields if field.name in names)
    given = ", ".join(f"{_quoted(field)} = %s" for field in fields)
    table = connection.ops.quote_name(meta.db_table)
    return f"UPDATE {table} SET {given} WHERE {_quoted(meta.pk)} = %s", fields  # noqa: S608
