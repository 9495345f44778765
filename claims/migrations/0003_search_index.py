"""The full-text index of published claims: an expression index on PostgreSQL, an FTS5 table on SQLite."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MAKE = {
    "postgresql": (
        "CREATE INDEX public_claim_words ON claims_publicclaim USING gin (to_tsvector('simple', search_text))"
    ),
    "sqlite": "CREATE VIRTUAL TABLE claims_search USING fts5(words, tokenize = 'unicode61 remove_diacritics 0')",
}
UNMAKE = {"postgresql": "DROP INDEX public_claim_words", "sqlite": "DROP TABLE claims_search"}


def make(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(MAKE[schema_editor.connection.vendor])


def unmake(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(UNMAKE[schema_editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [("claims", "0002_groups")]

    operations = [migrations.RunPython(make, unmake)]
