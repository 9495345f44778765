"""Whom the desk told what by mail, and who wants no mail."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("claims", "0005_assignment_taken_back_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="wants_mail",
            field=models.BooleanField(default=True, help_text="Reminders by mail."),
        ),
        migrations.CreateModel(
            name="DeskMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120)),
                ("claimed_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "key"),
                        name="desk_mail_once",
                        violation_error_message="This person was told this already.",
                    )
                ]
            },
        ),
    ]
