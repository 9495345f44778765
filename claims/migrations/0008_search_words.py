"""Search rows of their own: stemmed words field by field, facets, and an index of them in each database's way.

The rows are disposable: ``manage.py rebuild_public`` (or the clock, within its minute) makes them anew.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FIELDS = "headline_words, quote_words, summary_words, title_words, facets"
MAKE = {
    "postgresql": (
        "DROP INDEX public_claim_words",
        "ALTER TABLE claims_publicwords ADD COLUMN vector tsvector",
        "CREATE INDEX public_words_vector ON claims_publicwords USING gin (vector) WITH (fastupdate = off)",
    ),
    "sqlite": (
        "DROP TABLE claims_search",
        f"CREATE VIRTUAL TABLE claims_search USING fts5({FIELDS}, content = 'claims_publicwords',"
        " content_rowid = 'public_claim_id', tokenize = \"ascii tokenchars '=:-_'\", prefix = '3 4 5')",
    ),
}
UNMAKE = {
    "postgresql": (
        "DROP INDEX public_words_vector",
        "ALTER TABLE claims_publicwords DROP COLUMN vector",
        "CREATE INDEX public_claim_words ON claims_publicclaim USING gin (to_tsvector('simple', search_text))",
    ),
    "sqlite": (
        "DROP TABLE claims_search",
        "CREATE VIRTUAL TABLE claims_search USING fts5(words, tokenize = 'unicode61 remove_diacritics 0')",
    ),
}


def make(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unmake(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNMAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("claims", "0007_draft_aside")]

    operations = [
        migrations.CreateModel(
            name="PublicWords",
            fields=[
                (
                    "public_claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="claims.publicclaim",
                    ),
                ),
                ("headline_words", models.TextField(blank=True, default="")),
                ("quote_words", models.TextField(blank=True, default="")),
                ("summary_words", models.TextField(blank=True, default="")),
                ("title_words", models.TextField(blank=True, default="")),
                ("facets", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.RunPython(make, unmake),
    ]
