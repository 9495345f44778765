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

    def __str__(self) -> str:
        return str(self.user)
