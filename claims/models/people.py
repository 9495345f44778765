"""Members of the desk."""

from django.conf import settings
from django.db import models

from sources.models.constraints import PublicModel


class Member(PublicModel):
    """What the desk knows of a person who logs in. People are deactivated, never deleted."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="member")
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=35, default="en")
    beat = models.CharField(max_length=200, blank=True, default="")
    wants_mail = models.BooleanField(default=True, help_text="Reminders by mail.")

    def __str__(self) -> str:
        return str(self.user)


class DeskMail(models.Model):
    """That a person was told something by mail, so that nobody is told twice. ``key`` names what, and till when."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)
    claimed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person", "key"),
                name="desk_mail_once",
                violation_error_message="This person was told this already.",
            ),
        )

    def __str__(self) -> str:
        return self.key
