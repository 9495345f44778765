"""Words of archived texts, and an index of them in each database's way. The rows are disposable."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MAKE = {
    "postgresql": (
        "ALTER TABLE sources_textwords ADD COLUMN vector tsvector",
        "CREATE INDEX text_words_vector ON sources_textwords USING gin (vector)",
    ),
    "sqlite": (
        "CREATE VIRTUAL TABLE sources_textsearch USING fts5(words, content = 'sources_textwords',"
        " content_rowid = 'artefact_id', tokenize = 'ascii', detail = none, prefix = '3')",
    ),
}
UNMAKE = {
    "postgresql": ("DROP INDEX text_words_vector", "ALTER TABLE sources_textwords DROP COLUMN vector"),
    "sqlite": ("DROP TABLE sources_textsearch",),
}


def make(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unmake(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNMAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("sources", "0005_keep_requests")]

    operations = [
        migrations.CreateModel(
            name="TextWords",
            fields=[
                (
                    "artefact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="words_row",
                        serialize=False,
                        to="sources.artefact",
                    ),
                ),
                ("words", models.TextField(blank=True, default="")),
            ],
            options={"ordering": ("-artefact",)},
        ),
        migrations.RunPython(make, unmake),
    ]
