"""Public rows carry the texts that a search shows, and no second copy of its words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0008_search_words")]

    operations = [
        migrations.RemoveField(model_name="publicclaim", name="search_text"),
        migrations.AddField(model_name="publicclaim", name="summary", field=models.TextField(blank=True, default="")),
        migrations.AddField(model_name="publicclaim", name="quote", field=models.TextField(blank=True, default="")),
        migrations.AlterField(
            model_name="publicclaim", name="language", field=models.CharField(db_index=True, max_length=35)
        ),
        migrations.AlterModelOptions(name="publicclaim", options={"ordering": ("-pk",)}),
    ]
