"""No index that no list reads, and one index of beginnings in FTS5: each takes as much room as the words themselves."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FIELDS = "headline_words, quote_words, summary_words, title_words, facets"


def _remake(schema_editor: BaseDatabaseSchemaEditor, prefix: str) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE claims_search")
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE claims_search USING fts5({FIELDS}, content = 'claims_publicwords',"
            f" content_rowid = 'public_claim_id', tokenize = \"ascii tokenchars '=:-_'\", prefix = '{prefix}')"
        )
        schema_editor.execute("INSERT INTO claims_search (claims_search) VALUES ('rebuild')")


def make(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _remake(schema_editor, "3")


def unmake(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _remake(schema_editor, "3 4 5")


class Migration(migrations.Migration):
    dependencies = [("claims", "0011_suggestions_and_desk_pages")]

    operations = [
        migrations.AlterField(
            model_name="publicspeaker",
            name="name_folded",
            field=models.CharField(max_length=300),
        ),
        migrations.AlterField(
            model_name="publicsource",
            name="title_folded",
            field=models.CharField(blank=True, default="", max_length=500),
        ),
        migrations.RunPython(make, unmake),
    ]
