"""From a constraint of the database to a sentence for people."""

from collections.abc import Iterable

from django.db import IntegrityError, models
from django.db.models import UniqueConstraint

from sources.domain.errors import BadInput


def refusal_of(error: IntegrityError, among: Iterable[type[models.Model]]) -> BadInput:
    """Return the sentence of the named constraint that ``error`` speaks of; raise ``error`` again if none does.

    PostgreSQL names the constraint. SQLite names a CHECK too, but of a unique index only its columns.
    """
    words = str(error)
    for model in among:
        table = model._meta.db_table
        for constraint in model._meta.constraints:
            columns = ""
            if isinstance(constraint, UniqueConstraint):
                names = [getattr(model._meta.get_field(field), "column", field) for field in constraint.fields]
                columns = ", ".join(f"{table}.{name}" for name in names)
            if constraint.name in words or (columns and words.endswith(f"failed: {columns}")):
                return BadInput(constraint.name, str(constraint.violation_error_message))
    raise error
