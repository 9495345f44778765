"""The corrections log has rows of its own, so that no list walks all revisions; and demonstrations an index."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0013_seen_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("published_at", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name="publicclaim",
            index=models.Index(
                condition=models.Q(("is_demonstration", True)),
                fields=["is_demonstration"],
                name="public_claim_demonstration",
            ),
        ),
        migrations.AddField(
            model_name="publiccorrection",
            name="public_claim",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="corrections", to="claims.publicclaim"
            ),
        ),
        migrations.AddField(
            model_name="publiccorrection",
            name="revision",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="public_correction", to="claims.revision"
            ),
        ),
        migrations.AddIndex(
            model_name="publiccorrection",
            index=models.Index(fields=["published_at", "revision"], name="public_correction_newest"),
        ),
        migrations.RunSQL(
            "INSERT INTO claims_publiccorrection (public_claim_id, revision_id, kind, published_at)"
            " SELECT p.id, r.id, r.kind, r.published_at FROM claims_revision r"
            " JOIN claims_publicclaim p ON p.claim_id = r.claim_id WHERE r.kind <> 'first'",
            migrations.RunSQL.noop,
        ),
    ]
