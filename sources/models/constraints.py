"""The few shapes of CHECK that the models share, each with a name and a sentence for people."""

import uuid

from django.db import models
from django.db.models import F, Q


class PublicModel(models.Model):
    """Base of everything addressable: ``public_id`` is random, integer keys never leave the house."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


def closed_set(name: str, field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """``field`` holds one of ``choices``; ``choices=`` alone guards nothing in SQL."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": choices.values}),
        name=name,
        violation_error_message=f"“{field.replace('_', ' ')}” has to be one of the values on the list.",
    )


def ordered_days(name: str, earliest: str, latest: str) -> models.CheckConstraint:
    """Two nullable days stand in order, or at least one end is open."""
    return models.CheckConstraint(
        condition=Q(**{f"{earliest}__isnull": True})
        | Q(**{f"{latest}__isnull": True})
        | Q(**{f"{earliest}__lte": F(latest)}),
        name=name,
        violation_error_message="The date ends before it begins.",
    )


def sha256_or_blank(name: str, *fields: str) -> models.CheckConstraint:
    """Each of ``fields`` is blank or 64 lower-case hexadecimal digits."""
    condition = Q()
    for field in fields:
        condition &= Q(**{field: ""}) | Q(**{f"{field}__regex": r"^[0-9a-f]{64}$"})
    return models.CheckConstraint(
        condition=condition,
        name=name,
        violation_error_message="A SHA-256 digest has 64 hexadecimal digits.",
    )
