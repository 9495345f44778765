"""Lists that are ordered by change, and the sitemap, find the newest at the top of an index. Filled in once from claims."""

from django.conf import settings
from django.db import migrations, models

FILL = (
    "UPDATE claims_publicclaim SET part = claim_id / 10000 WHERE NOT is_demonstration AND state <> 'retracted'",
    "UPDATE claims_publictopic SET slug = lower(slug), revised_at ="
    " (SELECT c.revised_at FROM claims_publicclaim c WHERE c.id = claims_publictopic.public_claim_id)",
    "UPDATE claims_publicsource SET revised_at ="
    " (SELECT c.revised_at FROM claims_publicclaim c WHERE c.id = claims_publicsource.public_claim_id),"
    " part = (SELECT claims_publicsource.source_id / 10000 FROM claims_publicclaim c"
    " WHERE c.id = claims_publicsource.public_claim_id AND c.part IS NOT NULL)",
)
OF_CLAIM = "That of its claim."


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0016_correction_outcome_newest"),
        ("sources", "0008_line_of_waiting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="publicclaim",
            name="part",
            field=models.PositiveBigIntegerField(
                help_text="The part of the sitemap that names it; none for what no sitemap names.", null=True
            ),
        ),
        migrations.AddField(
            model_name="publicsource",
            name="part",
            field=models.PositiveBigIntegerField(
                help_text="The part of the sitemap for its article; none where no sitemap names its claim.", null=True
            ),
        ),
        migrations.AddField(
            model_name="publicsource",
            name="revised_at",
            field=models.DateTimeField(help_text=OF_CLAIM, null=True),
        ),
        migrations.AddField(
            model_name="publictopic",
            name="revised_at",
            field=models.DateTimeField(help_text=OF_CLAIM, null=True),
        ),
        *(migrations.RunSQL(one, migrations.RunSQL.noop) for one in FILL),
        migrations.AlterField(
            model_name="publicsource",
            name="revised_at",
            field=models.DateTimeField(help_text=OF_CLAIM),
        ),
        migrations.AlterField(
            model_name="publictopic",
            name="revised_at",
            field=models.DateTimeField(help_text=OF_CLAIM),
        ),
        migrations.AlterField(
            model_name="publictopic",
            name="slug",
            field=models.SlugField(db_index=False, max_length=120),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["kind", "put_up_at", "id"], name="notice_newest_of_kind"),
        ),
        migrations.AddIndex(
            model_name="publicclaim",
            index=models.Index(fields=["part", "-revised_at"], name="public_claim_part_newest"),
        ),
        migrations.AddIndex(
            model_name="publicsource",
            index=models.Index(fields=["source", "is_appearance", "-revised_at"], name="public_source_changed"),
        ),
        migrations.AddIndex(
            model_name="publicsource",
            index=models.Index(
                condition=models.Q(("is_appearance", True)),
                fields=["part", "-revised_at"],
                name="public_article_part_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="publictopic",
            index=models.Index(fields=["slug", "-revised_at", "-public_claim"], name="public_topic_changed"),
        ),
    ]
