"""The time at which an assignment was taken back, handed in or not; those taken back before are dated as given."""

from typing import Any

from django.db import migrations, models
from django.db.models import F, Q


def date_those_taken_back(apps: Any, schema_editor: Any) -> None:
    assignments = apps.get_model("claims", "Assignment").objects.using(schema_editor.connection.alias)
    assignments.filter(state="taken_back").update(taken_back_at=F("given_at"))


class Migration(migrations.Migration):
    dependencies = [("claims", "0004_rendered_pages")]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="taken_back_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Since when it takes none of the quorum’s places, handed in or not.",
                null=True,
            ),
        ),
        migrations.RunPython(date_those_taken_back, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["due_at"], condition=Q(state="given"), name="assignment_due"),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=~Q(state="taken_back") | Q(taken_back_at__isnull=False),
                name="assignment_taken_back_dated",
                violation_error_message="An assignment that was taken back has the time of it.",
            ),
        ),
    ]
