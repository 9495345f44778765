"""Index rows carry the names that were published."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0002_groups")]

    operations = [
        migrations.AddField(
            "publicsource",
            "title",
            models.CharField(blank=True, default="", help_text="As the record has it.", max_length=500),
        ),
        migrations.AddField(
            "publicsource", "title_folded", models.CharField(blank=True, db_index=True, default="", max_length=500)
        ),
        migrations.AddField(
            "publicspeaker",
            "name",
            models.CharField(default="", help_text="As the record has it.", max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            "publicspeaker",
            "name_folded",
            models.CharField(db_index=True, default="", max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            "publictopic",
            "name",
            models.CharField(default="", help_text="As the record has it.", max_length=120),
            preserve_default=False,
        ),
        migrations.AddField(
            "publictopic", "slug", models.SlugField(default="", max_length=120), preserve_default=False
        ),
    ]
