"""On PostgreSQL each row is found by its words side by side, too: the vectors are made anew from the rows' own words."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from claims.search.tsvector import vector_of

BATCH = 2_000
FIELDS = ("headline_words", "quote_words", "summary_words", "title_words")


def make(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    rows = apps.get_model("claims", "PublicWords").objects.order_by("pk")
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while found := list(rows.filter(pk__gt=last).values_list("pk", *FIELDS, "facets")[:BATCH]):
            last = found[-1][0]
            cursor.executemany(
                "UPDATE claims_publicwords SET vector = %s::tsvector WHERE public_claim_id = %s",
                [(vector_of(pk, words, facets), pk) for pk, *words, facets in found],
            )


class Migration(migrations.Migration):
    dependencies = [("claims", "0017_newest_of_each_part")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
