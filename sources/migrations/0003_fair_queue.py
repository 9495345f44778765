"""The line before the workers: whose turn it is, which queue, who is attempted alone, which host rests."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def fill_in(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Captures that were open before keep their order; whoever asked for them is told by the capture."""
    for lease in apps.get_model("sources", "Lease").objects.select_related("capture").order_by("priority", "next_at"):
        lease.asked_by_id = lease.capture.requested_by_id
        lease.turn = lease.pk
        lease.save(update_fields=["asked_by", "turn"])


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL changes no table in the transaction that has just filled it

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("sources", "0002_archive_log"),
    ]

    operations = [
        migrations.CreateModel(
            name="HostRest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host", models.CharField(max_length=253)),
                ("until", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("host",),
                        name="host_rest_unique",
                        violation_error_message="This host rests already.",
                    )
                ],
            },
        ),
        migrations.RemoveIndex(model_name="lease", name="lease_due"),
        migrations.AddField(
            model_name="lease",
            name="asked_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="lease",
            name="is_alone",
            field=models.BooleanField(default=False, help_text="A worker died with it: it is attempted alone."),
        ),
        migrations.AddField(
            model_name="lease",
            name="queue",
            field=models.CharField(
                choices=[("fetch", "fetching"), ("render", "rendering")], default="fetch", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="lease",
            name="turn",
            field=models.PositiveBigIntegerField(default=0, help_text="Lower is sooner, within a priority."),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="lease",
            name="asked_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="lease",
            index=models.Index(fields=["queue", "priority", "turn", "id"], name="lease_line"),
        ),
        migrations.AddIndex(model_name="lease", index=models.Index(fields=["next_at"], name="lease_next")),
        migrations.AddIndex(
            model_name="lease",
            index=models.Index(fields=["asked_by", "priority", "turn"], name="lease_person"),
        ),
        migrations.AddIndex(
            model_name="lease",
            index=models.Index(condition=models.Q(("owner", ""), _negated=True), fields=["until"], name="lease_held"),
        ),
        migrations.AddConstraint(
            model_name="lease",
            constraint=models.CheckConstraint(
                condition=models.Q(("queue__in", ["fetch", "render"])),
                name="lease_queue_known",
                violation_error_message="“queue” has to be one of the values on the list.",
            ),
        ),
        migrations.AddConstraint(
            model_name="lease",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("owner", ""), _negated=True), models.Q(("host", ""), _negated=True)),
                fields=("host",),
                name="lease_one_a_host",
                violation_error_message="This host is being asked for something already.",
            ),
        ),
    ]
