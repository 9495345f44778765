"""The line of the queue holds only what waits: a claim walks past nothing that is in work already."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("sources", "0007_read_by_ocr")]

    operations = [
        migrations.RemoveIndex(model_name="lease", name="lease_line"),
        migrations.AddIndex(
            model_name="lease",
            index=models.Index(condition=Q(owner=""), fields=["queue", "priority", "turn", "id"], name="lease_line"),
        ),
    ]
